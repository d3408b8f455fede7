// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ago, left, span } from '../../../static/lib/duration.js';
import { growth, limits } from '../../../static/lib/limits.js';

const HOUR = 3600, DAY = 24 * HOUR, WEEK = 7 * DAY;

test('a length is written exactly, in full words', () => {
	assert.equal(span(0), '0 seconds');
	assert.equal(span(1), '1 second');
	assert.equal(span(90), '1 minute 30 seconds');
	assert.equal(span(600), '10 minutes');
	assert.equal(span(HOUR), '1 hour');
	assert.equal(span(DAY + HOUR), '1 day 1 hour');
	assert.equal(span(-1), 'for ever');
});

test('weeks are used only when nothing is left over', () => {
	assert.equal(span(WEEK), '1 week');
	assert.equal(span(5 * WEEK), '5 weeks');
	assert.equal(span(10 * DAY), '10 days');
});

test('what is left of a ban shows its two largest units', () => {
	assert.equal(left(6 * DAY + 23 * HOUR + 59), '6 d 23 h');
	assert.equal(left(7 * HOUR + 57 * 60 + 3), '7 h 57 min');
	assert.equal(left(HOUR), '1 h 0 min');
	assert.equal(left(HOUR - 1), '59 min 59 s');
	assert.equal(left(65), '1 min 05 s');
	assert.equal(left(1), '1 s');
});

test('a ban whose time is over is said to be ending', () => {
	assert.equal(left(0), 'ending…');
	assert.equal(left(-5), 'ending…');
});

test('how long ago shows the largest unit, and a clock that is ahead is now', () => {
	assert.equal(ago(-3), 'just now');
	assert.equal(ago(59), '59 s ago');
	assert.equal(ago(60), '1 min ago');
	assert.equal(ago(HOUR), '1 h ago');
	assert.equal(ago(DAY), '1 day ago');
	assert.equal(ago(2 * DAY), '2 days ago');
});

const jail = (more) => ({ max_retry: 5, find_time_seconds: 600, ban_time_seconds: HOUR, ban_time_increment: null, ...more });

test('limits are a plain sentence', () => {
	assert.equal(limits(jail({})), '5 failures within 10 minutes ban for 1 hour.');
	assert.equal(limits(jail({ max_retry: 1 })), '1 failure within 10 minutes bans for 1 hour.');
	assert.equal(limits(jail({ ban_time_seconds: -1 })), '5 failures within 10 minutes ban for good.');
});

test('growing bans have a second sentence, others none', () => {
	const inc = { enabled: true, max_time_seconds: 5 * WEEK, overall_jails: false };
	assert.equal(growth(jail({})), '');
	assert.equal(growth(jail({ ban_time_increment: { ...inc, enabled: false } })), '');
	assert.equal(growth(jail({ ban_time_increment: inc })), 'Longer each time, up to 5 weeks.');
	assert.equal(growth(jail({ ban_time_increment: { ...inc, max_time_seconds: null } })), 'Longer each time.');
	assert.match(growth(jail({ ban_time_increment: { ...inc, overall_jails: true } })), /other jails count/);
});
