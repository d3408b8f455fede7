// SPDX-License-Identifier: GPL-2.0-or-later
// The allowlist on a real fail2ban: told to every running jail at once, again
// after a reload and a restart, and nothing of the configuration taken away.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { startStack, until } from '../lib/stack.mjs';

const MARK = '100::62:616e:6775:69';
let stack, me;

before(async () => {
	stack = await startStack({ level: 'operate' });
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
	await stack.fail2ban('stop', 'recidive');
});
after(() => stack.stop());

const ignored = async (jail) => (await stack.fail2ban('get', jail, 'ignoreip'))
	.split('\n').map((l) => l.replace(/^[|`]-?\s*/, '').trim()).filter((l) => /^[0-9a-f.:/]+$/.test(l));
const has = async (jail, entry) => (await ignored(jail)).includes(entry);
const list = async () => (await me.get('/api/allowlist')).json.items;
const sql = (text) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', stack.env.BANGUI_DB, text], { encoding: 'utf8' }).trim();

async function allow(body) {
	const r = await me.post('/api/allowlist', body);
	assert.equal(r.status, 201, r.text);
	return r.json;
}
async function remove(id) {
	assert.equal((await me.delete(`/api/allowlist/${id}`)).status, 204);
}

test('an entry is told to each running jail, and taken back', async () => {
	const before = await ignored('sshd');
	const { id, applied, covered_bans: covered } = await allow({ value: '203.0.113.7', note: 'the office' });
	assert.deepEqual([applied, covered], [true, 0]);
	for (const jail of ['sshd', 'mail', 'nginx'])
		assert.ok(await has(jail, '203.0.113.7'), jail);
	// by a mark in its list a jail is known that has begun anew: nobody sees it
	assert.ok(await has('sshd', MARK));
	const { ignore_ips: shown, ignore_ips_total: total } = (await me.get('/api/jails/sshd')).json;
	assert.deepEqual([shown.includes('203.0.113.7'), shown.includes(MARK), total], [true, false, shown.length]);
	const all = (await me.get('/api/jails/sshd/ignore-ips')).json;
	assert.deepEqual(all.items.filter((i) => i === MARK || i.value === MARK), []);
	assert.equal(all.total, total);
	const [entry] = await list();
	assert.deepEqual([entry.id, entry.value, entry.state, entry.note, entry.jails, entry.expires_at],
		[id, '203.0.113.7', 'in_force', 'the office', [], null]);
	await stack.hit('sshd', '203.0.113.7', 5);
	await stack.hit('sshd', '203.0.113.8', 5);
	await until(async () => (await stack.fail2ban('get', 'sshd', 'banip')).includes('203.0.113.8'), 'the other one is banned');
	assert.ok(!(await stack.fail2ban('get', 'sshd', 'banip')).includes('203.0.113.7'));
	const of = await me.get('/api/ips/203.0.113.7');
	assert.deepEqual(of.json.allowed_by.map((e) => e.id), [id]);
	assert.deepEqual((await me.get('/api/ips/203.0.113.9')).json.allowed_by, []);
	await remove(id);
	assert.deepEqual(await ignored('sshd'), before);
	assert.equal((await me.delete(`/api/allowlist/${id}`)).status, 404);
});

test('of the jails that are named, and no others', async () => {
	const { id } = await allow({ value: '198.51.100.0/24', jails: ['mail'] });
	assert.deepEqual([await has('mail', '198.51.100.0/24'), await has('sshd', '198.51.100.0/24')], [true, false]);
	const moved = await me.request('PATCH', `/api/allowlist/${id}`, { json: { jails: ['sshd'], note: 'moved' } });
	assert.equal(moved.status, 200, moved.text);
	assert.deepEqual([await has('mail', '198.51.100.0/24'), await has('sshd', '198.51.100.0/24')], [false, true]);
	await remove(id);
	assert.ok(!await has('sshd', '198.51.100.0/24'));
	assert.ok(!await has('sshd', MARK));
});

test('what a jail ignores by itself stays when the entry goes', async () => {
	await stack.fail2ban('set', 'sshd', 'addignoreip', '192.0.2.77');
	const { id } = await allow({ value: '192.0.2.77' });
	await remove(id);
	assert.ok(await has('sshd', '192.0.2.77'));
	assert.ok(!await has('mail', '192.0.2.77'));
});

test('after a reload and a restart it is there again', async () => {
	const { id } = await allow({ value: '203.0.113.0/28' });
	assert.equal((await me.post('/api/jails/sshd/reload', {})).status, 200);
	await until(() => has('sshd', '203.0.113.0/28'), 'it is back after a reload', 20000);
	await stack.stopFail2ban();
	await stack.startFail2ban();
	sql('UPDATE job SET due_at = unixepoch() WHERE kind = 5 AND state = 0');
	await until(() => has('mail', '203.0.113.0/28'), 'it is back after a restart', 20000);
	await remove(id);
	assert.ok(!await has('mail', '203.0.113.0/28'));
});

test('bans it covers are counted, and lifted on demand', async () => {
	const ips = ['203.0.113.33', '203.0.113.34', '203.0.113.200'];
	assert.equal((await me.post('/api/active-bans', { jail: 'nginx', ips })).status, 200);
	const first = await allow({ value: '203.0.113.32/27' });
	assert.deepEqual([first.covered_bans, first.lifted], [2, 0]);
	const lifted = await me.request('PATCH', `/api/allowlist/${first.id}`, { json: { lift: true } });
	assert.deepEqual([lifted.json.covered_bans, lifted.json.lifted], [2, 2], lifted.text);
	assert.deepEqual((await stack.fail2ban('get', 'nginx', 'banip')).split(/\s+/).filter(Boolean), ['203.0.113.200']);
	const again = await me.post('/api/active-bans', { jail: 'nginx', ips: ['203.0.113.33', '203.0.113.201'] });
	assert.deepEqual([again.status, again.json.covered],
		[409, [{ ip: '203.0.113.33', covers: '203.0.113.32/27', reason: 'allowlist' }]]);
	await remove(first.id);
});

test('a jail that ignores 100,000 addresses is told all the same', async () => {
	const many = [...Array(100000)].map((_, i) => `100.${64 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`);
	// one command takes many of them, without an answer of all each time
	for (let i = 0; i < many.length; i += 25000)
		await stack.fail2ban('set', 'nginx', 'addignoreip', ...many.slice(i, i + 25000));
	const { id, applied } = await allow({ value: '203.0.113.7' });
	assert.equal(applied, true);
	assert.ok(await has('nginx', '203.0.113.7'));
	const all = await me.get('/api/jails');
	assert.equal(all.status, 200);
	await remove(id);
	assert.ok(!await has('nginx', '203.0.113.7'));
	assert.ok(await has('nginx', many[99999]));
});

test('an entry ends by itself', async () => {
	const { id } = await allow({ value: '203.0.113.99', expires_in_seconds: 60 });
	assert.ok(await has('sshd', '203.0.113.99'));
	sql(`UPDATE allow SET expires_at = unixepoch() - 1 WHERE id = ${id}`);
	assert.equal((await list()).find((e) => e.id === id).state, 'expired');
	sql('UPDATE job SET due_at = unixepoch() WHERE kind = 5 AND state = 0');
	await until(async () => !(await has('sshd', '203.0.113.99')), 'it is taken back', 20000);
	assert.deepEqual((await list()).filter((e) => e.id === id), []);
});

test('the name of a host is looked up by the job runner', async () => {
	const { id, applied } = await allow({ value: 'LocalHost' });
	assert.equal(applied, false);
	const entry = await until(async () => (await list()).find((e) => e.id === id && e.state === 'in_force'), 'it is in force', 20000);
	assert.equal(entry.value, 'localhost');
	assert.ok(entry.addresses.includes('127.0.0.1'), `${entry.addresses}`);
	assert.ok(await has('mail', '127.0.0.1'));
	await remove(id);
});

test('what cannot be allowed is refused by field', async () => {
	for (const value of ['fe80::1%lo', '127.0.0.01', '203.0.113.7/24', '0.0.0.0/0', '::/0', '11.0.0.0/7', '2000::/18', 'a b', '-x', '1.2.3', 'x/../y']) {
		const r = await me.post('/api/allowlist', { value });
		assert.deepEqual([r.status, r.json.errors?.[0]?.field], [422, 'value'], `${value}: ${r.text}`);
	}
	assert.equal((await me.post('/api/allowlist', { value: '0.0.0.0/0', force: true })).status, 422);
	const { id } = await allow({ value: '10.0.0.0/7', force: true });
	assert.equal((await me.post('/api/allowlist', { value: '10.0.0.0/7', force: true })).status, 409);
	await remove(id);
	const mapped = await allow({ value: '::ffff:203.0.113.4' });
	assert.equal((await list())[0].value, '203.0.113.4');
	await remove(mapped.id);
});

test('each act is in the audit log', async () => {
	const rows = (await me.get('/api/audit?limit=200')).json.items.map((r) => r.action);
	for (const action of ['allow_add', 'allow_change', 'allow_remove', 'allow_end'])
		assert.ok(rows.includes(action), action);
});
