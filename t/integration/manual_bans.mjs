// SPDX-License-Identifier: GPL-2.0-or-later
// Bans by hand on a real fail2ban: each keeps its own end and its reason, is
// lifted when it is due, and no other ban is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { BUILD, startStack, until } from '../lib/stack.mjs';

const MANUAL = 'bangui-manual';
let stack, me;
before(async () => {
	stack = await startStack();
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
	await stack.fail2ban('stop', 'recidive');
});
after(() => stack.stop());

const sql = (text) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', join(stack.env.BANGUI_STATE_DIR, 'bangui.db'), text], { encoding: 'utf8' }).trim();
const banned = async (jail) => (await stack.fail2ban('get', jail, 'banip')).split(/\s+/).filter(Boolean).sort();
const row = async (ip) => (await me.get('/api/active-bans?limit=1000')).json.items.find((b) => b.ip === ip);
async function ban(body) {
	const r = await me.post('/api/active-bans', body);
	assert.equal(r.status, 200, r.text);
	return r.json;
}
/** As if the time of a ban by hand had passed. */
const makeDue = (jail) => sql(`UPDATE manual_ban SET due_at = unixepoch() - 5 WHERE open = 1 AND jail = '${jail}'`);
const open = () => Number(sql('SELECT count(*) FROM manual_ban WHERE open = 1'));

test('our own jails run without a log, and are shipped as they are in this test', async () => {
	const shipped = join(process.env.abs_srcdir ?? join(BUILD, '..'), 'packaging/fail2ban');
	for (const name of ['jail.d/bangui-manual.conf', 'jail.d/bangui-blocklist.conf', 'filter.d/bangui-none.conf'])
		assert.equal(readFileSync(join(stack.env.F2B_CONFIG, name), 'utf8'), readFileSync(join(shipped, name), 'utf8'));
	assert.deepEqual(readdirSync(join(stack.env.F2B_CONFIG, 'jail.d')).sort(), ['bangui-blocklist.conf', 'bangui-manual.conf']);
	for (const name of [MANUAL, 'bangui-blocklist']) {
		const { json } = await me.get(`/api/jails/${name}`);
		assert.equal(json.ban_time_seconds, -1);
		assert.deepEqual([json.log_paths, json.fail_regex, json.ban_time_increment.enabled], [[], [], false]);
	}
});

test('without a jail and a time a ban is in ours, for good, with reason and author', async () => {
	const r = await ban({ ips: ['203.0.113.1'], reason: 'scans, a lot' });
	assert.equal(r.jail, MANUAL);
	assert.deepEqual(await banned(MANUAL), ['203.0.113.1']);
	const b = await row('203.0.113.1');
	assert.deepEqual([b.permanent, b.origin], [true, 'manual']);
	assert.deepEqual([b.reason, b.author_kind, b.author_name, b.due_at], ['scans, a lot', 'session', null, null]);
	assert.equal(open(), 0);
});

test('a ban in a jail of ours that somebody else made is by hand, and nothing is known of it', async () => {
	await stack.fail2ban('set', MANUAL, 'banip', '203.0.113.2');
	const b = await until(() => row('203.0.113.2'), 'it is listed');
	assert.deepEqual([b.origin, b.author_kind, b.reason], ['manual', null, null]);
	await stack.hit('sshd', '198.51.100.9', 5);
	const own = await until(() => row('198.51.100.9'), 'fail2ban bans');
	assert.deepEqual([own.origin, own.author_kind, own.due_at], ['fail2ban', null, null]);
});

test('a ban with a time ends then, and the others stay', async () => {
	await ban({ ips: ['203.0.113.3', '2001:db8::3', '203.0.113.64/26'], bantime_seconds: 4, reason: 'short' });
	// what is lifted before the archive has seen it, it never sees
	await until(async () => (await me.get('/api/bans?range=all&ip=203.0.113.3')).json.items.length === 1, 'it is in the archive');
	await until(async () => (await banned(MANUAL)).join() === '203.0.113.1,203.0.113.2', 'they are lifted');
	await until(() => open() === 0, 'nothing is left to do');
	const past = (await me.get('/api/bans?range=all&ip=203.0.113.3')).json.items;
	assert.equal(past.length, 1);
	assert.equal(past[0].origin, 'manual');
	assert.equal(past[0].reason, 'short');
	const why = (await me.get(`/api/bans/${past[0].id}`)).json;
	assert.equal(why.reason, 'short');
	assert.ok(Math.abs(Date.parse(why.due_at) - Date.parse(why.banned_at) - 4000) <= 1000);
	const csv = (await me.get('/api/export/history.csv')).text;
	assert.match(csv, /^\d+,203\.0\.113\.3,bangui-manual,.*,short,session,,20[^,]*Z\r$/m);
});

test('a ban cannot outlast those of its jail, and the answer says what can', async () => {
	for (const bantime_seconds of [601, -1]) {
		const r = await me.post('/api/active-bans', { jail: 'sshd', ips: ['203.0.113.4'], bantime_seconds });
		assert.equal(r.status, 422, r.text);
		assert.match(r.json.errors[0].message, /bangui-manual/);
	}
	for (const bantime_seconds of [0, -2, 315360001])
		assert.equal((await me.post('/api/active-bans', { ips: ['203.0.113.4'], bantime_seconds })).status, 422);
	assert.equal(await row('203.0.113.4'), undefined);
	await ban({ jail: 'sshd', ips: ['203.0.113.4'], bantime_seconds: 600 });
	const b = await row('203.0.113.4');
	assert.equal(Math.abs(Date.parse(b.due_at) - Date.parse(b.expires_at)) <= 1000, true);
});

test('one that is banned by hand already gets another end and reason', async () => {
	await ban({ ips: ['203.0.113.5'], bantime_seconds: 3600, reason: 'first' });
	const { results } = await ban({ ips: ['203.0.113.5', '203.0.113.2'], bantime_seconds: 7200, reason: 'second' });
	assert.deepEqual(results.map((x) => x.outcome), ['already_banned', 'already_banned']);
	assert.match(results[0].detail, /are now these/);
	assert.match(results[1].detail, /not banned by hand/);
	const b = await row('203.0.113.5');
	assert.equal(b.reason, 'second');
	const left = Date.parse(b.due_at) - Date.now();
	assert.ok(left > 7100e3 && left <= 7201e3, `${left}`);
	await ban({ ips: ['203.0.113.5'], reason: 'for good' });
	assert.equal((await row('203.0.113.5')).due_at, null);
});

test('a ban that fail2ban made later is not lifted in the place of ours', async () => {
	await ban({ jail: 'sshd', ips: ['203.0.113.6', '203.0.113.7'], bantime_seconds: 300 });
	await stack.fail2ban('set', 'sshd', 'unbanip', '203.0.113.6');
	// so that the new ban is of another second than the one that was asked for
	sql("UPDATE manual_ban SET banned_at = banned_at - 10, done_at = done_at - 10 WHERE jail = 'sshd'"
		+ " AND hex(substr(addr_key, 13, 4)) = 'CB007106'");
	await stack.fail2ban('set', 'sshd', 'banip', '203.0.113.6');
	makeDue('sshd');
	await ban({ ips: ['203.0.113.8'], bantime_seconds: 1 }); // wakes the job
	await until(async () => !(await banned('sshd')).includes('203.0.113.7'), 'ours is lifted');
	await until(async () => !(await banned(MANUAL)).includes('203.0.113.8'), 'and the other one');
	assert.ok((await banned('sshd')).includes('203.0.113.6'));
	assert.equal(open(), 1); // it is looked for once more
});

test('what fell due while fail2ban was away is lifted when it is back', async () => {
	sql('UPDATE manual_ban SET open = 0');
	await ban({ ips: ['203.0.113.9'], bantime_seconds: 600 });
	await stack.stopFail2ban();
	makeDue(MANUAL);
	await stack.startFail2ban();
	assert.ok((await banned(MANUAL)).includes('203.0.113.9'));
	await ban({ ips: ['203.0.113.10'], bantime_seconds: 1 });
	await until(async () => !(await banned(MANUAL)).some((ip) => ip === '203.0.113.9' || ip === '203.0.113.10'), 'both are lifted', 15000);
	assert.ok((await banned(MANUAL)).includes('203.0.113.1'), 'one for good came back and stays');
});

test('one in a jail that was stopped waits for the jail', async () => {
	sql('UPDATE manual_ban SET open = 0');
	await ban({ jail: 'mail', ips: ['203.0.113.11'], bantime_seconds: 600 });
	await stack.fail2ban('stop', 'mail');
	makeDue('mail');
	await ban({ ips: ['203.0.113.12'], bantime_seconds: 1 });
	await until(async () => !(await banned(MANUAL)).includes('203.0.113.12'), 'the job was there');
	assert.equal(open(), 1);
	await stack.fail2ban('reload');
	await until(async () => (await banned('mail')).includes('203.0.113.11'), 'it is banned again');
	await ban({ ips: ['203.0.113.12'], bantime_seconds: 1 });
	await until(async () => !(await banned('mail')).includes('203.0.113.11'), 'it is lifted');
	await until(() => open() === 0, 'nothing is left to do');
});

test('without our jail somebody has to say which', async () => {
	await stack.fail2ban('stop', MANUAL);
	const r = await me.post('/api/active-bans', { ips: ['203.0.113.13'] });
	assert.equal(r.status, 422, r.text);
	assert.equal(r.json.errors[0].field, 'jail');
});
