// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classOf, classStarts, classSteps, MOST_CLASSES, toneOf } from '../../../static/lib/scale.js';

test('few counts have a class each', () => {
	assert.deepEqual(classStarts(0), []);
	assert.deepEqual(classStarts(1), [1]);
	assert.deepEqual(classStarts(5), [1, 2, 3, 4, 5]);
});

test('many have five classes by equal factors, at round numbers', () => {
	assert.deepEqual(classStarts(567), [1, 4, 10, 40, 200]);
	assert.deepEqual(classStarts(1_000_000), [1, 20, 300, 4000, 60000]);
});

test('whatever the largest count, classes ascend, begin at 1 and hold it', () => {
	for (let max = 1; max < 3000; max++) {
		const starts = classStarts(max);
		assert.equal(starts[0], 1);
		assert.ok(starts.length <= MOST_CLASSES);
		for (let i = 1; i < starts.length; i++) assert.ok(starts[i] > starts[i - 1], `${max}: ${starts}`);
		assert.equal(classOf(max, starts), starts.length, `${max}: ${starts}`);
	}
});

test('a count is in the class whose bounds hold it', () => {
	const starts = [1, 4, 10, 40, 200];
	assert.deepEqual([0, 1, 3, 4, 9, 10, 199, 200, 5000].map((n) => classOf(n, starts)), [0, 1, 1, 2, 2, 3, 4, 5, 5]);
});

test('the legend names each class, and leaves the last one open', () => {
	assert.deepEqual(classSteps([1, 4, 10]), [{ from: 1, to: 3 }, { from: 4, to: 9 }, { from: 10, to: null }]);
	assert.deepEqual(classSteps([]), []);
});

test('few classes still use the whole ramp, and none is none', () => {
	assert.deepEqual([0, 1, 2, 3].map((c) => toneOf(c, 3)), [0, 1, 3, 5]);
	assert.deepEqual([0, 1].map((c) => toneOf(c, 1)), [0, 5]);
	assert.deepEqual([0, 1, 2, 3, 4, 5].map((c) => toneOf(c, 5)), [0, 1, 2, 3, 4, 5]);
	assert.equal(toneOf(0, 0), 0);
});
