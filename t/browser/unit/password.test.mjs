// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measure } from '../../../static/lib/password.js';

const POLICY = { min_chars: 12, max_bytes: 72 };
const verdict = (text) => measure(text, POLICY).verdict;

test('characters are counted as people see them, not as UTF-16 units', () => {
	assert.deepEqual(measure('🔒🔒', POLICY), { chars: 2, bytes: 8, verdict: 'short' });
	assert.deepEqual(measure('é', POLICY), { chars: 1, bytes: 2, verdict: 'short' });
});

test('both sides of twelve characters', () => {
	assert.equal(verdict(''), 'empty');
	assert.equal(verdict('a'.repeat(11)), 'short');
	assert.equal(verdict('a'.repeat(12)), 'ok');
});

test('both sides of seventy-two bytes', () => {
	assert.equal(verdict('a'.repeat(72)), 'ok');
	assert.equal(verdict('a'.repeat(73)), 'long');
	assert.equal(verdict('€'.repeat(24)), 'ok');
	assert.equal(verdict('€'.repeat(24) + 'a'), 'long');
});

test('what cannot be stored is odd, whatever its length', () => {
	assert.equal(verdict('a'.repeat(20) + '\0'), 'odd');
	assert.equal(verdict('a'.repeat(20) + '\ud83d'), 'odd');
	assert.equal(verdict('\udd12' + 'a'.repeat(20)), 'odd');
});
