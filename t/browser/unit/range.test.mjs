// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RANGES, rangeOf, timeOf, USUAL } from '../../../static/lib/range.js';

test('a range is what the address asks for, or the usual one', () => {
	for (const r of RANGES) assert.equal(rangeOf(new URLSearchParams({ range: r })), r);
	for (const r of ['', '5y', '30d ', '__proto__']) assert.equal(rangeOf(new URLSearchParams({ range: r })), USUAL);
	assert.equal(rangeOf(new URLSearchParams()), USUAL);
});

test('two times stand in place of a range, if they are times', () => {
	const of = (search) => timeOf(new URLSearchParams(search));
	const from = '2026-11-23T21:04:05Z', to = '2026-11-24T00:00:00Z';
	assert.deepEqual(of(''), { range: USUAL, from: '', to: '' });
	assert.deepEqual(of('range=7d'), { range: '7d', from: '', to: '' });
	assert.deepEqual(of(`from=${from}&to=${to}&range=7d`), { range: '', from, to });
	assert.deepEqual(of(`to=${to}`), { range: '', from: '', to });
	for (const bad of ['2026', '2026-13-01T00:00:00Z', '2026-11-23T21:04:05', 'x' + from]) assert.deepEqual(of('from=' + bad), of(''), bad);
});
