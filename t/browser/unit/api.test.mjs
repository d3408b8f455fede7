// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { adopt, ApiError, observe, request } from '../../../static/lib/api.js';
import { now } from '../../../static/lib/clock.js';

const realFetch = globalThis.fetch;
afterEach(() => { globalThis.fetch = realFetch; });

/** @type {any[]} */
const seen = [];
observe((s) => seen.push(s));

/** What fetch was asked; it answers with res. */
function answer(res) {
	const asked = [];
	globalThis.fetch = async (url, opt) => {
		asked.push({ url, ...opt });
		if (res instanceof Error) throw res;
		return res;
	};
	return asked;
}
const json = (status, body, headers = {}) => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const failure = (promise) => promise.then(() => assert.fail('it succeeded'), (e) => e);

test('a read carries no header of ours, a poll and a change do', async () => {
	const asked = answer(json(200, {}));
	await request('GET', '/a');
	assert.deepEqual(Object.keys(asked[0].headers), ['accept']);
	answer(json(200, {}));
	const poll = answer(json(200, {}));
	await request('GET', '/a', { poll: true, etag: '"1"' });
	assert.deepEqual(poll[0].headers, { accept: 'application/json', 'if-none-match': '"1"', 'x-bangui-poll': '1' });
	const change = answer(json(200, {}));
	await request('POST', '/a', { body: { x: 1 } });
	assert.deepEqual(change[0].headers, { accept: 'application/json', 'content-type': 'application/json', 'x-bangui-request': '1' });
	assert.equal(change[0].body, '{"x":1}');
});

test('304 gives the old ETag back and no data', async () => {
	answer(new Response(null, { status: 304, headers: { etag: '"1"' } }));
	assert.deepEqual(await request('GET', '/a', { etag: '"1"' }), { data: null, etag: '"1"', notModified: true });
});

test('a problem becomes an error with all it says', async () => {
	answer(json(422, { code: 'invalid', detail: 'Mend it.', request_id: 'r1', errors: [{ field: 'ips', message: 'Too many.' }] }, { 'content-type': 'application/problem+json' }));
	const e = await failure(request('POST', '/a', { body: {} }));
	assert.ok(e instanceof ApiError);
	assert.deepEqual([e.status, e.code, e.message, e.requestId, e.fields], [422, 'invalid', 'Mend it.', 'r1', { ips: 'Too many.' }]);
});

test('a failure that is no JSON still has its status and request id', async () => {
	answer(new Response('<html>', { status: 502, headers: { 'content-type': 'text/html', 'x-request-id': 'r2' } }));
	const e = await failure(request('GET', '/a'));
	assert.deepEqual([e.status, e.code, e.requestId], [502, 'http_502', 'r2']);
});

test('Retry-After is taken in seconds, within an hour', async () => {
	for (const [header, seconds] of [['12', 12], ['99999', 3600], ['-1', 0], ['soon', 0], [null, 0]]) {
		answer(json(429, {}, header === null ? {} : { 'retry-after': header }));
		assert.equal((await failure(request('GET', '/a'))).retryAfter, seconds);
	}
});

test('no answer is status 0, and not a sign-out', async () => {
	seen.length = 0;
	answer(new TypeError('fetch failed'));
	const e = await failure(request('GET', '/a'));
	assert.deepEqual([e.status, e.code], [0, 'network']);
	assert.deepEqual(seen.map((s) => s.status), [0]);
});

test('a 200 that is no JSON is an answer of something else', async () => {
	answer(new Response('<html>login</html>', { status: 200, headers: { 'content-type': 'text/html' } }));
	assert.equal((await failure(request('GET', '/a'))).code, 'bad_answer');
});

test('a caller that gives up gets its own abort, and nobody is told', async () => {
	seen.length = 0;
	const abort = new AbortController();
	globalThis.fetch = (url, { signal }) => new Promise((_, fail) => signal.addEventListener('abort', () => fail(new DOMException('x', 'AbortError'))));
	const pending = failure(request('GET', '/a', { signal: abort.signal }));
	abort.abort();
	assert.equal((await pending).name, 'AbortError');
	assert.equal(seen.length, 0);
});

test('observers see how each request ended', async () => {
	seen.length = 0;
	answer(json(200, {}));
	await request('GET', '/ok');
	answer(json(401, { code: 'unauthenticated' }));
	await failure(request('GET', '/no'));
	assert.deepEqual(seen.map((s) => [s.path, s.status, s.error?.code ?? null]), [['/ok', 200, null], ['/no', 401, 'unauthenticated']]);
});

test('a request that was sent earlier is taken over', async () => {
	assert.deepEqual((await adopt(Promise.resolve(json(200, { a: 1 })), '/s')).data, { a: 1 });
	assert.equal((await failure(adopt(Promise.reject(new TypeError('x')), '/s'))).status, 0);
});

test('the clock follows the Date header when it is far off', async () => {
	const ahead = new Date(Date.now() + 3600_000);
	answer(json(200, {}, { date: ahead.toUTCString() }));
	await request('GET', '/a');
	assert.ok(Math.abs(now() - ahead.getTime() / 1000) <= 2);
	answer(json(200, {}, { date: new Date().toUTCString() }));
	await request('GET', '/a');
	assert.ok(Math.abs(now() - Date.now() / 1000) <= 1);
});
