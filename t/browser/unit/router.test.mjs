// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed, createMatcher, jailHref } from '../../../static/lib/router.js';

const match = createMatcher([
	{ path: '/', name: 'dashboard', view: null },
	{ path: '/jails', name: 'jails', view: null },
	{ path: '/jails/:name', name: 'jail', view: null },
]);
const name = (path) => match(path).route?.name ?? null;

test('paths find their page, with and without a slash at the end', () => {
	assert.equal(name('/'), 'dashboard');
	assert.equal(name('/jails'), 'jails');
	assert.equal(name('/jails/'), 'jails');
	assert.equal(name('/jails/sshd'), 'jail');
});

test('anything else is no page', () => {
	for (const path of ['/jail', '/jailsx', '/jails/a/b', '/Jails', '/x/jails']) assert.equal(name(path), null, path);
});

test('a name with odd characters comes back from its link', () => {
	for (const jail of ['sshd', 'a b', 'x/y', '<script>', '%', 'ü‮']) {
		assert.deepEqual(match(jailHref(jail)).params, { name: jail });
	}
});

test('a broken escape is no page rather than a crash', () => {
	assert.equal(name('/jails/%E0%A4%A'), null);
});

test('a change of the query keeps the rest and drops what is empty', () => {
	assert.equal(changed('?jail=sshd&cursor=x', { cursor: '' }), '?jail=sshd');
	assert.equal(changed('?jail=sshd', { jail: null }), '');
	assert.equal(changed('', { ip: '203.0.113.0/24' }), '?ip=203.0.113.0%2F24');
});
