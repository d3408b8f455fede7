// SPDX-License-Identifier: GPL-2.0-or-later
// What an owner does with sessions, tokens and the password, over the pool's
// four workers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, beforeEach, test } from 'node:test';

import { PASSWORD, startStack, until } from '../lib/stack.mjs';

let stack;
const secrets = [PASSWORD]; // everything that must be found nowhere (SEC-12)

const sql = (text) => execFileSync('sqlite3', [stack.env.BANGUI_DB, text], { encoding: 'utf8' }).trim();
const login = (password) => stack.client().post('/api/auth/login', { password });

before(async () => {
	stack = await startStack();
	await stack.liftRateLimits();
	await stack.client().setUp();
});
// each test begins with nobody signed in
beforeEach(() => sql('DELETE FROM session; DELETE FROM token; DELETE FROM throttle'));
after(async () => {
	stack.checkSecrets(secrets);
	await stack.stop();
});

/** Ask so often that each of the four workers has answered. */
async function everywhere(who, path, status) {
	for (let i = 0; i < 8; i++)
		assert.equal((await who.get(path)).status, status);
}

test('sessions are listed without their tokens, and ended one by one or all but one', async () => {
	const [me, other, third] = [stack.client(), stack.client(), stack.client()];
	await other.signIn();
	await third.signIn();
	await me.post('/api/auth/login', { password: PASSWORD }, { headers: { 'User-Agent': 'Browser "of" <mine>' } });
	const list = (await me.get('/api/auth/sessions')).json;
	assert.equal(list.total, 3);
	assert.deepEqual(list.items.map((s) => s.current), [true, false, false]);
	assert.equal(list.items[0].user_agent, 'Browser "of" <mine>');
	assert.equal(list.items[0].client, '127.0.0.1');
	secrets.push(...[me, other, third].map((c) => c.cookies.get('bangui')));
	for (const secret of secrets)
		assert.ok(!JSON.stringify(list).includes(secret));
	assert.equal((await me.delete(`/api/auth/sessions/${list.items[1].id}`)).status, 204);
	await everywhere(third, '/api/version', 401);
	await everywhere(other, '/api/version', 200);
	assert.equal((await me.delete(`/api/auth/sessions/${list.items[1].id}`)).status, 404);
	for (const id of ['0', '-1', 'x', '1e3', '99999999999999999999'])
		assert.ok([400, 404].includes((await me.delete(`/api/auth/sessions/${id}`)).status), id);
	assert.deepEqual((await me.delete('/api/auth/sessions')).json, { ended: 1 });
	await everywhere(other, '/api/version', 401);
	await everywhere(me, '/api/version', 200);
	// ending one's own is signing out
	const own = await me.delete(`/api/auth/sessions/${list.items[0].id}`);
	assert.equal(own.setCookie.length, 2);
	assert.equal(me.cookies.size, 0);
});

test('ten thousand sessions are pages of one list', async () => {
	const me = stack.client();
	await me.signIn();
	sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
		INSERT INTO session (token_hash, created_at, last_seen_at, expires_at, idle_s, client)
		SELECT randomblob(32), unixepoch(), unixepoch(), unixepoch() + 3600, 3600, zeroblob(16) FROM n`);
	const first = (await me.get('/api/auth/sessions')).json;
	assert.equal(first.total, 10001);
	assert.equal(first.items.length, 50);
	const ids = new Set();
	let cursor = null, pages = 0;
	do {
		const page = (await me.get(`/api/auth/sessions?limit=1000${cursor ? `&cursor=${cursor}` : ''}`)).json;
		page.items.forEach((s) => ids.add(s.id));
		cursor = page.next_cursor;
		pages++;
	} while (cursor);
	assert.equal(pages, 11);
	assert.equal(ids.size, 10001);
	assert.equal(first.prev_cursor, null);
	const second = (await me.get(`/api/auth/sessions?cursor=${first.next_cursor}`)).json;
	assert.deepEqual((await me.get(`/api/auth/sessions?cursor=${second.prev_cursor}`)).json, first);
	for (const bad of ['x', '-1', '0', '1.5', ''])
		assert.equal((await me.get(`/api/auth/sessions?cursor=${bad}`)).status, 400, bad);
	assert.deepEqual((await me.delete('/api/auth/sessions')).json, { ended: 10000 });
	await everywhere(me, '/api/version', 200);
});

test('a new password ends the other sessions, and gives this one a new token', async () => {
	const [me, other] = [stack.client(), stack.client()];
	await me.signIn();
	await other.signIn();
	const make = { password: PASSWORD, name: 'a script', scopes: ['read', 'admin'] };
	const { token } = (await stack.client().post('/api/auth/token', make)).json;
	const script = { headers: { Authorization: `Bearer ${token}` } };
	const before = me.cookies.get('bangui');
	const next = 'another battery staple';
	secrets.push(next, before, token);
	const wrong = await me.post('/api/auth/password', { current_password: next, new_password: PASSWORD });
	assert.equal(wrong.status, 401);
	assert.equal(wrong.json.code, 'wrong_password');
	await everywhere(other, '/api/version', 200);
	const same = await me.post('/api/auth/password', { current_password: PASSWORD, new_password: PASSWORD });
	assert.deepEqual(same.json.errors.map((e) => e.field), ['new_password']);
	const r = await me.post('/api/auth/password', { current_password: PASSWORD, new_password: next });
	assert.equal(r.status, 204);
	assert.equal(r.setCookie.length, 1);
	assert.notEqual(me.cookies.get('bangui'), before);
	secrets.push(me.cookies.get('bangui'));
	await everywhere(me, '/api/version', 200);
	await everywhere(other, '/api/version', 401);
	const old = stack.client();
	old.cookies.set('bangui', before);
	await everywhere(old, '/api/version', 401);
	assert.equal((await login(PASSWORD)).status, 401);
	assert.equal((await stack.client().get('/api/version', script)).status, 200);
	// by a token, and with the tokens: it takes the password all the same
	const byToken = await stack.client().post('/api/auth/password',
		{ current_password: next, new_password: PASSWORD, revoke_tokens: true }, script);
	assert.equal(byToken.status, 204);
	assert.deepEqual(byToken.setCookie, []);
	await everywhere(me, '/api/version', 401);
	assert.equal((await stack.client().get('/api/version', script)).status, 401);
});

test('tokens: made with the password, shown once, used, listed, revoked', async () => {
	const me = stack.client();
	await me.signIn();
	const make = (more) => stack.client().post('/api/auth/token',
		{ password: PASSWORD, name: 'monitoring', scopes: ['ban', 'read', 'ban'], ...more });
	const r = await make();
	assert.equal(r.status, 201, r.text);
	assert.match(r.json.token, /^bgt_[A-Za-z0-9_-]{43}$/);
	assert.deepEqual(r.json.scopes, ['read', 'ban']);
	assert.equal(Math.round((Date.parse(r.json.expires_at) - Date.now()) / 86400e3), 90);
	secrets.push(r.json.token);
	assert.equal((await make()).status, 409);
	const forever = await make({ name: 'for ever – для всех', expires_in_seconds: null });
	assert.equal(forever.json.expires_at, null);
	secrets.push(forever.json.token);
	// a token makes none, with whatever scope and without the password
	const admin = (await make({ name: 'admin', scopes: ['admin'] })).json;
	secrets.push(admin.token);
	const by = { headers: { Authorization: `Bearer ${admin.token}` } };
	assert.equal((await make({ name: 'x', password: 'a guess at the password' })).status, 401);
	assert.equal((await stack.client().post('/api/auth/token', { name: 'x', scopes: ['read'] }, by)).status, 422);
	for (const more of [{ scopes: ['root'] }, { scopes: [] }, { name: ' x' }, { name: 'a\nb' }, { name: 'é'.repeat(33) },
		{ expires_in_seconds: 59 }, { expires_in_seconds: 316224001 }])
		assert.equal((await make({ name: 'y', ...more })).status, 422, JSON.stringify(more));
	// which session, and which token, stands in the log
	const use = await stack.client().get('/api/auth/session', { headers: { Authorization: `Bearer ${r.json.token}` } });
	assert.deepEqual(use.json, { expires_at: r.json.expires_at, idle_expires_at: null, kind: 'token', scopes: ['read', 'ban'] });
	const line = await until(() => stack.log().find((l) => l.event === 'request' &&
		l.request_id === use.headers['x-request-id']), 'the line of the request');
	assert.deepEqual([line.caller, line.caller_id], ['token', r.json.id]);
	// noted at that use, or at the next when somebody else was writing just then
	const used = { headers: { Authorization: `Bearer ${r.json.token}` } };
	const list = await until(async () => {
		const { json } = await me.get('/api/auth/tokens');
		return json.items[2].last_used_at !== null ? json : void await stack.client().get('/api/auth/session', used);
	}, 'the use is noted');
	assert.deepEqual(list.items.map((t) => t.name), ['admin', 'for ever – для всех', 'monitoring']);
	assert.equal(list.items[2].last_used_from, '127.0.0.1');
	assert.equal(list.items[1].last_used_at, null);
	assert.equal((await stack.client().delete(`/api/auth/tokens/${admin.id}`, undefined, by)).status, 204);
	assert.equal((await stack.client().get('/api/auth/tokens', by)).status, 401);
	assert.equal((await me.delete(`/api/auth/tokens/${admin.id}`)).status, 404);
	assert.equal((await stack.client().get('/api/health/ready', { headers: { Authorization: `Bearer ${r.json.token}` } })).json.checks[0].detail !== undefined, true);
});
