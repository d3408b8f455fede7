// SPDX-License-Identifier: GPL-2.0-or-later
// Answers that are made while they go out, on the worker's own socket: whole,
// broken off in a way that shows, and never longer than somebody reads them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Connection, params, pieces, request } from '../lib/fastcgi.mjs';
import { isWaiting, Pool, switches } from '../lib/pool.mjs';
import { until } from '../lib/stack.mjs';

// one plain worker: whatever keeps it, keeps everybody
const pool = new Pool();
const bites = ({ n = 3, size = 20000, ms = 0, fail = 0 }) =>
	`/api/test/bites?n=${n}&size=${size}&ms=${ms}&fail=${fail}`;

before(() => pool.start());
after(() => pool.stop());

/** The line of the log about a request, when it is there. */
const lineOf = (at, id) => until(() =>
	at.events('request').find((l) => l.request_id === id), `${id} is in the log`);

/** A request whose answer is not read before the socket is resumed. */
async function ask(at, uri, id) {
	const p = pieces(params('GET', uri, { 'x-request-id': id }));
	const c = new Connection(at.sock);
	c.socket.pause();
	await c.send(p.begin, p.params, p.paramsEnd, p.bodyEnd);
	return c;
}

async function ownPool(limit, run) {
	const own = new Pool({ env: { TEST_REQUEST_LIMIT_S: String(limit) } });
	await own.start();
	try {
		await run(own);
	} finally {
		await own.stop();
	}
}

test('every bite arrives, in order, without a length said before', async () => {
	const r = await pool.get(bites({ n: 40 }), { 'x-request-id': 'whole' });
	assert.equal(r.status, 200);
	assert.ok(r.ended);
	assert.equal(r.headers['content-length'], undefined);
	assert.equal(r.headers['cache-control'], 'no-store');
	assert.equal(r.body.toString(), Array.from({ length: 40 }, (_, i) =>
		String.fromCharCode(97 + (i + 1) % 26).repeat(20000)).join(''));
	const line = await lineOf(pool, 'whole');
	assert.deepEqual([line.status, line.bytes, line.aborted, line.level], [200, 800000, undefined, 'info']);
});

test('a body of nothing is whole, too', async () => {
	const r = await pool.get(bites({ n: 1, size: 0 }));
	assert.deepEqual([r.status, r.ended, r.body.length], [200, true, 0]);
});

test('HEAD makes no bite at all', async () => {
	const r = await request(pool.sock, 'HEAD', bites({ fail: 1 }));
	assert.deepEqual([r.status, r.ended, r.body.length], [200, true, 0]);
	assert.equal(r.headers['content-type'], 'text/plain');
	assert.equal(r.headers['content-length'], undefined);
});

test('what fails at once is an ordinary problem', async () => {
	const r = await pool.get(bites({ fail: 1 }));
	assert.deepEqual([r.status, r.ended], [503, true]);
	assert.equal(r.headers['retry-after'], '2');
	assert.equal(JSON.parse(r.body).code, 'database_busy');
	assert.equal(Number(r.headers['content-length']), r.body.length);
});

test('what fails half-way is cut off, told in the log, and hinders nobody', async () => {
	const r = await pool.get(bites({ fail: 3 }), { 'x-request-id': 'half' });
	assert.equal(r.status, 200);
	assert.equal(r.ended, false);
	assert.ok(r.body.length < 60000);
	const line = await lineOf(pool, 'half');
	assert.deepEqual([line.status, line.aborted, line.level, line.bytes], [200, true, 'warning', 40000]);
	assert.deepEqual([line.code, line.detail], ['database_busy', 'a hook']);
	assert.equal((await pool.get('/api/health/live')).status, 200);
});

test('a client that goes away ends it at once', async () => {
	const c = await ask(pool, bites({ n: 100000, ms: 5 }), 'gone');
	await new Promise((done) => { c.socket.once('readable', done); });
	c.close();
	const line = await lineOf(pool, 'gone');
	assert.deepEqual([line.aborted, line.level, line.code], [true, 'info', undefined]);
	assert.ok(line.ms < 3000, `it took ${line.ms} ms`);
	assert.equal((await pool.get('/api/health/live')).status, 200);
});

test('a stream may take longer than a request, if it goes on', () => ownPool(1, async (own) => {
	const r = await own.get(bites({ n: 6, ms: 300 }));
	assert.ok(r.ended);
	assert.equal(r.body.length, 120000);
}));

test('a stream that nobody reads is cut off, and its worker lives', () => ownPool(2, async (own) => {
	const c = await ask(own, bites({ n: 1000 }), 'stuck');
	const line = await lineOf(own, 'stuck');
	assert.deepEqual([line.aborted, line.level, line.code], [true, 'warning', 'timed_out']);
	c.socket.resume();
	assert.equal((await c.done).ended, false);
	assert.equal((await own.get('/api/health/live')).status, 200);
	assert.equal(own.child.exitCode, null);
}));

test('SIGTERM: a stream that is read is finished', () => ownPool(60, async (own) => {
	const c = await ask(own, bites({ n: 60, size: 100000 }), 'last');
	const before_ = switches(own.pid);
	await until(() => isWaiting(own.pid, before_ - 1), 'the worker waits for its reader');
	own.signal('SIGTERM');
	c.socket.resume();
	const r = await c.done;
	const start = Date.now();
	assert.ok(r.ended);
	assert.equal(r.body.length, 6000000);
	assert.deepEqual(await own.exited, { code: 0, signal: null });
	assert.ok(Date.now() - start < 1000);
}));

test('SIGTERM: one that is not is cut off, for all to see', () => ownPool(2, async (own) => {
	const c = await ask(own, bites({ n: 100000, size: 9000, ms: 20 }), 'cut');
	await new Promise((done) => { c.socket.once('data', done).resume(); });
	own.signal('SIGTERM');
	const r = await c.done;
	assert.equal(r.ended, false);
	assert.deepEqual(await own.exited, { code: 0, signal: null });
	const line = await lineOf(own, 'cut');
	assert.deepEqual([line.aborted, line.code], [true, 'cancelled']);
	assert.match(line.detail, /stopping/);
}));
