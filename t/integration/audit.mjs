// SPDX-License-Identifier: GPL-2.0-or-later
// The audit log over all workers: each act leaves its row, none of them holds
// a secret (SEC-21), and `bangui audit verify` finds what was done to it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';

import { BUILD, PASSWORD, startStack } from '../lib/stack.mjs';

const NEXT = 'another battery staple', WRONG = 'wrong horse battery';
const secrets = [PASSWORD, NEXT, WRONG];
let stack, me;

const query = (text) => execFileSync('sqlite3', ['-json', stack.env.BANGUI_DB, text], { encoding: 'utf8' });
const rows = (text) => JSON.parse(query(text) || '[]');
const verify = (...args) => spawnSync(join(BUILD, 'bangui'), ['audit', 'verify', ...args],
	{ encoding: 'utf8', env: environment() });
const environment = () => ({
	PATH: process.env.PATH,
	BANGUI_CONFIG: join(dirname(stack.env.BANGUI_DB), 'none.conf'),
	BANGUI_STATE_DIR: dirname(stack.env.BANGUI_DB),
});

before(async () => {
	stack = await startStack();
	await stack.liftRateLimits();
	writeFileSync(environment().BANGUI_CONFIG, '');
	me = stack.client();
	await me.setUp();
});
after(async () => {
	stack.checkSecrets(secrets);
	await stack.stop();
});

/** What do() leaves in the log, without what differs each time. */
async function leaves(act) {
	const from = rows('SELECT seq FROM audit_head')[0].seq;
	const got = await act();
	const kinds = ['nobody', 'session', 'token', 'cli'];
	return [rows(`SELECT * FROM audit WHERE seq > ${from} ORDER BY seq`).map((r) => {
		if (r.actor_kind < 3) {
			assert.match(r.request_id, /^[0-9a-f]{32}$/);
			assert.ok(r.client);
		}
		return `${kinds[r.actor_kind]} ${r.action} ${r.outcome}`;
	}), got];
}

test('each act leaves its row (SEC-21)', async () => {
	assert.equal(rows("SELECT count(*) AS n FROM audit WHERE action = 'setup' AND actor_kind = 0")[0].n, 1);
	const cases = [
		['nobody sign_in_failed refused', () => stack.client().post('/api/auth/login', { password: WRONG })],
		[[], () => stack.client().post('/api/auth/login', { password: WRONG })], // the same minute
		['session sign_in done', () => me.signIn()],
		['session ban done', () => me.post('/api/active-bans', { jail: 'sshd', ips: ['198.51.100.7'], reason: 'a reason' })],
		[[], () => me.post('/api/active-bans', { jail: 'sshd', ips: ['198.51.100.7'] })], // nothing was done
		['session ban refused', () => me.post('/api/active-bans', { jail: 'sshd', ips: ['127.0.0.1'] })],
		['session ban failed', () => me.post('/api/active-bans', { jail: 'none', ips: ['198.51.100.7'] })],
		['session unban failed', () => me.delete('/api/active-bans', { jail: 'none', ips: ['198.51.100.7'] })],
		['session unban done', () => me.delete('/api/active-bans', { jail: null, ips: ['198.51.100.7'] })],
		['session unban_all done', () => me.delete('/api/active-bans/all', { confirm: 'unban all' })],
		['session geo_re_resolve done', () => me.post('/api/geo/re-resolve', {})],
		['nobody token_created done', async () => {
			const r = await stack.client().post('/api/auth/token', { password: PASSWORD, name: 'a script', scopes: ['ban', 'admin'] });
			secrets.push(r.json.token);
			return r;
		}],
	];
	for (const [want, act] of cases) {
		const [got] = await leaves(async () => {
			// failures of two minutes would be two rows
			if (want.length === 0 && 60 - new Date().getUTCSeconds() < 2)
				await new Promise((go) => { setTimeout(go, 2000); });
			return act();
		});
		assert.deepEqual(got, [want].flat(), act.toString());
	}
	const token = rows('SELECT id FROM token')[0].id;
	const script = { headers: { Authorization: `Bearer ${secrets.at(-1)}` } };
	const [byToken] = await leaves(() => stack.client().request('POST', '/api/active-bans',
		{ json: { jail: 'sshd', ips: ['198.51.100.8'] }, ...script }));
	assert.deepEqual(byToken, ['token ban done']);
	const row = rows("SELECT * FROM audit WHERE actor_kind = 2")[0];
	assert.deepEqual([row.actor_id, row.actor_name, row.target, row.details],
		[token, 'a script', '198.51.100.8', 'jail=sshd\n']);
	const other = stack.client();
	await other.signIn();
	const id = (await me.get('/api/auth/sessions')).json.items.find((s) => !s.current).id;
	const more = [
		['session session_ended done', () => me.delete(`/api/auth/sessions/${id}`)],
		['session sessions_ended done', () => me.delete('/api/auth/sessions')],
		['session token_revoked done', () => me.delete(`/api/auth/tokens/${token}`)],
		['session password_changed done', () => me.post('/api/auth/password', { current_password: PASSWORD, new_password: NEXT })],
		['session sign_out done', () => me.request('POST', '/api/auth/logout')],
	];
	secrets.push(me.cookies.get('bangui'), other.cookies.get('bangui'));
	for (const [want, act] of more) {
		const [got, r] = await leaves(act);
		assert.deepEqual(got, [want], `${act}: ${r.text}`);
	}
	const all = query('SELECT * FROM audit');
	for (const secret of secrets)
		assert.ok(!all.includes(secret));
});

test('the command line is an actor, and verifies the chain', () => {
	const clean = verify();
	assert.equal(clean.status, 0, clean.stderr);
	assert.match(clean.stdout, /^whole: \d+ rows, the last has [0-9a-f]{64}\n$/);
	const before = JSON.parse(verify('--json').stdout);
	assert.deepEqual([before.whole, before.fault, before.bad_row], [true, null, null]);
	execFileSync(join(BUILD, 'bangui'), ['sessions', 'end', '--all'], { env: environment() });
	const last = rows('SELECT * FROM audit ORDER BY seq DESC LIMIT 1')[0];
	assert.deepEqual([last.actor_kind, last.action, last.client, last.seq], [3, 'sessions_ended', null, before.rows + 1]);
});

test('the list has filters and pages', async () => {
	await me.signIn(NEXT);
	const get = async (search = '') => {
		const r = await me.get(`/api/audit${search}`);
		assert.equal(r.status, 200, r.text);
		return r.json;
	};
	const all = await get('?limit=1000');
	assert.equal(all.total, all.items.length);
	assert.deepEqual([all.total_exact, all.next_cursor, all.prev_cursor], [true, null, null]);
	assert.deepEqual(all.items.map((r) => r.seq), all.items.map((_, i) => all.items.length - i));
	const paged = [];
	for (let cursor = ''; cursor !== null;) {
		const page = await get(`?limit=3${cursor && `&cursor=${cursor}`}`);
		assert.equal(page.total, all.total);
		paged.push(...page.items);
		cursor = page.next_cursor;
	}
	assert.deepEqual(paged, all.items);
	// and back, under filters that walk each index; a page more than there is
	for (const search of ['', '&action=ban', '&target=198.51.100.7', '&outcome=done&actor=session']) {
		const pages = [await get(`?limit=2${search}`)];
		while (pages.at(-1).next_cursor)
			pages.push(await get(`?limit=2${search}&cursor=${pages.at(-1).next_cursor}`));
		assert.ok(pages.length > 1 && pages[0].prev_cursor === null, search);
		for (let i = pages.length - 1; i > 0; i--)
			assert.deepEqual(await get(`?limit=2${search}&cursor=${pages[i].prev_cursor}`), pages[i - 1], `${search} ${i}`);
	}
	// a cursor of another time: what is left of its way lies within this one
	const [newest, oldest] = [all.items[0], all.items.at(-1)];
	const back = (await get('?limit=3')).next_cursor, later = (await get(`?limit=3&cursor=${back}`)).prev_cursor;
	assert.deepEqual((await get(`?from=${oldest.at}&cursor=${later}`)).items, all.items.slice(0, 3));
	assert.deepEqual((await get(`?to=${oldest.at}&cursor=${back}`)).items, []);
	assert.deepEqual((await get(`?from=2100-01-01T00:00:00Z&cursor=${later}`)).items, []);
	assert.ok(newest.at >= oldest.at);
	const [ban] = (await get('?actor=token')).items;
	assert.deepEqual([ban.actor.name, ban.action, ban.target, ban.outcome, ban.client, ban.details],
		['a script', 'ban', '198.51.100.8', 'done', '127.0.0.1', [{ name: 'jail', value: 'sshd' }]]);
	const seqs = async (search) => (await get(search)).items.map((r) => r.seq);
	const where = (test) => all.items.filter(test).map((r) => r.seq);
	for (const [search, test] of [
		['?action=ban', (r) => r.action === 'ban'],
		['?target=198.51.100.7', (r) => r.target === '198.51.100.7'],
		['?target=198.51.100.*', (r) => r.target?.startsWith('198.51.100.')],
		['?target=198.51.100.7&action=unban', (r) => r.target === '198.51.100.7' && r.action === 'unban'],
		[`?actor=token:${ban.actor.id}`, (r) => r.actor.kind === 'token'],
		['?actor=cli&range=24h', (r) => r.actor.kind === 'cli'],
		['?outcome=refused', (r) => r.outcome === 'refused'],
		['?ip=127.0.0.1', (r) => r.client === '127.0.0.1'],
		['?ip=127.0.0.0/8&outcome=failed', (r) => r.client !== null && r.outcome === 'failed'],
		[`?from=${all.items[0].at}`, (r) => r.at >= all.items[0].at],
		[`?to=${all.items[0].at}`, (r) => r.at < all.items[0].at],
	]) {
		const want = where(test);
		assert.ok(search.startsWith('?to') || want.length > 0, search);
		assert.deepEqual(await seqs(search), want, search);
	}
	assert.deepEqual(await seqs('?target=%25'), []);
	assert.deepEqual(await seqs('?ip=127.0.0.2'), []);
	const first = await me.get('/api/audit?limit=2');
	const again = await me.get('/api/audit?limit=2', { headers: { 'If-None-Match': first.headers.etag } });
	assert.equal(again.status, 304);
	for (const [search, status] of [['action=x', 422], ['actor=x', 422], ['actor=token:x', 422], ['actor=:1', 422], ['outcome=ok', 422], ['ip=x', 422],
		['target=', 422], [`target=${'x'.repeat(257)}`, 422], ['range=1h', 422], ['x=1', 422], ['cursor=x', 400], ['limit=0', 422]])
		assert.equal((await me.get(`/api/audit?${search}`)).status, status, search);
	for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
		assert.equal((await me.request(method, '/api/audit')).status, 405);
});

test('nobody changes a row unnoticed', () => {
	assert.throws(() => query("UPDATE audit SET target = 'x' WHERE seq = 3"));
	query("DROP TRIGGER audit_no_update; UPDATE audit SET target = 'x' WHERE seq = 3");
	const r = verify();
	assert.equal(r.status, 3);
	assert.match(r.stdout, /^BROKEN: changed.*row 3; 2 rows before it are whole\n$/);
	const json = JSON.parse(verify('--json').stdout);
	assert.deepEqual([json.whole, json.fault, json.bad_row, json.rows], [false, 'changed', 3, 2]);
	assert.equal(verify('x').status, 2);
});
