// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCache } from '../../../static/lib/resource.js';

/** A server whose answers come when the test says so. */
function server() {
	const asked = [];
	const read = (path, opt) => new Promise((answer, fail) => {
		asked.push({
			path, opt,
			answer: (data, etag = '') => answer({ data, etag, notModified: false }),
			same: () => answer({ data: null, etag: opt.etag, notModified: true }),
			fail,
		});
		opt.signal.addEventListener('abort', () => fail(new Error('aborted')));
	});
	return { asked, cache: createCache(read, () => 1000) };
}
const settle = () => new Promise((done) => setImmediate(done));
const nothing = () => {};

test('an answer reaches everyone who shows the path, by one request', async () => {
	const { asked, cache } = server();
	let seen = 0;
	cache.use('/a', () => seen++, false);
	cache.use('/a', () => seen++, false);
	assert.equal(asked.length, 1);
	asked[0].answer({ n: 1 });
	await settle();
	assert.deepEqual(cache.entry('/a').state, { data: { n: 1 }, error: null, loading: false, at: 1000 });
	assert.ok(seen >= 2);
});

test('an older answer never overwrites a newer one', async () => {
	const { asked, cache } = server();
	cache.use('/a', nothing, false);
	cache.refresh('/a');
	assert.equal(asked.length, 2);
	asked[1].answer('new');
	await settle();
	asked[0].answer('old');
	await settle();
	assert.equal(cache.entry('/a').state.data, 'new');
});

test('an older failure does not hide a newer answer', async () => {
	const { asked, cache } = server();
	cache.use('/a', nothing, false);
	cache.refresh('/a');
	asked[1].answer('new');
	await settle();
	asked[0].fail(new Error('late'));
	await settle();
	assert.equal(cache.entry('/a').state.error, null);
});

test('an older answer that comes first is shown until the newer one', async () => {
	const { asked, cache } = server();
	cache.use('/a', nothing, false);
	cache.refresh('/a');
	asked[0].answer('old');
	await settle();
	assert.equal(cache.entry('/a').state.data, 'old');
	assert.equal(cache.entry('/a').state.loading, true);
	asked[1].answer('new');
	await settle();
	assert.equal(cache.entry('/a').state.data, 'new');
	assert.equal(cache.entry('/a').state.loading, false);
});

test('polls read what is live and shown, with its ETag, and 304 keeps the data', async () => {
	const { asked, cache } = server();
	cache.use('/live', nothing, true);
	cache.use('/still', nothing, false);
	asked[0].answer('x', '"1"');
	asked[1].answer('y');
	await settle();
	cache.poll();
	assert.equal(asked.length, 3);
	assert.equal(asked[2].path, '/live');
	assert.deepEqual([asked[2].opt.etag, asked[2].opt.poll], ['"1"', true]);
	asked[2].same();
	await settle();
	assert.equal(cache.entry('/live').state.data, 'x');
});

test('a poll does not send a second request after one in flight', () => {
	const { asked, cache } = server();
	cache.use('/a', nothing, true);
	cache.poll();
	assert.equal(asked.length, 1);
});

test('a failure keeps what was known beside it', async () => {
	const { asked, cache } = server();
	cache.use('/a', nothing, true);
	asked[0].answer('x');
	await settle();
	cache.poll();
	asked[1].fail(new Error('down'));
	await settle();
	assert.equal(cache.entry('/a').state.data, 'x');
	assert.equal(cache.entry('/a').state.error.message, 'down');
});

test('what nobody shows any more is cancelled, and read anew for the next', async () => {
	const { asked, cache } = server();
	const leave = cache.use('/a', nothing, false);
	leave();
	assert.ok(asked[0].opt.signal.aborted);
	await settle();
	assert.equal(cache.entry('/a').state.error, null);
	cache.use('/a', nothing, false);
	assert.equal(asked.length, 2);
});

test('one of two readers may go without the request being cancelled', () => {
	const { asked, cache } = server();
	const leave = cache.use('/a', () => {}, false);
	cache.use('/a', () => {}, false);
	leave();
	assert.equal(asked[0].opt.signal.aborted, false);
});

test('after clear() nothing of before is left, and a late answer stays out', async () => {
	const { asked, cache } = server();
	cache.use('/a', nothing, false);
	asked[0].answer('secret', '"1"');
	await settle();
	cache.refresh('/a');
	cache.clear();
	asked[1].answer('late');
	await settle();
	assert.equal(cache.entry('/a').state.data, null);
	cache.refresh('/a');
	assert.equal(asked[2].opt.etag, '');
	asked[2].answer('mine');
	await settle();
	assert.equal(cache.entry('/a').state.data, 'mine');
});

test('an answer that was there when clear() came is not kept either', async () => {
	let answer = (/** @type {any} */ _) => {};
	const cache = createCache(() => new Promise((done) => { answer = done; }));
	cache.use('/a', nothing, false);
	answer({ data: 'secret', etag: '', notModified: false });
	cache.clear();
	await settle();
	assert.equal(cache.entry('/a').state.data, null);
});

test('entries that nobody shows are forgotten beyond a bound', async () => {
	const { asked, cache } = server();
	for (let i = 0; i < 60; i++) {
		const leave = cache.use('/' + i, nothing, false);
		asked[i].answer(i);
		await settle();
		leave();
	}
	cache.use('/0', nothing, false);
	assert.equal(cache.entry('/0').state.data, null);
	cache.use('/59', nothing, false);
	assert.equal(cache.entry('/59').state.data, 59);
});
