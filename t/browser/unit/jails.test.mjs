// SPDX-License-Identifier: GPL-2.0-or-later
// What a jail's settings come to in plain words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jailActs } from '../../../static/i18n/en-jailacts.js';
import { addTexts } from '../../../static/lib/i18n.js';
import { ignoredPath, nthBan, plainly } from '../../../static/lib/jails.js';

addTexts(jailActs);
const HOUR = 3600;
const jail = (inc, more = {}) => ({ max_retry: 5, find_time_seconds: 600, ban_time_seconds: HOUR,
	ban_time_increment: inc && { enabled: true, factor: null, formula: null, multipliers: null, max_time_seconds: null, ...inc }, ...more });

test('without growth each ban is as long', () => {
	assert.equal(nthBan(jail(null), 4), HOUR);
	assert.equal(nthBan(jail({ enabled: false }), 4), HOUR);
	assert.equal(plainly(jail(null)), '5 failures within 10 minutes ban for 1 hour, each time.');
	assert.equal(plainly(jail(null, { max_retry: 1 })), '1 failure within 10 minutes bans for 1 hour, each time.');
});

test('with growth each ban is twice as long as the one before', () => {
	assert.deepEqual([1, 2, 3, 4].map((n) => nthBan(jail({}), n)), [HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR]);
	assert.equal(nthBan(jail({}), 99), HOUR * 2 ** 20);
	assert.equal(plainly(jail({})), '5 failures within 10 minutes ban for 1 hour; the 4th ban lasts 8 hours.');
});

test('a longest ban, a factor and multipliers count', () => {
	assert.equal(nthBan(jail({ max_time_seconds: 5 * HOUR }), 4), 5 * HOUR);
	assert.equal(nthBan(jail({ factor: '2' }), 2), 4 * HOUR);
	assert.deepEqual([1, 2, 3, 9].map((n) => nthBan(jail({ multipliers: '1 5 30' }), n)), [HOUR, 5 * HOUR, 30 * HOUR, 30 * HOUR]);
});

test('a formula of the jail\'s own is not guessed at', () => {
	for (const own of [{ formula: 'ban.Time * 3' }, { factor: '1+1' }, { multipliers: '1 x' }]) assert.equal(nthBan(jail(own), 4), null);
	assert.match(plainly(jail({ formula: 'ban.Time * 3' })), /formula of the jail’s own/);
});

test('for good is for good, whatever grows', () => {
	assert.equal(plainly(jail({}, { ban_time_seconds: -1 })), '5 failures within 10 minutes ban for good.');
});

test('names and searches are no part of a path', () => {
	assert.equal(ignoredPath('a/b c', { q: 'x&y', limit: 100 }), '/jails/a%2Fb%20c/ignore-ips?limit=100&q=x%26y');
});
