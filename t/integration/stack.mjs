// SPDX-License-Identifier: GPL-2.0-or-later
// t/stack itself: what it promises to every other test and to operators.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync }
	from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { BUILD, startStack, until } from '../lib/stack.mjs';

const STACK = fileURLToPath(new URL('../stack', import.meta.url));
const PROMISED = ['BANGUI_URL', 'BANGUI_SETUP_CODE', 'BANGUI_DB', 'F2B_SOCKET', 'F2B_DB',
	'F2B_CONFIG', 'F2B_LOG', 'ATTACK_LOG', 'NGINX_PID', 'WORKER_PIDS', 'NGINX_ERROR_LOG',
	'BANGUI_LOG', 'JOBS_LOG'];

const made = [];
function newDir() {
	const dir = mkdtempSync(join(tmpdir(), 'bangui-'));
	made.push(dir);
	return dir;
}

after(() => made.forEach((dir) => {
	stack('stop', dir);
	rmSync(dir, { recursive: true, force: true });
}));

function stack(...args) {
	return spawnSync(STACK, args, { encoding: 'utf8' });
}

/** Processes that have word in their command line or environment. */
function processesWith(word) {
	return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
		.filter((pid) => {
			try {
				return ['cmdline', 'environ'].some((f) =>
					readFileSync(`/proc/${pid}/${f}`, 'latin1').includes(word));
			} catch {
				return false; // it ended meanwhile
			}
		});
}

const isAlive = (pid) => processesWith('').includes(String(pid));

test('env names every part, and each is what its name says', async () => {
	const s = await startStack({ workers: 3 });
	for (const name of PROMISED)
		assert.ok(s.env[name], name);
	for (const name of ['BANGUI_DB', 'F2B_DB', 'F2B_CONFIG', 'F2B_LOG', 'ATTACK_LOG',
		'NGINX_ERROR_LOG', 'BANGUI_LOG', 'JOBS_LOG', 'F2B_SOCKET'])
		assert.ok(statSync(s.env[name]).ino > 0 && s.env[name].startsWith(s.dir), name);
	assert.equal(s.env.WORKER_PIDS.split(' ').length, 3);
	for (const pid of [s.env.NGINX_PID, s.env.JOBS_PID, ...s.env.WORKER_PIDS.split(' ')])
		assert.ok(isAlive(pid), pid);
	assert.equal(new URL(s.url).hostname, '127.0.0.1');
	assert.equal((await s.client().get('/api/health/live')).status, 200);
	assert.equal(stack('status', s.dir).status, 0);
	await s.stop();
	assert.deepEqual(processesWith(s.dir), []);
});

test('two stacks side by side have nothing in common', async () => {
	const [a, b] = await Promise.all([startStack({ workers: 1 }), startStack({ workers: 1 })]);
	for (const name of PROMISED)
		assert.notEqual(a.env[name], b.env[name], name);
	await a.hit('sshd', '198.51.100.9');
	await until(async () => /198\.51\.100\.9/.test(await a.fail2ban('banned')), 'the ban in a');
	assert.doesNotMatch(await b.fail2ban('banned'), /198/);
	await a.stop();
	assert.equal((await b.client().get('/api/health/live')).status, 200);
	await b.stop();
});

test('a start in a directory that runs one is refused and harms nothing', async () => {
	const s = await startStack({ workers: 1 });
	const again = stack('start', s.dir, '--build', BUILD);
	assert.equal(again.status, 1);
	assert.match(again.stderr, /already running/);
	assert.equal((await s.client().get('/api/health/live')).status, 200);
	await s.stop();
});

test('after a stop the same directory starts again with its data', async () => {
	const dir = newDir();
	assert.equal(stack('start', dir, '--build', BUILD, '--workers', '1').status, 0);
	const before = statSync(join(dir, 'state/bangui.db')).ino;
	stack('stop', dir);
	assert.equal(stack('status', dir).status, 1);
	const again = stack('start', dir, '--build', BUILD, '--workers', '1');
	assert.equal(again.status, 0, again.stderr);
	assert.equal(statSync(join(dir, 'state/bangui.db')).ino, before);
	stack('stop', dir);
});

test('a pool that does not come up is told with its last words, and nothing stays', () => {
	const dir = newDir();
	const bad = join(dir, 'bad');
	writeFileSync(bad, '#!/bin/sh\necho "no such luck" >&2\nexit 78\n', { mode: 0o755 });
	const r = stack('start', dir, '--build', BUILD, '--fcgi', bad);
	assert.equal(r.status, 1);
	assert.match(r.stderr, /no such luck/);
	assert.match(r.stderr, /the pool did not come up/);
	assert.deepEqual(processesWith(dir), []);
	assert.ok(!readdirSync(dir).includes('env'));
});

test('a fail2ban that does not come up is told the same way', () => {
	const dir = newDir();
	mkdirSync(join(dir, 'fail2ban'));
	writeFileSync(join(dir, 'fail2ban/jail.conf'), '[broken\n');
	const r = stack('start', dir, '--build', BUILD);
	assert.equal(r.status, 1);
	assert.match(r.stderr, /fail2ban did not come up/);
	assert.deepEqual(processesWith(dir), []);
});

test('a bad setting is the pool\'s reason', () => {
	const dir = newDir();
	const r = stack('start', dir, '--build', BUILD, '--set', 'BANGUI_NO_SUCH_SETTING=1');
	assert.equal(r.status, 1);
	assert.match(r.stderr, /BANGUI_NO_SUCH_SETTING/);
	assert.deepEqual(processesWith(dir), []);
});

test('a directory too long for a socket is refused', () => {
	const r = stack('start', `/tmp/${'x'.repeat(100)}`, '--build', BUILD);
	assert.equal(r.status, 1);
	assert.match(r.stderr, /107/);
});

test('a stale pid file never ends somebody else\'s process', () => {
	const dir = newDir();
	mkdirSync(join(dir, 'run'));
	for (const name of ['nginx', 'f2b', 'pool', 'attack'])
		writeFileSync(join(dir, `run/${name}.pid`), String(process.pid));
	assert.equal(stack('stop', dir).status, 0); // and the test goes on
});

test('workers whose master was killed are ended by stop as well', async () => {
	const s = await startStack({ workers: 2 });
	process.kill(Number(s.env.MASTER_PID), 'SIGKILL');
	await s.stop();
	assert.deepEqual(processesWith(s.dir), []);
});

test('the generator makes fail2ban ban, and ends with the stack', async () => {
	const s = await startStack({ workers: 1, attack: true });
	const me = s.client();
	await me.setUp();
	await me.signIn();
	const bans = await until(async () => {
		const { json } = await me.get('/api/active-bans?limit=1000');
		return json.total >= 20 && json.items;
	}, 'twenty bans', 60000);
	for (const b of bans)
		assert.match(b.ip, /^((11|21|22|26|28|10|198)\.|3ffe:|2001:db8:)/);
	const codes = new Set(bans.map((b) => b.country_code).filter(Boolean));
	assert.ok(codes.size >= 5, `countries: ${[...codes]}`);
	assert.ok(bans.some((b) => b.as_org?.startsWith('Sample ')));
	await s.stop();
	assert.deepEqual(processesWith(s.dir), []);
});

test('the operator\'s command of a stack speaks to that stack', async () => {
	const s = await startStack({ workers: 1 });
	const code = execFileSync(s.env.BANGUI_CLI, ['setup-code'], { encoding: 'utf8' }).trim();
	const me = s.client();
	const old = await me.post('/api/setup', { setup_token: s.env.BANGUI_SETUP_CODE,
		password: 'correct horse battery' });
	assert.notEqual(old.status, 201, 'a new code ends the one before');
	s.env.BANGUI_SETUP_CODE = code;
	await me.setUp();
	await s.stop();
});
