// SPDX-License-Identifier: GPL-2.0-or-later
// Who may try a password or a set-up code, how often, and from where (SEC-11,
// SEC-15, SEC-16). Clients come from addresses of the loopback network; time
// passes by moving what the database says of it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';

import { answersAtOnce, PASSWORD, startStack, until } from '../lib/stack.mjs';

const WRONG = 'not the right password';
const FREE = 5; // failures without a wait

let stack;
before(async () => {
	stack = await startStack({ settings: { BANGUI_ALLOW_PLAIN_HTTP: 'true' } });
	await stack.liftRateLimits();
});
beforeEach(() => sql('DELETE FROM throttle; DELETE FROM known_client; UPDATE hash_budget SET spent = 0'));
after(() => stack.stop());

const sql = (text) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', stack.env.BANGUI_DB, text],
	{ encoding: 'utf8' }).trim();

/** So many seconds pass; fewer than none: the clock is set back. */
function pass(seconds) {
	sql(`UPDATE throttle SET updated_at = updated_at - ${seconds}, blocked_until = blocked_until - ${seconds};
		UPDATE hash_budget SET updated_at = updated_at - ${seconds}`);
}

/** As after more failures, so that a slow machine is not past the wait before it has asked. */
const hold = (seconds) => sql(`UPDATE throttle SET blocked_until = blocked_until + ${seconds}`);

const from = (address) => stack.client({ from: address });
const login = (who, password, headers) => who.post('/api/auth/login', { password }, { headers });
const failures = (client) =>
	stack.log().filter((l) => l.event === 'login_failed' && l.client === client).length;

/** 429, with at most `most` seconds to wait, of which a few may be over; how long. */
function assertThrottled(r, most) {
	assert.equal(r.status, 429, r.text);
	assert.equal(r.json.code, 'too_many_requests');
	const wait = Number(r.headers['retry-after']);
	assert.ok(wait >= Math.max(1, most - 5) && wait <= most, `${wait} of ${most} s`);
	return wait;
}

/** Attempts until the first one that has to wait: the sixth failure is what it waits for. */
async function assertSixFail(attempt, status) {
	for (let i = 0; i <= FREE; i++)
		assert.equal((await attempt()).status, status, `attempt ${i}`);
	return assertThrottled(await attempt(), 2);
}

test('set-up codes are throttled, and after the wait that is told the right one is taken', async () => {
	const who = from('127.0.0.10');
	const setUp = (code) => who.post('/api/setup', { setup_token: code, password: PASSWORD });
	// also where there is no password to guess
	await assertSixFail(() => login(from('127.0.0.11'), WRONG), 503);
	await assertSixFail(() => setUp('AAAAA-BBBBB-CCCCC-DDDDD'), 403);
	hold(60);
	pass(assertThrottled(await setUp(stack.env.BANGUI_SETUP_CODE), 62));
	assert.equal((await setUp(stack.env.BANGUI_SETUP_CODE)).status, 201);
});

const WAYS = {
	'sign-in': login,
	'a token': (who, password) => who.post('/api/auth/token', { password, name: 'a script', scopes: ['read'] }),
	'a new password': (who, current_password) =>
		who.post('/api/auth/password', { current_password, new_password: 'another battery staple' }),
};

test('whatever takes the password throttles, and for all of them at once', async () => {
	for (const [i, way] of Object.keys(WAYS).entries()) {
		const who = from(`127.0.0.2${i}`);
		await who.signIn();
		await assertSixFail(() => WAYS[way](who, WRONG), 401);
		hold(60);
		let wait;
		for (const other of Object.values(WAYS))
			wait = assertThrottled(await other(who, PASSWORD), 62);
		pass(wait);
		const r = await WAYS[way](who, WRONG);
		assert.equal(r.status, 401, way);
		const throttled = await WAYS[way](who, WRONG);
		assertThrottled(throttled, 4);
		assert.deepEqual(Object.keys(throttled.json), Object.keys(r.json), way);
	}
});

test('waits double in all workers, outlive the pool and a clock set back, and end', async () => {
	const who = from('127.0.0.30');
	let wait = await assertSixFail(() => login(who, WRONG), 401);
	for (const most of [4, 8, 16, 32, 64]) {
		pass(wait);
		assert.equal((await login(who, WRONG)).status, 401, `after ${wait} s`);
		wait = assertThrottled(await login(who, PASSWORD), most);
	}
	for (let i = 0; i < 8; i++) // each of the four workers
		assertThrottled(await login(who, PASSWORD), 64);
	await stack.stopPool();
	await stack.startPool();
	await until(async () => (await stack.client().request('GET', '/api/health/live', { unchecked: true })).status === 200,
		'the pool answers');
	const left = Number((await login(who, PASSWORD)).headers['retry-after']);
	assert.ok(left > 30 && left <= 64, `${left} s after a new start`);
	pass(-3600);
	wait = assertThrottled(await login(who, PASSWORD), left + 5);
	assert.ok(wait <= 64);
	pass(wait);
	assert.equal((await login(who, PASSWORD)).status, 200);
	await assertSixFail(() => login(who, WRONG), 401); // it was forgotten
});

test('headers that name another client change nothing', async () => {
	const who = from('127.0.0.40');
	await from('127.0.0.41').signIn();
	const seen = failures('127.0.0.40');
	let n = 0;
	const forged = () => ({ 'X-Forwarded-For': n++ % 2 ? '127.0.0.41' : `198.51.100.${n}`,
		'X-Real-IP': `198.51.100.${n}`, Forwarded: `for=198.51.100.${n}`,
		'Client-IP': '127.0.0.41', 'X-Client-IP': '127.0.0.41' });
	await assertSixFail(() => login(who, WRONG, forged()), 401);
	assert.equal((await login(from('127.0.0.41'), PASSWORD)).status, 200);
	await stack.checkLog();
	assert.equal(failures('127.0.0.40') - seen, FREE + 1);
	assert.equal(stack.log().filter((l) => /^198\./.test(l.client)).length, 0);
	// nor do they give what is kept for who signed in before
	sql("UPDATE hash_budget SET spent = 50, updated_at = unixepoch()");
	assert.equal((await login(from('127.0.0.42'), PASSWORD, forged())).status, 429);
	assert.equal((await login(from('127.0.0.41'), PASSWORD)).status, 200);
});

test('behind a proxy that nginx trusts, the right-most address that is none counts', async () => {
	const file = join(stack.dir, 'nginx/extra/proxy.conf');
	writeFileSync(file, 'set_real_ip_from 127.0.0.1;\nreal_ip_header X-Forwarded-For;\nreal_ip_recursive on;\n');
	await stack.reloadNginx();
	try {
		const by = (list, password, proxy = '127.0.0.1') =>
			login(from(proxy), password, { 'X-Forwarded-For': list });
		let n = 0;
		await assertSixFail(() => by(`198.51.100.${n++}, 203.0.113.50`, WRONG), 401);
		hold(60);
		assertThrottled(await by('203.0.113.50, 127.0.0.1', PASSWORD), 62);
		assert.equal((await by('203.0.113.50, 203.0.113.51', PASSWORD)).status, 200);
		assert.equal((await by('203.0.113.50', PASSWORD, '127.0.0.52')).status, 200);
		await stack.checkLog();
		assert.equal(failures('203.0.113.50'), FREE + 1);
		assert.equal(stack.log().filter((l) => /^198\./.test(l.client)).length, 0);
	} finally {
		rmSync(file);
		await stack.reloadNginx();
	}
});

test('guesses from everywhere leave the owner in, and others waiting', async () => {
	const owner = from('127.0.0.60');
	await owner.signIn();
	const counts = { 401: 0, 429: 0 };
	const began = Date.now();
	let n = 0, over = false;
	const ownerIsIn = () => until(async () => (await login(owner, PASSWORD)).status === 200, 'the owner is let in', 3000);
	const guess = async () => {
		while (!over) {
			n++;
			const r = await login(from(`127.1.${n >> 8}.${n & 255}`), WRONG);
			counts[r.status]++;
			if (r.status === 429)
				assert.ok(Number(r.headers['retry-after']) >= 1);
		}
	};
	const guessing = Array.from({ length: 8 }, guess);
	try {
		await until(() => counts[401] > 0, 'the strangers are let try');
		await ownerIsIn();
		await until(() => counts[401] >= 10, 'the strangers have had their part');
		await ownerIsIn();
		await answersAtOnce(owner, '/api/version');
		assert.equal((await login(from('127.0.0.61'), PASSWORD)).status, 429);
	} finally {
		over = true;
		await Promise.all(guessing);
	}
	const most = 10 + (Date.now() - began) / 1000 + 1;
	assert.ok(counts[401] <= most, `${counts[401]} hashes for strangers, ${most} are theirs`);
	assert.ok(counts[429] > counts[401], JSON.stringify(counts));
	// a slow machine never comes to the end of their part: say that it has, and some seconds more
	sql('UPDATE hash_budget SET spent = 14, updated_at = unixepoch()');
	assert.equal((await login(from('127.0.0.62'), WRONG)).status, 429);
	assert.equal((await login(owner, PASSWORD)).status, 200);
});

test('while a hash takes long the owner waits for it in one worker, the others answer', async () => {
	const me = from('127.0.0.70');
	await me.signIn();
	for (let i = 71; i <= 74; i++) // each of them may wait, but one at a time
		await from(`127.0.0.${i}`).signIn();
	const lock = spawn('flock', [join(stack.env.BANGUI_STATE_DIR, 'hash.lock'), 'cat'],
		{ stdio: ['pipe', 'pipe', 'inherit'] });
	try {
		lock.stdin.write('held\n');
		await once(lock.stdout, 'data');
		const began = Date.now();
		let back = 0;
		const tries = Array.from({ length: 12 }, async (_, i) => {
			const r = await login(from(`127.0.0.${71 + i}`), PASSWORD);
			back++;
			return { r, ms: Date.now() - began };
		});
		await until(() => back === 11, 'all but one were refused', 1500);
		await answersAtOnce(me, '/api/version');
		for (const { r } of await Promise.all(tries))
			assertThrottled(r, 2);
		assert.equal((await Promise.all(tries)).filter(({ ms }) => ms >= 1900).length, 1);
	} finally {
		lock.stdin.end();
		await once(lock, 'exit');
	}
	assert.equal(sql('SELECT count(*) FROM throttle'), '0'); // nobody has failed
	assert.equal((await login(from('127.0.0.71'), PASSWORD)).status, 200);
});
