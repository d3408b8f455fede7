// SPDX-License-Identifier: GPL-2.0-or-later
// Background work: jobs that fail in every way (OPS-10), several runners on
// one table (OPS-11), runners killed at any moment (OPS-12), what the API and
// the operator's commands say of it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { BUILD, startStack, until } from '../lib/stack.mjs';
import { children, Pool, processStatus } from '../lib/pool.mjs';

const PROGRAM = join(BUILD, 't/lib/hooks/bangui-jobs-hooks');
const SHORT = 1, LONG = 2; // kinds geo_retry and geo_http, of the hooks

let stack, me;
const LATE_MS = 40_000; // no runner of these cases takes so long to end by itself
const runners = new Set();

before(async () => {
	stack = await startStack({ jobs: false });
	me = stack.client();
	await me.setUp();
	await me.signIn();
	await stack.liftRateLimits();
});

beforeEach(() => sql('DELETE FROM job'));
// those of a case that failed would do the jobs of the next
afterEach(() => runners.forEach((r) => r.kill()));

after(() => stack?.stop());

function sql(text) {
	return execFileSync('sqlite3', ['-cmd', '.timeout 5000', stack.env.BANGUI_DB, text],
		{ encoding: 'utf8' }).trim();
}

/** Queues jobs of these keys; ids in their order. */
function queue(kind, ...keys) {
	const rows = keys.map((k) => `(${kind}, '${k}', 0, unixepoch(), unixepoch(), 0)`);
	const ids = sql('INSERT INTO job (kind, key, state, queued_at, due_at, wait_s) VALUES ' +
		`${rows.join(',')} RETURNING id`);
	return ids.split('\n').map(Number);
}

const job = async (id) => (await me.get(`/api/jobs/${id}`)).json;
const inState = (id, state) => until(async () => (await job(id)).state === state,
	`job ${id} is ${state}`);

/** A job runner whose jobs do as their keys say. */
class Runner {
	constructor(...options) {
		this.file = join(stack.dir, `runner-${runners.size}.log`);
		const log = openSync(this.file, 'w');
		this.child = spawn(PROGRAM, options, { stdio: ['ignore', log, log], detached: true,
			env: { PATH: process.env.PATH, BANGUI_CONFIG: stack.env.BANGUI_SETTINGS,
				ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '' } });
		closeSync(log);
		const late = setTimeout(() => this.kill(), LATE_MS);
		this.exited = new Promise((done) => this.child.on('exit', (code, signal) => {
			clearTimeout(late);
			done({ code, signal });
		}));
		runners.add(this);
	}

	failures() {
		return readFileSync(this.file, 'utf8').split('\n').filter((l) => l !== '')
			.map((l) => JSON.parse(l)).filter((l) => l.event === 'background_task_failed');
	}

	/** kill -9, of all its processes at once. */
	kill() {
		try {
			process.kill(-this.child.pid, 'SIGKILL');
		} catch {
			// it has ended
		}
	}

	async stop() {
		const began = Date.now();
		this.child.kill('SIGTERM');
		const end = await this.exited;
		return { ...end, ms: Date.now() - began };
	}
}

async function failureCount(task) {
	const r = await me.get('/api/metrics');
	assert.equal(r.status, 200);
	return Number(new RegExp(
		`^bangui_background_task_failures_total\\{task="${task}"\\} (\\d+)$`, 'm').exec(r.text)[1]);
}

test('each way to fail is one line and one count', async () => {
	const before = await failureCount('geo_retry');
	const ways = { busy: 'database_busy', error: 'fail2ban_unreachable', full: 'database_full',
		slow: 'timed_out', hang: 'timed_out', crash: 'runner_lost' };
	// a database that is busy is so for every other runner, too
	const [first, ...others] = Object.keys(ways);
	const ids = queue(SHORT, first);
	const alone = new Runner();
	assert.deepEqual(await alone.exited, { code: 0, signal: null });
	ids.push(...queue(SHORT, ...others));
	// one waits for its alarm while the other goes on
	const all = [alone, new Runner(), new Runner()];
	for (const r of all)
		assert.deepEqual(await r.exited, { code: 0, signal: null });
	const lines = all.flatMap((r) => r.failures());
	assert.equal(lines.length, ids.length, JSON.stringify(lines));
	for (const [i, [way, code]] of Object.entries(ways).entries()) {
		const mine = lines.filter((l) => l.job_id === ids[i]);
		assert.equal(mine.length, 1, way);
		assert.deepEqual([mine[0].task, mine[0].attempt, mine[0].error, mine[0].retry_at],
			['geo_retry', 1, code, null], way);
		assert.ok(mine[0].detail.length > 0 && mine[0].duration_ms >= 0, way);
		const row = await job(ids[i]);
		assert.deepEqual([row.state, row.error.code], ['failed', code], way);
	}
	assert.equal(await failureCount('geo_retry'), before + ids.length);
});

test('a chore that fails is one line, and the request knows nothing of it', async () => {
	const pool = await new Pool().start();
	let writer;
	try {
		pool.signal('SIGTERM');
		await pool.exited;
		writer = spawn('sqlite3', [join(pool.state, 'bangui.db')],
			{ stdio: ['pipe', 'pipe', 'inherit'] });
		writer.stdin.write("BEGIN IMMEDIATE;\nSELECT 'locked';\n");
		await once(writer.stdout, 'data');
		await pool.start();
		const failed = () => pool.events('background_task_failed')
			.filter((l) => l.task === 'auth_clean');
		// one chore a response, and this one is not the first
		await until(async () => {
			assert.equal((await pool.get('/api/health/live')).status, 200);
			return failed().length > 0;
		}, 'it has waited for the lock');
		writer.stdin.end('ROLLBACK;\n');
		await once(writer, 'exit');
		assert.deepEqual(failed().map((l) => [l.error, l.job_id, l.attempt]),
			[['database_busy', null, 1]]);
		assert.ok(failed()[0].duration_ms >= 1000);
	} finally {
		writer?.kill();
		await pool.stop();
	}
});

test('kill -9 of a process is told of at once, and the job goes on', async () => {
	const r = new Runner('--watch');
	const [id] = queue(LONG, 'wait');
	await inState(id, 'running');
	process.kill(Math.max(...children(r.child.pid)), 'SIGKILL'); // the lane of long ones
	await until(() => r.failures().length === 1, 'it is told of');
	const [line] = r.failures();
	assert.deepEqual([line.job_id, line.error, line.attempt], [id, 'runner_lost', 1]);
	assert.notEqual(line.retry_at, null);
	await until(async () => (await job(id)).attempt === 2, 'it is begun again');
	assert.equal((await r.stop()).code, 0);
	assert.equal(r.failures().length, 1);
});

test('kill -9 of a whole runner is told of by who finds the lapsed lease', async () => {
	const before = await failureCount('geo_http');
	const dead = new Runner('--watch');
	const [id] = queue(LONG, 'wait');
	await inState(id, 'running');
	dead.kill();
	await dead.exited;
	assert.equal((await job(id)).state, 'running');
	sql(`UPDATE job SET lease_until = 0, key = 'count' WHERE id = ${id}`); // a minute later
	const next = new Runner();
	assert.equal((await next.exited).code, 0);
	assert.deepEqual(next.failures().map((l) => [l.job_id, l.error, l.attempt]),
		[[id, 'runner_lost', 1]]);
	assert.equal(dead.failures().length, 0);
	assert.equal((await job(id)).state, 'done');
	assert.equal(await failureCount('geo_http'), before + 1);
});

test('a lane whose keeper was killed gives its job back and ends', async () => {
	const r = new Runner('--watch');
	const [id] = queue(LONG, 'wait');
	await inState(id, 'running');
	const lanes = children(r.child.pid);
	assert.equal(lanes.length, 2);
	r.child.kill('SIGKILL');
	await inState(id, 'queued');
	await until(() => lanes.every((pid) => processStatus(pid) === null), 'they have ended');
	assert.equal((await job(id)).attempt, 0);
	assert.equal(r.failures().length, 0);
});

test('SIGTERM gives a job back within two seconds, whether it listens or not', async () => {
	for (const key of ['wait', 'deaf']) {
		const r = new Runner('--watch');
		const [id] = queue(LONG, key);
		await inState(id, 'running');
		const end = await r.stop();
		assert.equal(end.code, 0);
		assert.ok(end.ms < 2500, `${key}: ${end.ms} ms`);
		const row = await job(id);
		assert.deepEqual([row.state, row.attempt, row.error], ['queued', 0, null], key);
		assert.equal(r.failures().length, 0);
		sql('DELETE FROM job');
	}
});

test('a running job shows its progress and is cancelled within two seconds', async () => {
	const r = new Runner('--watch');
	const [id] = queue(LONG, 'wait');
	await until(async () => (await job(id)).progress.done > 0, 'progress shows');
	assert.equal((await job(id)).progress.phase, 'going on');
	const told = await me.delete(`/api/jobs/${id}`);
	assert.equal(told.status, 200);
	assert.deepEqual([told.json.state, told.json.cancelling], ['running', true]);
	const began = Date.now();
	await inState(id, 'cancelled');
	assert.ok(Date.now() - began < 2000);
	assert.equal((await me.delete(`/api/jobs/${id}`)).status, 409);
	assert.equal((await me.delete('/api/jobs/999999')).status, 404);
	assert.equal((await r.stop()).code, 0);
	assert.equal(r.failures().length, 0);
});

test('a new job is begun within a second', async () => {
	const r = new Runner('--watch');
	await until(() => readFileSync(r.file, 'utf8').includes('job_runner_started'), 'it runs');
	// the first look is at once; what counts is how soon there is another
	const waits = [];
	for (let i = 0; i < 3; i++) {
		const began = Date.now();
		const [id] = queue(SHORT, 'count');
		await inState(id, 'done');
		waits.push(Date.now() - began);
	}
	assert.ok(Math.min(...waits.slice(1)) < 1000, `${waits} ms`);
	assert.equal((await r.stop()).code, 0);
});

const ranFile = () => join(stack.env.BANGUI_STATE_DIR, 'ran');

/** [kind, id] of each line of the file that the hooks write. */
function ranSoFar() {
	const lines = existsSync(ranFile()) ?
		readFileSync(ranFile(), 'utf8').trim().split('\n') : [];
	return lines.map((l) => l.split(' ').map(Number));
}

/** The same, and it begins anew. */
function whatRan() {
	const ran = ranSoFar();
	rmSync(ranFile(), { force: true });
	return ran;
}

const isTick = ([kind]) => kind === 0;

test('two runners and four workers: no job twice, no lease lost', async () => {
	whatRan();
	const began = Date.now();
	const both = [new Runner('--watch'), new Runner('--watch')];
	const ids = [];
	let asking = true;
	const clients = Array.from({ length: 4 }, async () => {
		while (asking)
			assert.equal((await me.get('/api/jobs?limit=5')).status, 200);
	});
	try {
		for (let i = 0; i < 2; i++) {
			// so many that one runner is not through before the other looks
			ids.push(...queue(SHORT, ...Array.from({ length: 300 }, (_, n) => `c${i}-${n}`)));
			ids.push(...queue(LONG, 'count'));
			await until(() => sql(`SELECT count(*) FROM job WHERE state < 2 AND kind = ${LONG}`) === '0',
				'the one of this kind and key is done');
		}
		await until(() => sql('SELECT count(*) FROM job WHERE state < 2 AND kind > 0') === '0',
			'all are done');
		await until(() => ranSoFar().some(isTick), 'the scheduled one has run, too');
	} finally {
		asking = false;
		await Promise.all(clients);
	}
	for (const r of both) {
		assert.equal((await r.stop()).code, 0);
		assert.deepEqual(r.failures(), []);
	}
	const ran = whatRan();
	const seen = ran.filter(([kind]) => kind !== 0).map(([, id]) => id);
	assert.deepEqual(seen.sort((a, b) => a - b), ids);
	assert.equal(sql('SELECT count(*) FROM job WHERE state <> 2 AND kind > 0'), '0');
	// the scheduled one: once a second and not once a runner
	const ticks = ran.filter(isTick).length;
	assert.ok(ticks >= 1 && ticks <= 1 + (Date.now() - began) / 1000, `${ticks} ticks`);
	assert.equal(sql('SELECT count(*) FROM job WHERE kind = 0'), '1');
});

test('runners killed at any moment leave a sound table, and the next one finishes', async () => {
	whatRan();
	const ids = [];
	for (let i = 0; i < 30; i++) {
		const r = new Runner('--watch');
		ids.push(...queue(SHORT, `k${i}`, `l${i}`));
		// somewhere between its birth and its rest
		await new Promise((done) => setTimeout(done, Math.random() * 80));
		r.kill();
		await r.exited;
	}
	assert.equal(sql('PRAGMA quick_check'), 'ok');
	sql('UPDATE job SET lease_until = 0 WHERE state = 1'); // a minute later
	const last = new Runner();
	assert.equal((await last.exited).code, 0);
	assert.equal(sql('SELECT count(*) FROM job WHERE state < 2 AND kind > 0'), '0');
	// who was killed between doing a job and noting it is told of as lost
	const lost = last.failures().map((l) => l.job_id);
	const done = sql('SELECT id FROM job WHERE state = 2 AND kind > 0').split('\n').map(Number);
	assert.deepEqual([...done, ...lost].sort((a, b) => a - b), ids);
	const ran = whatRan().filter(([kind]) => kind > 0).map(([, id]) => id);
	assert.equal(new Set(ran).size, ran.length, 'none was done twice');
});

test('jobs that nobody does are told of', async () => {
	sql('DELETE FROM job_runner');
	const check = async () => (await me.get('/api/health/ready')).json.checks
		.find((c) => c.name === 'jobs');
	const codes = async () => (await me.get('/api/status')).json.warnings.map((w) => w.code);
	const doctor = async () => JSON.parse((await stack.cli('doctor', '--json').catch((e) => e)).stdout)
		.checks.find((c) => c.name === 'jobs');
	queue(SHORT, 'count');
	assert.equal((await check()).status, 'ok');
	assert.ok(!(await codes()).includes('jobs_not_running'));
	assert.equal((await doctor()).status, 'ok');
	sql('UPDATE job SET due_at = due_at - 301');
	assert.equal((await check()).status, 'degraded');
	assert.match((await check()).detail, /bangui jobs run/);
	assert.ok((await codes()).includes('jobs_not_running'));
	assert.equal((await doctor()).status, 'warn');
	assert.match((await me.get('/api/metrics')).text, /^bangui_job_age_seconds\{kind="geo_retry"\} 30\d$/m);
	await new Runner().exited;
	assert.equal((await check()).status, 'ok');
	assert.equal((await doctor()).status, 'ok');
});

test('the list is paged, and the command shows the same', async () => {
	const ids = queue(SHORT, 'a', 'b', 'c');
	const first = await me.get('/api/jobs?limit=2');
	assert.deepEqual(first.json.items.map((j) => j.id), [ids[2], ids[1]]);
	assert.equal(first.json.total, 3);
	const second = await me.get(`/api/jobs?limit=2&cursor=${encodeURIComponent(first.json.next_cursor)}`);
	assert.deepEqual(second.json.items.map((j) => j.id), [ids[0]]);
	assert.equal(second.json.next_cursor, null);
	assert.equal((await me.get('/api/jobs?cursor=nonsense')).status, 400);
	assert.equal((await me.get('/api/jobs?state=done')).status, 422);
	const list = JSON.parse((await stack.cli('jobs', 'list', '--json')).stdout);
	assert.deepEqual(list.items.map((j) => j.id), ids.toReversed());
	assert.match((await stack.cli('jobs', 'cancel', String(ids[0]))).stdout, /is cancelled/);
	assert.equal((await job(ids[0])).state, 'cancelled');
	for (const [words, code] of [[['jobs', 'cancel', String(ids[0])], 1],
		[['jobs', 'cancel', 'x'], 2], [['jobs', 'cancel'], 2], [['jobs', 'list', '--watch'], 2]])
		await assert.rejects(stack.cli(...words), (e) => e.code === code, words.join(' '));
});

/** The lines of each family, and a finding for what promtool would refuse. */
function lintMetrics(text) {
	const families = new Map();
	const series = new Set();
	let open = null;
	assert.ok(text.endsWith('\n'));
	for (const line of text.trimEnd().split('\n')) {
		const head = /^# (HELP|TYPE) ([a-z_0-9]+) (.+)$/.exec(line);
		if (head?.[1] === 'HELP') {
			assert.ok(!families.has(head[2]), `${head[2]} comes once`);
			open = { name: head[2], type: null, n: 0 };
			families.set(open.name, open);
		} else if (head) {
			assert.deepEqual([head[2], open.type, open.n], [open.name, null, 0], line);
			open.type = head[3];
		} else {
			const [, name, labels, value] =
				/^([a-z_0-9]+)(\{[a-z_]+="(?:[^"\\\n]|\\.)*"\})? (-?\d+)$/.exec(line);
			assert.equal(name, open.name, line);
			assert.ok(open.type === 'gauge' || name.endsWith('_total'), line);
			assert.ok(open.type !== 'counter' || Number(value) >= 0, line);
			assert.ok(!series.has(name + labels), `${line} comes once`);
			series.add(name + labels);
			open.n++;
		}
	}
	return families;
}

test('the metrics are what Prometheus reads, and spare fail2ban', async () => {
	const r = await me.get('/api/metrics');
	assert.match(r.headers['content-type'], /^text\/plain; version=0\.0\.4/);
	const families = lintMetrics(r.text);
	for (const name of ['f2b_up', 'f2b_jail_count', 'f2b_jail_banned_current', 'f2b_jail_banned_total',
		'f2b_jail_failed_current', 'f2b_jail_failed_total', 'bangui_background_task_failures_total',
		'bangui_job_age_seconds', 'bangui_db_bytes', 'bangui_build_info'])
		assert.ok(families.get(name)?.n > 0, name);
	assert.match(r.text, /^f2b_up 1$/m);
	const jails = (await me.get('/api/jails')).json.items.map((j) => j.name);
	for (const name of jails)
		assert.ok(r.text.includes(`f2b_jail_banned_current{jail="${name}"} `), name);
	assert.equal((await stack.client().get('/api/metrics')).status, 401);
	// what one worker has asked serves all of them
	const state = () => sql('SELECT 1') && readFileSync(
		join(stack.env.BANGUI_STATE_DIR, 'jails.counts')).subarray(8, 16).readBigInt64LE();
	const asked = new Set();
	const began = Date.now();
	for (let i = 0; i < 40; i++) {
		await me.get('/api/metrics');
		asked.add(state());
	}
	assert.ok(asked.size <= 2 + (Date.now() - began) / 5000, `asked ${asked.size} times`);
	assert.ok(children(stack.env.MASTER_PID).length === 4);
});
