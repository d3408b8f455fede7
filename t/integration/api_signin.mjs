// SPDX-License-Identifier: GPL-2.0-or-later
// Set-up, sign-in, sign-out and the throttle, over the pool's four workers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { afterEach, test } from 'node:test';

import { PASSWORD, startStack, until } from '../lib/stack.mjs';

let stack;
const secrets = []; // everything that must be found nowhere (SEC-12)

async function begin(settings = {}) {
	stack = await startStack({ settings });
	await stack.liftRateLimits();
}

function sql(text) {
	return execFileSync('sqlite3', [stack.env.BANGUI_DB, text], { encoding: 'utf8' }).trim();
}

afterEach(async () => {
	stack.checkSecrets(secrets);
	await stack.stop();
	secrets.length = 0;
});

const code = () => stack.env.BANGUI_SETUP_CODE;
const setUp = (body, who = stack.client()) => who.post('/api/setup', body);
const login = (password, who = stack.client(), opts) =>
	who.post('/api/auth/login', { password }, opts);

test('set-up takes the code once, in any spelling, and tells so', async () => {
	await begin();
	const me = stack.client();
	assert.deepEqual((await me.get('/api/setup')).json, { completed: false,
		needs_setup_token: true, password_policy: { min_chars: 12, max_bytes: 72 } });
	assert.equal((await login(PASSWORD)).status, 503);
	const spelled = code().toLowerCase().replaceAll('-', ' ');
	secrets.push(PASSWORD);
	const r = await setUp({ setup_token: spelled, password: PASSWORD, timezone: 'Europe/Berlin',
		session_minutes: 30 });
	assert.equal(r.status, 201, r.text);
	assert.deepEqual(r.setCookie, []);
	const state = (await me.get('/api/setup')).json;
	assert.equal(state.completed, true);
	assert.equal(state.needs_setup_token, false);
	const again = await setUp({ setup_token: code(), password: PASSWORD });
	assert.equal(again.status, 409);
	assert.equal(again.json.code, 'setup_done');
	// the idle time that was chosen
	await login(PASSWORD, me);
	const s = (await me.get('/api/auth/session')).json;
	const idle = (Date.parse(s.idle_expires_at) - Date.now()) / 1000;
	assert.ok(idle > 29 * 60 && idle <= 30 * 60 + 1, `idle ${idle} s`);
});

test('of two set-ups at once one is 201 and one is 409', async () => {
	await begin();
	secrets.push('the first of both', 'the second of both');
	const both = await Promise.all(['the first of both', 'the second of both'].map((password) =>
		setUp({ setup_token: code(), password })));
	assert.deepEqual(both.map((r) => r.status).sort(), [201, 409]);
	assert.equal(sql('SELECT count(*) FROM owner WHERE password_hash IS NOT NULL'), '1');
	const won = both[0].status === 201 ? 'the first of both' : 'the second of both';
	assert.equal((await login(won)).status, 200);
});

test('a code is burnt by ten wrong tries', async () => {
	await begin();
	for (let i = 0; i < 10; i++) {
		const r = await setUp({ setup_token: 'AAAAA-BBBBB-CCCCC-DDDDD', password: PASSWORD });
		assert.equal(r.status, 403, r.text);
		assert.equal(r.json.code, 'setup_code_refused');
		sql('DELETE FROM throttle'); // it would make this test wait for minutes
	}
	const burnt = await setUp({ setup_token: code(), password: PASSWORD });
	assert.equal(burnt.status, 403, burnt.text);
	assert.equal((await stack.client().get('/api/setup')).json.completed, false);
	assert.equal(sql('SELECT count(*) FROM owner WHERE setup_code_hash IS NOT NULL'), '0');
});

test('passwords are measured in characters and in bytes', async () => {
	await begin();
	const refuse = async (password) => {
		const r = await setUp({ setup_token: code(), password });
		assert.equal(r.status, 422, JSON.stringify(password));
		assert.deepEqual(r.json.errors.map((e) => e.field), ['password']);
		return r.json.errors[0].message;
	};
	await refuse('eleven char');
	assert.match(await refuse('x'.repeat(73)), /72 bytes/);
	assert.match(await refuse(`${'€'.repeat(24)}x`), /72 bytes/);
	await refuse('passwordpassword');
	await refuse('€'.repeat(11));
	const longest = '€'.repeat(24);
	secrets.push(longest);
	assert.equal((await setUp({ setup_token: code(), password: longest })).status, 201);
	assert.equal((await login(longest)).status, 200);
	const over = await login(`${longest}x`);
	assert.equal(over.status, 422);
	assert.match(over.json.errors[0].message, /72 bytes/);
});

test('a session is in the cookie alone, new each time, ended by signing out', async () => {
	await begin();
	const me = stack.client();
	await me.setUp();
	const first = await me.signIn();
	assert.equal(first.setCookie.length, 1);
	assert.match(first.setCookie[0],
		/^bangui=[A-Za-z0-9_-]{43}; Max-Age=43200; Path=\/api; HttpOnly; SameSite=Strict$/);
	const token = me.cookies.get('bangui');
	secrets.push(token);
	assert.ok(!first.text.includes(token));
	assert.deepEqual(Object.keys(first.json), ['expires_at']);
	// another sign-in of the same browser ends the session before
	await me.signIn();
	secrets.push(me.cookies.get('bangui'));
	assert.notEqual(me.cookies.get('bangui'), token);
	const old = stack.client();
	old.cookies.set('bangui', token);
	assert.equal((await old.get('/api/auth/session')).status, 401);
	const other = stack.client();
	await other.signIn();
	const bye = await me.post('/api/auth/logout');
	assert.equal(bye.status, 204);
	assert.equal(bye.setCookie.length, 2);
	assert.equal(me.cookies.size, 0);
	assert.equal((await me.get('/api/auth/session')).status, 401);
	assert.equal((await me.post('/api/auth/logout')).status, 204);
	assert.equal((await other.get('/api/auth/session')).status, 200);
});

test('a session that has expired, or was idle for too long, is 401 in every worker', async () => {
	await begin();
	const me = stack.client();
	await me.setUp();
	await me.signIn();
	sql('UPDATE session SET last_seen_at = last_seen_at - 3590');
	for (let i = 0; i < 8; i++) // polls are no use of it
		assert.equal((await me.get('/api/version', { headers: { 'X-BanGUI-Poll': '1' } })).status, 200);
	sql('UPDATE session SET last_seen_at = last_seen_at - 20');
	for (let i = 0; i < 8; i++)
		assert.equal((await me.get('/api/version')).status, 401);
	await me.signIn();
	sql("UPDATE session SET expires_at = unixepoch('now')");
	for (let i = 0; i < 8; i++)
		assert.equal((await me.get('/api/version')).status, 401);
});

test('wrong passwords are throttled over all workers, and told like any other', async () => {
	await begin();
	await stack.client().setUp();
	const wrong = 'not the right password';
	const seen = [];
	for (let i = 0; i < 12; i++)
		seen.push(await login(wrong));
	const statuses = seen.map((r) => r.status);
	assert.ok(statuses.filter((s) => s === 401).length >= 5, `${statuses}`);
	assert.ok(statuses.filter((s) => s === 401).length <= 7, `${statuses}`);
	assert.equal(statuses.at(-1), 429);
	const last = seen.at(-1);
	assert.ok(Number(last.headers['retry-after']) >= 1);
	assert.equal(last.json.code, 'too_many_requests');
	assert.deepEqual(Object.keys(last.json), Object.keys(seen[0].json));
	assert.equal(seen[0].json.code, 'wrong_password');
	// the right one has to wait as well, and then gets in
	assert.equal((await login(PASSWORD)).status, 429);
	await until(async () => (await login(PASSWORD)).status === 200, 'the wait is over', 20000);
	const failures = stack.log().filter((l) => l.event === 'login_failed');
	assert.equal(failures.length, statuses.filter((s) => s === 401).length);
	assert.deepEqual(Object.keys(failures[0]).slice(0, 4), ['ts', 'level', 'event', 'client']);
});

test('yescrypt takes long passwords, and says so', async () => {
	await begin({ BANGUI_PASSWORD_HASH: 'yescrypt' });
	const long = '€'.repeat(170);
	secrets.push(long);
	assert.equal((await stack.client().get('/api/setup')).json.password_policy.max_bytes, 511);
	const r = await setUp({ setup_token: code(), password: `${long}xy` });
	assert.match(r.json.errors[0].message, /511 bytes/);
	assert.equal((await setUp({ setup_token: code(), password: `${long}x` })).status, 201);
	assert.equal((await login(`${long}x`)).status, 200);
	assert.equal((await login(long)).status, 401);
});

test('hosts that the operator does not allow are 421', async () => {
	await begin({ BANGUI_ALLOWED_HOSTS: '127.0.0.1 admin.example' });
	const me = stack.client();
	assert.equal((await me.get('/api/health/live')).status, 200);
	assert.equal((await me.get('/api/health/live', { headers: { Host: 'admin.example' } })).status, 200);
	const r = await me.get('/api/health/live', { headers: { Host: 'evil.example' } });
	assert.equal(r.status, 421);
	assert.equal(r.json.code, 'host_not_allowed');
});
