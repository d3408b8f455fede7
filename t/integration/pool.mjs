// SPDX-License-Identifier: GPL-2.0-or-later
// The pool: launchers, stopping in each phase of a request, workers that
// crash, hang or lose their master, and reloads under load (OPS-1 to OPS-6).
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { Connection, exchange, params, pieces, request } from '../lib/fastcgi.mjs';
import { children, isWaiting, Pool, processStatus, PROGRAM, switches } from '../lib/pool.mjs';
import { until } from '../lib/stack.mjs';

/** Run with a pool and stop it whatever happens. */
async function withPool(options, run) {
	const pool = new Pool(options);
	try {
		await run(await pool.start());
	} catch (e) {
		e.message += `\n--- log\n${readFileSync(pool.logFile, 'utf8').slice(-4000)}`;
		throw e;
	} finally {
		await pool.stop();
	}
}

/** Runs n loops of requests until stop() is called; count goes on meanwhile. */
function startLoad(pool, n) {
	let going = true;
	const count = { good: 0, bad: [] };
	const loop = async () => {
		while (going) {
			const r = await pool.get('/api/health/live').catch((e) => ({ status: e.code }));
			if (r.status === 200 && r.ended)
				count.good++;
			else
				count.bad.push(r.status);
		}
	};
	const loops = Array.from({ length: n }, loop);
	return {
		count,
		async stop() {
			going = false;
			await Promise.all(loops);
			return count;
		},
	};
}

for (const kind of ['spawn-fcgi -n', 'bare bind'])
	for (const workers of [0, 2])
		test(`it serves under ${kind} with ${workers} workers`, () =>
			withPool({ kind, workers }, async (pool) => {
				const r = await pool.get('/api/health/live');
				assert.equal(r.status, 200);
				assert.deepEqual(JSON.parse(r.body), { status: 'ok' });
				pool.signal('SIGTERM');
				assert.deepEqual(await pool.exited, { code: 0, signal: null });
			}));

test('it serves under spawn-fcgi -F, and SIGTERM ends each worker', async () => {
	const pool = new Pool({ kind: 'spawn-fcgi -F' });
	await pool.start();
	await pool.exited; // spawn-fcgi: its children have another parent now
	const { body } = await request(pool.sock, 'POST', '/api/test/count', { body: '{}' });
	const parent = Number(processStatus(JSON.parse(body).pid).PPid);
	const mine = () => children(parent).filter((pid) =>
		readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(pool.program));
	await until(() => mine().length === 2, 'both are there');
	const workers = mine();
	for (const pid of workers)
		process.kill(pid, 'SIGTERM');
	await until(() => workers.every((pid) => !processStatus(pid)), 'both have left');
	await pool.stop();
});

test('on anything but a listening socket it says what it expects and exits 2', () => {
	const onTerminal = spawnSync('script', ['-qec', PROGRAM, '/dev/null'], { encoding: 'utf8' });
	assert.equal(onTerminal.status, 2);
	assert.match(onTerminal.stdout, /descriptor 0 is no listening socket.*spawn-fcgi/);
	const onNothing = spawnSync(PROGRAM, [], { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
	assert.equal(onNothing.status, 2);
	assert.match(onNothing.stderr, /descriptor 0/);
});

test('options: help and version are told, mistakes exit 2', () => {
	const run = (...args) => spawnSync(PROGRAM, args, { encoding: 'utf8' });
	assert.match(run('--help').stdout, /--workers N/);
	assert.equal(run('--help').status, 0);
	assert.match(run('--version').stdout, /^bangui \d/);
	for (const args of [['--nonsense'], ['--workers'], ['--workers', 'x'], ['--workers', '-1'],
		['--workers', '257'], ['--workers', '1x'], ['x'], ['--resume', 'x']])
		assert.equal(run(...args).status, 2, args.join(' '));
});

/**
 * SIGTERM while a plain worker is in a phase of a request: `first` is sent,
 * the worker has taken it and waits, the signal comes, `rest` is sent.
 */
async function stopWithin(first, rest, check) {
	await withPool({}, async (pool) => {
		const before = switches(pool.pid);
		const c = new Connection(pool.sock);
		await c.send(...first);
		await until(() => isWaiting(pool.pid, before), 'the worker waits');
		pool.signal('SIGTERM');
		await until(() => {
			const s = processStatus(pool.pid);
			return s && (parseInt(s.ShdPnd, 16) & 1 << 14) !== 0;
		}, 'the signal is pending');
		if (rest.length > 0)
			await c.send(...rest);
		const answer = await c.done;
		const start = Date.now();
		assert.ok(answer.ended, 'the answer is whole');
		assert.deepEqual(await pool.exited, { code: 0, signal: null });
		assert.ok(Date.now() - start < 1000, 'it left within a second');
		check(answer);
	});
}

test('SIGTERM while idle: it leaves at once', () => withPool({}, async (pool) => {
	const start = Date.now();
	pool.signal('SIGTERM');
	assert.deepEqual(await pool.exited, { code: 0, signal: null });
	assert.ok(Date.now() - start < 1000);
}));

test('SIGTERM within the parameters: the request is completed', () => {
	const p = pieces(params('GET', '/api/health/live'));
	return stopWithin([p.begin, p.params.subarray(0, 20)],
		[p.params.subarray(20), p.paramsEnd, p.bodyEnd],
		(answer) => assert.equal(answer.status, 200));
});

test('SIGTERM within the body: the request is completed', () => {
	const body = JSON.stringify({ filler: 'x'.repeat(20000) });
	const p = pieces(params('POST', '/api/test/count',
		{ 'content-type': 'application/json' }, body.length), body);
	return stopWithin([p.begin, p.params, p.paramsEnd, p.body.subarray(0, 10000)],
		[p.body.subarray(10000), p.bodyEnd],
		(answer) => assert.equal(JSON.parse(answer.body).length, body.length));
});

test('SIGTERM within the handler: the request is completed', () => {
	const p = pieces(params('GET', '/api/test/sleep?ms=400'));
	return stopWithin([p.begin, p.params, p.paramsEnd, p.bodyEnd], [],
		(answer) => assert.deepEqual(JSON.parse(answer.body), { slept: true }));
});

test('SIGTERM within a response of 4 MiB: every byte arrives', () => withPool({}, async (pool) => {
	const bytes = 4 * 1024 * 1024;
	const p = pieces(params('GET', `/api/test/stream?bytes=${bytes}`));
	const before = switches(pool.pid);
	const c = new Connection(pool.sock);
	c.socket.pause();
	await c.send(p.begin, p.params, p.paramsEnd, p.bodyEnd);
	await until(() => isWaiting(pool.pid, before), 'the worker waits for its reader');
	pool.signal('SIGTERM');
	c.socket.resume();
	const answer = await c.done;
	assert.ok(answer.ended);
	assert.equal(answer.body.length, bytes);
	assert.ok(answer.body.every((byte, i) => byte === i % 251));
	assert.deepEqual(await pool.exited, { code: 0, signal: null });
}));

test('SIGTERM to the master: workers finish what they have, then all is gone', () =>
	withPool({ workers: 2 }, async (pool) => {
		const pids = children(pool.pid);
		const before = pids.map((pid) => switches(pid));
		const slow = pool.get('/api/test/sleep?ms=400');
		await until(() => pids.some((pid, i) => isWaiting(pid, before[i])), 'a worker is busy');
		pool.signal('SIGTERM');
		assert.equal((await slow).status, 200);
		assert.deepEqual(await pool.exited, { code: 0, signal: null });
		assert.ok(pids.every((pid) => !processStatus(pid)));
	}));

test('20 requests that crash a worker: only they fail, each is one line', () =>
	withPool({ workers: 4 }, async (pool) => {
		const load = startLoad(pool, 2);
		for (let i = 0; i < 20; i++) {
			const r = await pool.get('/api/test/crash', { 'x-request-id': `crash-${i}` });
			assert.equal(r.ended, false);
			assert.equal(r.status, 0);
		}
		await until(() => children(pool.pid).length === 4, 'there are four again', 2000);
		const { good, bad } = await load.stop();
		assert.deepEqual(bad, []);
		assert.ok(good > 0);
		await until(() => pool.events('worker_died').length >= 20, 'all deaths are told');
		const deaths = pool.events('worker_died');
		assert.deepEqual(deaths.map((l) => l.request_id).sort(),
			Array.from({ length: 20 }, (_, i) => `crash-${i}`).sort());
		assert.ok(deaths.every((l) => l.signal === 'SEGV' && l.client === '127.0.0.1'));
	}));

test('20 kill -9 of workers: the pool is whole again, each is one line', () =>
	withPool({ workers: 4 }, async (pool) => {
		const killed = [];
		for (let i = 0; i < 20; i++) {
			await until(() => children(pool.pid).length === 4, 'there are four', 2000);
			const pid = children(pool.pid)[i % 4];
			killed.push(pid);
			process.kill(pid, 'SIGKILL');
			await until(() => pool.events('worker_died').some((l) => l.pid === pid), 'it is told');
		}
		await until(() => children(pool.pid).length === 4, 'there are four again', 2000);
		const deaths = pool.events('worker_died');
		assert.deepEqual(deaths.map((l) => l.pid), killed);
		assert.ok(deaths.every((l) => l.signal === 'KILL' && l.request_id === null));
		assert.equal((await pool.get('/api/health/live')).status, 200);
	}));

test('kill -9 of the master: workers finish their request and go', async () => {
	const pool = new Pool({ workers: 3 });
	await pool.start();
	const pids = children(pool.pid);
	const before = pids.map((pid) => switches(pid));
	const slow = pool.get('/api/test/sleep?ms=500');
	await until(() => pids.some((pid, i) => isWaiting(pid, before[i])), 'a worker is busy');
	pool.signal('SIGKILL');
	const r = await slow;
	assert.equal(r.status, 200);
	assert.ok(r.ended);
	await until(() => pids.every((pid) => !processStatus(pid)), 'none is left', 2000);
	await pool.stop();
});

test('a worker stuck in a request is gone after the limit, and named', () =>
	withPool({ workers: 2, env: { TEST_REQUEST_LIMIT_S: '1' } }, async (pool) => {
		const start = Date.now();
		const r = await pool.get('/api/test/hang', { 'x-request-id': 'stuck-1' });
		assert.equal(r.ended, false);
		assert.ok(Date.now() - start >= 900);
		assert.ok(Date.now() - start < 2500);
		await until(() => pool.events('worker_died').length === 1, 'its death is told');
		const [late] = pool.events('request_timeout');
		assert.equal(late.request_id, 'stuck-1');
		assert.equal(late.client, '127.0.0.1');
		assert.deepEqual(Object.keys(late), ['ts', 'level', 'event', 'client', 'request_id']);
		const [death] = pool.events('worker_died');
		assert.equal(death.exit_status, 70);
		assert.equal(death.request_id, 'stuck-1');
		await until(() => children(pool.pid).length === 2, 'there are two again', 2000);
	}));

test('a peer that sends half its parameters and stops costs one worker at most', () =>
	withPool({ workers: 2, env: { TEST_REQUEST_LIMIT_S: '1' } }, async (pool) => {
		const p = pieces(params('GET', '/api/health/live'));
		const c = new Connection(pool.sock);
		await c.send(p.begin, p.params.subarray(0, 20));
		assert.equal((await pool.get('/api/health/live')).status, 200);
		assert.equal((await c.done).ended, false);
		await until(() => pool.events('request_timeout').length === 1, 'it is told');
		await until(() => children(pool.pid).length === 2, 'there are two again', 2000);
	}));

test('a connection that nginx wanted to keep is closed all the same', () =>
	withPool({}, async (pool) => {
		for (let i = 0; i < 3; i++) {
			const r = await exchange(pool.sock, params('GET', '/api/health/live'), '', { keep: true });
			assert.equal(r.status, 200);
		}
	}));

test('a peer that goes away within its answer costs nothing', () =>
	withPool({}, async (pool) => {
		const p = pieces(params('GET', '/api/test/stream?bytes=4000000',
			{ 'x-request-id': 'gone-1' }));
		const c = new Connection(pool.sock);
		c.socket.pause();
		await c.send(p.begin, p.params, p.paramsEnd, p.bodyEnd);
		c.close();
		assert.equal((await pool.get('/api/health/live')).status, 200);
		const [line] = pool.events('request').filter((l) => l.request_id === 'gone-1');
		assert.equal(line.aborted, true);
		assert.equal(pool.child.exitCode, null);
	}));

test('10 reloads under load: no request is lost, every worker is a new one', () =>
	withPool({ workers: 4 }, async (pool) => {
		const load = startLoad(pool, 4);
		const seen = new Set(children(pool.pid));
		for (let i = 1; i <= 10; i++) {
			pool.signal('SIGHUP');
			await until(() => pool.events('pool_started').length === i + 1, `reload ${i}`);
			await until(() => {
				const now = children(pool.pid);
				return now.length === 4 && now.every((pid) => !seen.has(pid));
			}, 'all four are new');
			children(pool.pid).forEach((pid) => seen.add(pid));
			const { good } = load.count;
			await until(() => load.count.good > good + 4, 'the new ones serve');
		}
		assert.deepEqual((await load.stop()).bad, []);
		assert.deepEqual(pool.events('worker_died'), []);
		assert.equal(pool.child.exitCode, null);
	}));

test('a reload lets a request that runs come to its end', () =>
	withPool({ workers: 2 }, async (pool) => {
		const old = children(pool.pid);
		const before = old.map((pid) => switches(pid));
		const slow = pool.get('/api/test/sleep?ms=700');
		await until(() => old.some((pid, i) => isWaiting(pid, before[i])), 'a worker is busy');
		pool.signal('SIGHUP');
		await until(() => pool.events('pool_started').length === 2, 'it has reloaded');
		assert.equal((await pool.get('/api/health/live')).status, 200);
		const r = await slow;
		assert.equal(r.status, 200);
		assert.ok(r.ended);
		await until(() => children(pool.pid).length === 2, 'the old ones have left');
		assert.ok(children(pool.pid).every((pid) => !old.includes(pid)));
	}));

test('after a reload the death of an old worker still names its request', () =>
	withPool({ workers: 1, env: { TEST_REQUEST_LIMIT_S: '1' } }, async (pool) => {
		const [old] = children(pool.pid);
		const before = switches(old);
		const stuck = pool.get('/api/test/hang', { 'x-request-id': 'old-1' });
		await until(() => isWaiting(old, before), 'the worker hangs');
		pool.signal('SIGHUP');
		await until(() => pool.events('pool_started').length === 2, 'it has reloaded');
		await stuck;
		await until(() => pool.events('worker_died').length === 1, 'its death is told');
		assert.equal(pool.events('worker_died')[0].request_id, 'old-1');
	}));

test('a program that does not come up is not reloaded', () =>
	withPool({ workers: 2 }, async (pool) => {
		const old = children(pool.pid);
		const conf = join(pool.dir, 'conf');
		const good = readFileSync(conf, 'utf8');
		rmSync(pool.program);
		symlinkSync('/bin/false', pool.program);
		pool.signal('SIGHUP');
		await until(() => pool.events('reload_refused').length === 1, 'it is refused');
		rmSync(pool.program);
		symlinkSync(PROGRAM, pool.program);
		writeFileSync(conf, 'BANGUI_NONSENSE=1\n');
		pool.signal('SIGHUP');
		await until(() => pool.events('reload_refused').length === 2, 'and so is a bad setting');
		assert.deepEqual(children(pool.pid), old);
		assert.equal((await pool.get('/api/health/live')).status, 200);
		writeFileSync(conf, good);
		pool.signal('SIGHUP');
		await until(() => pool.events('pool_started').length === 2, 'now it reloads');
	}));

test('a database that cannot be opened: the reason is served until it is back', () =>
	withPool({ workers: 1 }, async (pool) => {
		const db = join(pool.state, 'bangui.db');
		const good = readFileSync(db);
		rmSync(`${db}-wal`, { force: true });
		rmSync(`${db}-shm`, { force: true });
		writeFileSync(db, 'this is no database. '.repeat(1000));
		const [pid] = children(pool.pid);
		process.kill(pid, 'SIGKILL');
		await until(() => children(pool.pid).some((p) => p !== pid), 'there is a new worker');
		const r = await pool.get('/api/status');
		assert.equal(r.status, 503);
		assert.equal(JSON.parse(r.body).code, 'database_unavailable');
		assert.equal((await pool.get('/api/health/live')).status, 200);
		const ready = await pool.get('/api/health/ready');
		assert.equal(ready.status, 503);
		const { status, checks } = JSON.parse(ready.body);
		assert.equal(status, 'unavailable');
		assert.equal(checks.find((c) => c.name === 'database').status, 'unavailable');
		const worker = children(pool.pid);
		writeFileSync(db, good);
		await until(async () => {
			const answer = await pool.get('/api/setup');
			return answer.status === 200;
		}, 'it works again');
		assert.deepEqual(children(pool.pid), worker);
	}));

test('a database of a later program: the start is refused with 78', async () => {
	const pool = new Pool({ workers: 1 });
	await pool.start();
	pool.signal('SIGTERM');
	await pool.exited;
	execFileSync('sqlite3', [join(pool.state, 'bangui.db'), 'PRAGMA user_version=99999']);
	rmSync(pool.sock, { force: true });
	const r = spawnSync('spawn-fcgi', ['-n', '-s', pool.sock, '--', PROGRAM, '--workers', '1'],
		{ env: { ...process.env, BANGUI_CONFIG: join(pool.dir, 'conf') }, encoding: 'utf8' });
	assert.equal(r.status, 78);
	assert.match(r.stderr, /"event":"start_failed".*"code":"database_newer"/);
	await pool.stop();
});

test('a database that becomes a later one: 503, and back when it is', () =>
	withPool({ workers: 1 }, async (pool) => {
		const db = join(pool.state, 'bangui.db');
		const sql = (text) => execFileSync('sqlite3', [db, text], { encoding: 'utf8' });
		const version = Number(sql('PRAGMA user_version'));
		const [pid] = children(pool.pid);
		sql('CREATE TABLE later (x); PRAGMA user_version = 99999');
		const answer = async () => JSON.parse((await pool.get('/api/setup')).body).code;
		await until(async () => await answer() === 'database_newer', 'it is noticed');
		assert.equal((await pool.get('/api/health/live')).status, 200);
		sql(`DROP TABLE later; PRAGMA user_version = ${version}`);
		await until(async () => await answer() === undefined, 'it works again');
		assert.deepEqual(children(pool.pid), [pid]);
	}));

test('--workers auto is two for each processor, and at least four', () =>
	withPool({ workers: 'auto' }, async (pool) => {
		await until(() => children(pool.pid).length === Math.max(4, 2 * cpus().length),
			'all are there');
	}));

test('out of descriptors it waits, tells, and serves again', () =>
	withPool({}, async (pool) => {
		const limit = (n) => execFileSync('prlimit', [`--pid=${pool.pid}`, `--nofile=${n}:1024`]);
		limit(3);
		const answer = pool.get('/api/health/live');
		await until(() => pool.events('accept_failed').length > 0, 'it is told');
		const lines = pool.events('accept_failed').length;
		assert.ok(lines < 20, `${lines} lines`);
		limit(1024);
		assert.equal((await answer).status, 200);
	}));
