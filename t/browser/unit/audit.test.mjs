// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ACTIONS, ACTORS, auditQuery, OUTCOMES } from '../../../static/lib/audit.js';
import { audit } from '../../../static/i18n/en-audit.js';
import { TOP } from '../lib/deps.mjs';

test('each word that the API has for an act has a text here', () => {
	const { components } = JSON.parse(readFileSync(join(TOP, 'doc/openapi.yaml'), 'utf8'));
	assert.deepEqual(ACTIONS.toSorted(), components.schemas.AuditAction.enum.toSorted());
	for (const [prefix, words] of Object.entries({ act: ACTIONS, actor: ACTORS, result: OUTCOMES })) {
		for (const w of words) assert.ok(`${prefix}.${w}` in audit, w);
	}
});

test('the address asks for nothing that is not there', () => {
	const q = (search) => auditQuery(new URLSearchParams(search));
	assert.deepEqual(q(''), { range: '30d', from: '', to: '', action: '', outcome: '', actor: '', target: '', ip: '' });
	assert.deepEqual(q('action=ban&outcome=done&actor=token:3&target=x*&ip=10.&range=all'),
		{ range: 'all', from: '', to: '', action: 'ban', outcome: 'done', actor: 'token:3', target: 'x*', ip: '10.' });
	for (const bad of ['action=x', 'action=__proto__', 'outcome=ok', 'actor=token:', 'actor=x:1', 'actor=token:-1'])
		assert.deepEqual(q(bad), q(''), bad);
});
