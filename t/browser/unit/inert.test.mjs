// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inert } from '../../../static/lib/inert.js';

test('ordinary text of any script stays as it is', () => {
	for (const text of ['203.0.113.7', '日本語 עברית عربى', '<b>&amp;', '🔒']) assert.equal(inert(text), text);
});

test('what turns or hides text is written out', () => {
	assert.equal(inert('a\u202eb\u2066c'), 'a\\u202eb\\u2066c');
	assert.equal(inert('a\u0000\n\u007f\u200b\ufeff'), 'a\\u0000\\u000a\\u007f\\u200b\\ufeff');
	assert.equal(inert('\ud800x'), '\\ud800x');
});

test('a text of a megabyte is cut', () => {
	const out = inert('x'.repeat(1 << 20));
	assert.equal(out.length, 301);
	assert.ok(out.endsWith('…'));
	assert.equal(inert('x'.repeat(300)).length, 300);
});

test('a cut through a pair leaves no half of it bare', () => {
	assert.equal(inert('🔒🔒', 3), '🔒\\ud83d…');
});

test('nothing is an empty text', () => {
	assert.equal(inert(null), '');
	assert.equal(inert(undefined), '');
	assert.equal(inert(0), '0');
});
