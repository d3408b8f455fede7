// SPDX-License-Identifier: GPL-2.0-or-later
// Jails at run time on a real fail2ban: started, stopped, paused, reloaded.
// Nothing that is wrong in the configuration may cost a jail that runs.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startStack, until } from '../lib/stack.mjs';

const ALL = ['blocked', 'ftp', 'mail', 'nginx', 'recidive', 'sshd'];
let stack, me;

before(async () => {
	stack = await startStack({ level: 'operate' });
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
	await ban('sshd', ['203.0.113.7', '203.0.113.8']);
	await ban('mail', ['203.0.113.9']);
});
after(() => stack.stop());

async function ban(jail, ips) {
	const r = await me.post('/api/active-bans', { jail, ips });
	assert.equal(r.status, 200, r.text);
}

/** An act that is answered with what came of it. */
async function act(path, body = {}) {
	const r = await me.post(`/api/jails${path}`, body);
	assert.equal(r.status, 200, `${path}: ${r.text}`);
	return r.json;
}

const running = async () => (await me.get('/api/jails')).json.items.map((j) => j.name);
const jail = async (name) => (await me.get(`/api/jails/${name}`)).json;
const banned = async (name) => (await stack.fail2ban('get', name, 'banip')).split(/\s+/).filter(Boolean).sort();

/** A file of fail2ban's configuration, for as long as fn runs. */
async function withFile(name, text, fn) {
	const path = join(stack.dir, 'fail2ban', name);
	writeFileSync(path, text);
	try {
		return await fn();
	} finally {
		rmSync(path);
	}
}

test('a stopped jail is gone, and stopping it again changes nothing', async () => {
	const stopped = await act('/sshd/stop', { reason: 'maintenance' });
	assert.equal(stopped.outcome, 'done');
	assert.deepEqual([stopped.banned_before, stopped.banned_after], [2, 0]);
	assert.deepEqual(stopped.jails_before, ALL);
	assert.deepEqual(stopped.jails_after, ALL.filter((n) => n !== 'sshd'));
	assert.equal(stopped.jail, null);
	assert.deepEqual(await running(), stopped.jails_after);
	assert.equal((await me.get('/api/jails/sshd')).status, 404);
	const again = await act('/sshd/stop');
	assert.equal(again.outcome, 'unchanged');
	assert.deepEqual(again.jails_after, stopped.jails_after);
});

test('a started jail is back with its bans, and starting it again is fine', async () => {
	const started = await act('/sshd/start');
	assert.equal(started.outcome, 'done', JSON.stringify(started));
	assert.deepEqual(started.jails_after, ALL);
	assert.equal(started.jail.max_retry, 3);
	assert.equal(started.jail.idle, false);
	await until(async () => (await banned('sshd')).length === 2, 'its bans are back');
	assert.equal((await act('/sshd/start')).outcome, 'done');
	assert.deepEqual(await running(), ALL);
});

test('a paused jail bans nobody until it goes on', async () => {
	const paused = await act('/ftp/idle', { idle: true });
	assert.equal(paused.outcome, 'done');
	assert.equal(paused.jail.idle, true);
	await stack.hit('ftp', '203.0.113.50', 6);
	await stack.hit('nginx', '203.0.113.51', 4);
	await until(async () => (await banned('nginx')).length === 1, 'another jail has banned');
	assert.deepEqual(await banned('ftp'), []);
	const on = await act('/ftp/idle', { idle: false });
	assert.equal(on.jail.idle, false);
	await stack.hit('ftp', '203.0.113.50', 1); // with which it reads what it has missed
	await until(async () => (await banned('ftp')).length === 1, 'it reads its log again');
});

test('a reload keeps jails and bans, and undoes what was set at run time', async () => {
	await stack.fail2ban('set', 'sshd', 'maxretry', '17');
	assert.equal((await jail('sshd')).max_retry, 17);
	const one = await act('/sshd/reload');
	assert.equal(one.outcome, 'done', JSON.stringify(one));
	assert.equal(one.jail.max_retry, 3);
	assert.deepEqual([one.banned_before, one.banned_after], [2, 2]);
	const all = await act('/reload');
	assert.equal(all.outcome, 'done', JSON.stringify(all));
	assert.equal(all.name, null);
	assert.deepEqual(all.jails_after, ALL);
	assert.equal(all.banned_before, all.banned_after);
});

const BROKEN = [
	['a number that is none', 'maxretry = abc', ['/broken/start', '/broken/reload']],
	['a pattern that does not compile', 'failregex = ^(<HOST>', []],
	['a pattern without an address', 'failregex = ^nobody$', []],
	['a mask that is none', 'ignoreip = 192.0.2.0/abc', []],
	['a time that is none', 'bantime = 1x', []],
	['no such backend', 'backend = nosuch', []],
];
for (const [what, line, more] of BROKEN)
	test(`${what}: no running jail is lost`, () =>
		withFile('jail.d/broken.local', `[broken]\nfilter =\n${line}\n`, async () => {
			for (const path of ['/reload', ...more]) {
				const r = await act(path);
				assert.equal(r.outcome, 'refused', path);
				assert.ok(r.issues.some((i) => i.severity === 'error'), path);
				assert.deepEqual([r.lost, r.jails_after], [[], ALL]);
			}
			assert.deepEqual(await banned('sshd'), ['203.0.113.7', '203.0.113.8']);
		}));

test('a defect in the jail itself leaves it running as it is', () =>
	withFile('jail.d/sshd.local', '[sshd]\nmaxretry = abc\n', async () => {
		for (const path of ['/reload', '/sshd/reload'])
			assert.equal((await act(path)).outcome, 'refused', path);
		assert.equal((await jail('sshd')).max_retry, 3);
		assert.deepEqual(await banned('sshd'), ['203.0.113.7', '203.0.113.8']);
		// another jail can be stopped and started all the same
		await act('/ftp/stop');
		assert.equal((await act('/ftp/start')).outcome, 'done');
	}));

test('a jail that is switched off is not dropped behind anybody\'s back', () =>
	withFile('jail.d/off.local', '[ftp]\nenabled = false\n', async () => {
		for (const path of ['/reload', '/ftp/reload']) {
			const r = await act(path);
			assert.equal(r.outcome, 'refused');
			assert.ok(r.issues.some((i) => i.where === 'ftp' && /Stop it first/.test(i.message)),
				`${path}: ${JSON.stringify(r.issues)}`);
			assert.deepEqual(r.jails_after, ALL);
		}
		await act('/ftp/stop');
		assert.equal((await act('/reload')).outcome, 'done');
		assert.equal((await act('/ftp/start')).outcome, 'refused');
	}));

test('a jail that there is not is no jail of anybody', async () => {
	assert.equal((await act('/ftp/start')).outcome, 'done');
	assert.equal((await act('/nosuch/stop')).outcome, 'unchanged');
	assert.equal((await act('/nosuch/start')).outcome, 'refused');
	const idle = await me.post('/api/jails/nosuch/idle', { idle: true });
	assert.deepEqual([idle.status, idle.json.code], [404, 'jail_not_found']);
	for (const name of ['--all', '..x', 'loglevel', 'x'.repeat(65), '%01x', 'x%3CF2B_END_COMMAND%3E']) {
		for (const what of ['start', 'stop', 'reload', 'idle']) {
			const r = await me.post(`/api/jails/${name}/${what}`, what === 'idle' ? { idle: true } : {});
			assert.ok([400, 404].includes(r.status), `${what} ${name}: ${r.status}`);
		}
	}
	assert.deepEqual(await running(), ALL);
	assert.equal((await me.get('/api/jails/reload')).json.code, 'jail_not_found');
});

test('jails of odd names are taken as they are', async () => {
	const odd = ['odd; $(x) "ü"', 'a, b'];
	const text = odd.map((n) => `[${n}]\nenabled = true\nfilter =\nbantime = 60\n`).join('');
	await withFile('jail.d/odd.local', text, async () => {
		assert.equal((await act('/reload')).outcome, 'done');
		for (const name of odd) {
			const path = `/${encodeURIComponent(name)}`;
			assert.equal((await act(`${path}/idle`, { idle: true })).jail.name, name);
			assert.equal((await act(`${path}/stop`)).outcome, 'done');
		}
		const path = `/${encodeURIComponent(odd[0])}`;
		assert.equal((await act(`${path}/start`)).outcome, 'done');
		assert.equal((await act(`${path}/stop`)).outcome, 'done');
	});
	assert.deepEqual(await running(), ALL);
});

test('acts one at a time: who comes in between is told to come back', async () => {
	const all = await Promise.all(['/reload', '/sshd/reload', '/nginx/reload']
		.map((path) => me.post(`/api/jails${path}`, {})));
	for (const r of all)
		assert.ok(r.status === 200 ? r.json.outcome === 'done' : r.json.code === 'conflict', r.text);
	assert.ok(all.some((r) => r.status === 200));
	assert.deepEqual(await running(), ALL);
});

test('each act is in the audit log', async () => {
	const rows = (await me.get('/api/audit?limit=200')).json.items.filter((r) => r.action.startsWith('jail_'));
	const first = rows.at(-1);
	assert.deepEqual([first.action, first.target, first.outcome], ['jail_stop', 'sshd', 'done']);
	const said = new Set(rows.map((r) => `${r.action} ${r.outcome}`));
	for (const want of ['jail_start done', 'jail_idle done', 'jail_busy done', 'jail_reload done',
		'jail_reload refused', 'jail_idle failed'])
		assert.ok(said.has(want), want);
});

test('a body is what the document says, or is refused', async () => {
	for (const [path, body] of [['/sshd/stop', { x: 1 }], ['/sshd/idle', {}], ['/sshd/idle', { idle: 'yes' }],
		['/reload', { reason: 'two\nlines' }]])
		assert.equal((await me.post(`/api/jails${path}`, body)).status, 422, path);
	assert.deepEqual(await running(), ALL);
});

test('fail2ban away is told, and nothing else happens', async () => {
	await stack.stopFail2ban();
	for (const path of ['/reload', '/sshd/stop', '/sshd/start'])
		assert.equal((await me.post(`/api/jails${path}`, {})).status, 502, path);
	await stack.startFail2ban();
	await until(async () => (await me.get('/api/jails')).json?.total === ALL.length, 'it is back');
});
