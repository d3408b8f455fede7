// SPDX-License-Identifier: GPL-2.0-or-later
// The archive beside a real fail2ban that bans, unbans, forgets and loses its
// database: every ban gets in once, and none is lost to fail2ban by our
// reading (SEC-8).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { startStack, until } from '../lib/stack.mjs';

const BANS = 1000;
let stack, me;

before(async () => {
	stack = await startStack({ workers: 4 });
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
});
after(() => stack.stop());

const sql = (file, text) => execFileSync('sqlite3', ['-readonly', '-cmd', '.timeout 5000',
	file, text], { encoding: 'utf8' }).trim();
const ours = (text) => sql(stack.env.BANGUI_DB, text);
const theirs = (text) => sql(stack.env.F2B_DB, text);

async function history() {
	const r = await me.get('/api/status');
	assert.equal(r.status, 200, r.text);
	return r.json.history;
}

/** Requests go on until the archive has so many bans; its state then. */
const untilRows = (n) => until(async () => {
	const h = await history();
	return h.rows >= n && h;
}, `${n} bans are in the archive`, 30000);

const warnings = async () => (await me.get('/api/status')).json.warnings.map((w) => w.code);

test('a ban gets into the archive within two seconds, with why', async () => {
	await stack.hit('sshd', '203.0.113.7');
	await until(() => theirs('SELECT count(*) FROM bans') === '1', 'fail2ban bans it');
	const began = Date.now();
	const h = await untilRows(1);
	assert.ok(Date.now() - began < 4000, `${Date.now() - began} ms`);
	assert.equal(h.state, 'on');
	assert.equal(h.oldest, h.newest);
	assert.equal(h.fill, null);
	assert.equal(h.off_since, null);
	assert.equal(ours('SELECT failures, origin, nth FROM ban'), '3|0|0');
	assert.equal(ours('SELECT json_array_length(CAST(data AS TEXT), \'$.matches\')' +
		' FROM ban_evidence'), '3');
});

test('while it bans a thousand, all get in and fail2ban keeps all', async () => {
	await stack.fail2ban('set', 'blocked', 'delaction', 'record');
	const asking = new AbortController();
	const asked = (async () => {
		while (!asking.signal.aborted)
			await history();
	})();
	for (let at = 0; at < BANS; at += 20) {
		const ips = Array.from({ length: 20 }, (_, i) => `10.7.${(at + i) >> 8}.${(at + i) & 255}`);
		await stack.fail2ban('set', 'blocked', 'banip', ...ips);
	}
	const h = await untilRows(BANS + 1).finally(() => asking.abort());
	await asked;
	assert.equal(h.rows, BANS + 1);
	assert.equal(theirs('SELECT count(*) FROM bans'), String(BANS + 1));
	assert.equal(ours('SELECT count(DISTINCT addr_key) FROM ban'), String(BANS + 1));
	assert.equal(ours('SELECT count(*) FROM ban WHERE origin = 1'), String(BANS));
	assert.equal(ours('SELECT count(*) FROM ban_evidence'), '1');
	const log = readFileSync(stack.env.F2B_LOG, 'utf8');
	assert.equal(log.match(/NOTICE\s+\[blocked\] Ban /g).length, BANS);
	assert.doesNotMatch(log, /database is locked| ERROR /);
});

test('an unban takes nothing out, and what has its rowids then gets in', async () => {
	await stack.fail2ban('unban', '--all');
	assert.equal(theirs('SELECT count(*) FROM bans'), '0');
	await stack.fail2ban('set', 'blocked', 'banip', '10.9.0.1', '198.51.100.0/24', '2001:db8::7');
	const h = await untilRows(BANS + 4);
	assert.equal(h.rows, BANS + 4);
	assert.equal(ours('SELECT count(*) FROM ban_gap'), '0');
});

test('without its database the history says so, and goes on when it is back', async () => {
	const aside = `${stack.env.F2B_DB}.aside`;
	renameSync(stack.env.F2B_DB, aside);
	await until(async () => (await warnings()).includes('history_unavailable'), 'it is told');
	const off = await history();
	assert.equal(off.state, 'off');
	assert.notEqual(off.off_since, null);
	assert.equal(off.rows, BANS + 4);
	renameSync(aside, stack.env.F2B_DB);
	await stack.fail2ban('set', 'blocked', 'banip', '10.9.0.2');
	await until(async () => !(await warnings()).includes('history_unavailable'), 'it is back');
	await untilRows(BANS + 5);
	// whoever looks tells, worker or job runner
	const lines = [...stack.log(), ...stack.jobsLog()];
	const events = lines.filter((l) => l.event.startsWith('history_'));
	assert.equal(events.filter((l) => l.event === 'history_off').length, 1);
	assert.equal(events.filter((l) => l.event === 'history_on').length, 1);
	assert.ok(!lines.some((l) => l.event === 'background_task_failed'));
});

test('a fail2ban that has begun a new database loses us nothing', async () => {
	await stack.stopFail2ban();
	renameSync(stack.env.F2B_DB, `${stack.env.F2B_DB}.old`);
	await stack.startFail2ban();
	await stack.fail2ban('set', 'blocked', 'banip', '10.8.0.1');
	// it reads its logs anew, too, so there may be more
	const h = await untilRows(BANS + 6);
	assert.equal(h.state, 'on');
	for (const row of theirs('SELECT DISTINCT jail, timeofban FROM bans').split('\n')) {
		const [jail, at] = row.split('|');
		await until(async () => {
			await history(); // after each response a worker looks
			return ours('SELECT count(*) FROM ban JOIN ban_jail ON jail_id = ban_jail.id' +
				` WHERE name = '${jail}' AND banned_at = ${at}`) !== '0';
		}, `${row} is copied`);
	}
});
