// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parts, timesOf } from '../../../static/lib/lines.js';

/** The pieces that are the address. */
const found = (text, ip) => parts(text, ip).filter((p) => p.kind === 'ip').map((p) => p.text);
const whole = (text, ip) => parts(text, ip).map((p) => p.text).join('');

test('the address is found however it is written, and nothing else is', () => {
	for (const [text, ip, expected] of [
		['Failed password for root from 203.0.113.7 port 22', '203.0.113.7', ['203.0.113.7']],
		['rhost=203.0.113.7.', '203.0.113.7', ['203.0.113.7']],
		['client: 203.0.113.7:4711, server 203.0.113.70, 1203.0.113.7', '203.0.113.7', ['203.0.113.7']],
		['203.0.113.7 - - "GET /203.0.113.7"', '203.0.113.7', ['203.0.113.7', '203.0.113.7']],
		['from ::ffff:203.0.113.7', '203.0.113.7', ['::ffff:203.0.113.7']],
		['[2001:DB8:0:0::1]:443 and 2001:db8::1:2', '2001:db8::1', ['2001:DB8:0:0::1']],
		['user alice, alice2', 'alice', ['alice', 'alice']],
		['a 203.0.113.0/24 b', '203.0.113.0/24', ['203.0.113.0/24']],
		['nothing at all', '203.0.113.7', []],
		['', '203.0.113.7', []],
	]) {
		assert.deepEqual(found(text, ip), expected, text);
		assert.equal(whole(text, ip), text);
	}
});

test('what would hide or turn text is written out, within the address as well', () => {
	assert.deepEqual(parts('a\u001b[31m\u202eb 10.0.0.1', '10.0.0.1'), [
		{ kind: 'text', text: 'a' }, { kind: 'odd', text: '\\u001b' }, { kind: 'text', text: '[31m' }, { kind: 'odd', text: '\\u202e' },
		{ kind: 'text', text: 'b ' }, { kind: 'ip', text: '10.0.0.1' }]);
	assert.deepEqual(parts('x\u200by', 'x\u200by').map((p) => p.kind), ['ip', 'odd', 'ip']);
	assert.equal(whole('<img src=x> \u{1f600} \ud800', 'x'), '<img src=x> \u{1f600} \\ud800');
});

test('a long line takes no long time', () => {
	const start = performance.now();
	for (const c of ['1', ':', '.', 'a', '1.', '::']) parts(c.repeat(8192), '203.0.113.7');
	assert.ok(performance.now() - start < 1000);
});

const at = (iso) => Date.parse(iso) / 1000;
const BAN = at('2026-11-23T21:04:07Z');
const shown = (found) => found.map((s) => s && new Date(s * 1000).toISOString().slice(0, 19) + 'Z');
const times = (texts, ban = BAN) => shown(timesOf(texts.map((time) => ({ text: '', time })), ban));

test('dates as programs write them are read', () => {
	for (const text of ['2026-11-23T22:04:05.123+01:00', '2026-11-23 21:04:05 Z', '23/Nov/2026:16:04:05 -0500', String(at('2026-11-23T21:04:05Z')), '2026-11-23 21:04:05,123',
		'Nov 23 21:04:05', '2026/11/23 21:04:05', 'Mon Nov 23 21:04:05.5 2026', 'Mon, 23 Nov 2026 21:04:05', '23-Nov-2026 21:04:05']) {
		const expected = text.startsWith('Mon, ') ? null : '2026-11-23T21:04:05Z';
		assert.deepEqual(times([text]), [expected], text);
	}
	assert.deepEqual(times([null, '', 'yesterday', 'Foo 23 21:04:05', 'Nov 23 21:04:05']), [null, null, null, null, '2026-11-23T21:04:05Z']);
});

test('the time zone of a log is found by the ban that came right after', () => {
	for (const zone of [-12, -3.5, 0, 1, 5.75, 14]) {
		const local = (s) => new Date((at(s) + zone * 3600) * 1000).toISOString().slice(0, 19).replace('T', ' ');
		assert.deepEqual(times([local('2026-11-23T20:59:00Z'), local('2026-11-23T21:04:06Z')]), ['2026-11-23T20:59:00Z', '2026-11-23T21:04:06Z'], String(zone));
	}
	assert.deepEqual(times(['2026-11-20 21:04:05']), [null], 'days before: nobody knows');
});

test('a line without a year belongs to the year of the ban, also at its turn', () => {
	assert.deepEqual(times(['Dec 31 23:59:58', 'Jan  1 00:00:03'], at('2026-01-01T00:00:04Z')), ['2025-12-31T23:59:58Z', '2026-01-01T00:00:03Z']);
});

test('a date that nobody pointed at stands where that of the first line does', () => {
	const web = (time) => `203.0.113.7 - - [${time} +0100] "GET / HTTP/1.1"`;
	assert.deepEqual(shown(timesOf([{ text: web('23/Nov/2026:22:00:00'), time: '23/Nov/2026:22:00:00 +0100' }, { text: web('23/Nov/2026:22:04:05'), time: null }], BAN)),
		['2026-11-23T21:00:00Z', '2026-11-23T21:04:05Z']);
	assert.deepEqual(shown(timesOf([{ text: 'Nov 23 21:04:05 host x', time: null }, { text: 'host Nov 23 21:04:05', time: null }], BAN)), ['2026-11-23T21:04:05Z', null]);
});

test('no line is later than the ban', () => {
	assert.deepEqual(times(['2026-11-23T21:04:30Z']), ['2026-11-23T21:04:07Z']);
});
