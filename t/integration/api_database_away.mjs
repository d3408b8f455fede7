// SPDX-License-Identifier: GPL-2.0-or-later
// Our database locked by somebody, and workers killed: what needs to write
// says so with a time to come back, everything else goes on, nothing is lost.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { after, before, test } from 'node:test';

import { answersAtOnce, PASSWORD, startStack, until } from '../lib/stack.mjs';

let stack, me;

before(async () => {
	stack = await startStack();
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
	assert.equal((await me.get('/api/active-bans')).status, 200);
});
after(() => stack.stop());

const sql = (text) => execFileSync('sqlite3', [stack.env.BANGUI_DB, text], { encoding: 'utf8' }).trim();

/** Another process holds the write lock until release() is called. */
async function lockDatabase() {
	const child = spawn('sqlite3', [stack.env.BANGUI_DB], { stdio: ['pipe', 'pipe', 'inherit'] });
	const out = [];
	child.stdout.on('data', (chunk) => out.push(chunk));
	child.stdin.write(".timeout 5000\nBEGIN IMMEDIATE;\nSELECT 'locked';\n");
	await until(() => Buffer.concat(out).includes('locked'), 'the lock is held', 6000);
	return async () => {
		const gone = new Promise((done) => child.on('exit', done));
		child.stdin.end('ROLLBACK;\n');
		await gone;
	};
}

/** Done with each worker in turn: meanwhile the others stand still. */
async function inEachWorker(act) {
	const all = await stack.workers();
	for (const one of all) {
		const others = all.filter((pid) => pid !== one);
		others.forEach((pid) => process.kill(pid, 'SIGSTOP'));
		try {
			await act();
		} finally {
			others.forEach((pid) => process.kill(pid, 'SIGCONT'));
		}
	}
}

test('locked by another process: 503 where it must write, and only there', async () => {
	const release = await lockDatabase();
	try {
		for (const path of ['/api/auth/session', '/api/version', '/api/status', '/api/jails'])
			assert.equal((await me.get(path)).status, 200, path);
		await answersAtOnce(me, '/api/health/live');
		const login = await stack.client().post('/api/auth/login', { password: PASSWORD });
		assert.equal(login.status, 503);
		assert.equal(login.json.code, 'database_busy');
		assert.ok(Number(login.headers['retry-after']) > 0);
		const ready = await me.get('/api/health/ready');
		assert.equal(ready.status, 503);
		assert.equal(ready.json.status, 'unavailable');
		const check = ready.json.checks.find((c) => c.name === 'database');
		assert.equal(check.status, 'unavailable');
		assert.equal(typeof check.detail, 'string');
		const list = await me.get('/api/active-bans');
		assert.equal(list.status, 503, list.text);
		assert.equal(list.json.code, 'database_busy');
		// fail2ban can be told all the same, and is
		const ban = await me.post('/api/active-bans', { jail: 'sshd', ips: ['203.0.113.7'] });
		assert.equal(ban.status, 200, ban.text);
		assert.equal(ban.json.results[0].outcome, 'banned');
		assert.match(await stack.fail2ban('get', 'sshd', 'banip'), /203\.0\.113\.7/);
		// but not of a ban whose end would be known to nobody
		const ends = await me.post('/api/active-bans',
			{ jail: 'sshd', ips: ['203.0.113.8'], bantime_seconds: 60 });
		assert.equal(ends.status, 503, ends.text);
		assert.doesNotMatch(await stack.fail2ban('get', 'sshd', 'banip'), /203\.0\.113\.8/);
	} finally {
		await release();
	}
	const list = await me.get('/api/active-bans');
	assert.deepEqual(list.json.items.map((b) => b.ip), ['203.0.113.7']);
	assert.equal((await me.get('/api/health/ready')).json.status, 'ok');
	assert.equal((await stack.client().post('/api/auth/login', { password: PASSWORD })).status, 200);
	assert.equal(stack.log().filter((l) => l.event === 'act_not_noted').length, 2);
});

test('of a later program: 503 for everything but health, until it is put right', async () => {
	const version = sql('PRAGMA user_version');
	sql('BEGIN; CREATE TABLE later (n INTEGER) STRICT; PRAGMA user_version = 999; COMMIT');
	try {
		await until(async () => (await me.get('/api/version')).status === 503,
			'a worker notices', 3000);
		const r = await until(async () => {
			const ready = await me.get('/api/health/ready');
			return ready.status === 503 && ready;
		}, 'the readiness check says so', 3000);
		assert.equal(r.json.status, 'unavailable');
		assert.deepEqual(r.json.checks.map((c) => c.name), ['database', 'fail2ban', 'geoip', 'jobs']);
		assert.ok(r.json.checks.every((c) => !('detail' in c)));
		for (let i = 0; i < 8; i++)
			assert.equal((await me.get('/api/health/live')).status, 200);
	} finally {
		sql(`BEGIN; DROP TABLE later; PRAGMA user_version = ${version}; COMMIT`);
	}
	// a worker looks again after an answer, and no sooner than a second later
	await inEachWorker(() => until(async () => (await me.get('/api/version')).status === 200,
		'this worker is back', 5000));
	assert.equal((await me.get('/api/health/ready')).json.status, 'ok');
});

test('ten viewers have fail2ban asked once in two seconds', async () => {
	const end = Date.now() + 6500;
	const times = new Set();
	let n = 0;
	const view = async () => {
		while (Date.now() < end) {
			const r = await me.get('/api/active-bans');
			assert.equal(r.status, 200, r.text);
			n++;
		}
	};
	const watch = async () => {
		while (Date.now() < end) {
			times.add(sql('SELECT checked_at_ms FROM active_ban_state'));
			await new Promise((done) => setTimeout(done, 50));
		}
	};
	await Promise.all([...Array(10)].map(view).concat(watch()));
	assert.ok(n > 50, `${n} views`);
	assert.ok(times.size >= 3 && times.size <= 5, `asked ${times.size} times`);
});

test('workers killed at any moment keep nobody waiting', async () => {
	const ips = (i) => [`10.3.0.${i}`];
	let answered = 0;
	for (let i = 0; i < 12; i++) {
		const [victim] = (await stack.workers()).slice(i % 4);
		// the row is old, so that one of these reads fail2ban's lists
		const all = Promise.all([
			me.post('/api/active-bans', { jail: 'sshd', ips: ips(i) }, { nginx: true }),
			...[...Array(6)].map(() => me.get('/api/active-bans', { nginx: true })),
		]);
		process.kill(victim, 'SIGKILL');
		for (const r of await all) {
			// nginx tells of a worker that died under a request
			assert.ok([200, 503].includes(r.status), `${r.status} ${r.text}`);
			answered += r.status === 200 ? 1 : 0;
		}
		const began = Date.now();
		const r = await until(async () => {
			const next = await me.get('/api/active-bans', { nginx: true });
			return next.status === 200 && next;
		}, 'the list is there', 1500);
		assert.ok(Date.now() - began < 1500);
		const real = (await stack.fail2ban('get', 'sshd', 'banip')).split(/\s+/).filter(Boolean);
		await until(async () => (await me.get('/api/active-bans?limit=1000')).json.total ===
			real.length, 'the list is true', 5000);
		assert.ok(r.json.total >= 0);
	}
	assert.ok(answered > 50, `${answered} answers`);
	assert.equal(sql('PRAGMA integrity_check'), 'ok');
	assert.equal(sql('SELECT count(*) FROM active_ban'),
		sql('SELECT sum(n_rows) FROM active_ban_jail'));
});
