// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RANGES, rangeOf, USUAL } from '../../../static/lib/range.js';

test('a range is what the address asks for, or the usual one', () => {
	for (const r of RANGES) assert.equal(rangeOf(new URLSearchParams({ range: r })), r);
	for (const r of ['', '5y', '30d ', '__proto__']) assert.equal(rangeOf(new URLSearchParams({ range: r })), USUAL);
	assert.equal(rangeOf(new URLSearchParams()), USUAL);
});
