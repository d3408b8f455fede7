// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delay } from '../../../static/lib/pulse.js';

const ms = (more) => delay({ idleMs: 0, failures: 0, retryAfterS: 0, ...more });

test('the poll comes every five seconds', () => assert.equal(ms({}), 5_000));

test('it slows when nobody is at the page', () => {
	assert.equal(ms({ idleMs: 119_999 }), 5_000);
	assert.equal(ms({ idleMs: 120_000 }), 15_000);
	assert.equal(ms({ idleMs: 600_000 }), 60_000);
});

test('it backs off while nothing answers, to a minute at most', () => {
	assert.deepEqual([1, 2, 3, 4, 50].map((failures) => ms({ failures })), [10_000, 20_000, 40_000, 60_000, 60_000]);
});

test('it waits as long as the server asks', () => {
	assert.equal(ms({ retryAfterS: 90 }), 90_000);
	assert.equal(ms({ retryAfterS: 1 }), 5_000);
});
