// SPDX-License-Identifier: GPL-2.0-or-later
// Jails at run time on a real fail2ban: started, stopped, paused, reloaded.
// Nothing that is wrong in the configuration may cost a jail that runs.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startStack, until } from '../lib/stack.mjs';

let stack, me, ALL; // the jails that the stack runs, by name

before(async () => {
	stack = await startStack({ level: 'operate' });
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
	ALL = (await me.get('/api/jails')).json.items.map((j) => j.name);
	assert.ok(ALL.length >= 6);
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

const set = (name, json) => me.request('PATCH', `/api/jails/${name}`, { json });

test('settings hold until the jail is reloaded', async () => {
	const r = await set('sshd', { find_time_seconds: 1200, ban_time_seconds: -1, max_retry: 7, max_matches: 3,
		ignore_self: true, increment_enabled: true, increment_overall_jails: true,
		increment_max_time_seconds: 86400, increment_rnd_time_seconds: 0, reason: 'a try' });
	assert.equal(r.status, 200, r.text);
	for (const j of [r.json, await jail('sshd')]) {
		assert.deepEqual([j.find_time_seconds, j.ban_time_seconds, j.max_retry, j.max_matches, j.ignore_self],
			[1200, -1, 7, 3, true]);
		const inc = j.ban_time_increment;
		assert.deepEqual([inc.enabled, inc.overall_jails, inc.max_time_seconds, inc.rnd_time_seconds],
			[true, true, 86400, 0]);
	}
	assert.equal(await stack.fail2ban('get', 'sshd', 'maxretry'), '7');
	const off = (await set('sshd', { increment_overall_jails: false, increment_enabled: false })).json.ban_time_increment;
	assert.deepEqual([off.enabled, off.overall_jails], [false, false]);
	assert.equal((await act('/sshd/reload')).jail.max_retry, 3);
	const row = (await me.get('/api/audit?action=jail_set')).json.items[1];
	const said = Object.fromEntries(row.details.map((d) => [d.name, d.value]));
	assert.deepEqual([row.target, said.reason, said.max_retry, said.increment_enabled],
		['sshd', 'a try', '3 -> 7', '0 -> 1']);
});

test('settings outside of what fail2ban shall ever be told are refused', async () => {
	const bad = [{}, { reason: 'x' }, { max_retry: 0 }, { max_retry: '5' }, { max_retry: 1.5 }, { ban_time_seconds: 0 },
		{ ban_time_seconds: -2 }, { ban_time_seconds: '1h' }, { find_time_seconds: 0 }, { find_time_seconds: 2e9 },
		{ ignore_self: 1 }, { persist: true }, { formula: '1' }, { fail_regex: ['x'] }, { max_retry: null }];
	for (const json of bad)
		assert.equal((await set('sshd', json)).status, 422, JSON.stringify(json));
	assert.equal((await jail('sshd')).max_retry, 3);
	assert.equal((await set('nosuch', { max_retry: 4 })).json.code, 'jail_not_found');
});

const ignored = async (query = '') => (await me.get(`/api/jails/mail/ignore-ips${query}`)).json;
const change = async (method, values, name = 'mail') => {
	const r = await me.request(method, `/api/jails/${name}/ignore-ips`, { json: { values } });
	assert.equal(r.status, 200, r.text);
	return r.json.results.map((x) => x.outcome);
};

test('what a jail never bans is added and removed, whatever its spelling', async () => {
	assert.deepEqual(await change('POST', ['192.0.2.7', '192.0.2.0/25', '2001:DB8:0::9', '::ffff:192.0.2.8', 'trusted.example']),
		['added', 'added', 'added', 'added', 'added']);
	assert.deepEqual((await ignored()).items,
		['192.0.2.0/25', '192.0.2.7', '192.0.2.8', '2001:db8::9', 'trusted.example']);
	assert.deepEqual((await stack.fail2ban('get', 'mail', 'ignoreip')).match(/192\.0\.2\.\S+/g).sort(),
		['192.0.2.0/25', '192.0.2.7', '192.0.2.8']);
	assert.deepEqual(await change('POST', ['192.0.2.7/32', '2001:db8::9']), ['already_ignored', 'already_ignored']);
	assert.deepEqual([(await jail('mail')).ignore_ips_total, (await ignored('?q=192.')).total], [5, 3]);
	assert.deepEqual(await change('DELETE', ['192.0.2.7', '2001:db8:0:0::9', '192.0.2.0/25', '::ffff:192.0.2.8', 'trusted.example', '192.0.2.77']),
		['removed', 'removed', 'removed', 'removed', 'removed', 'not_ignored']);
	assert.equal((await ignored()).total, 0);
});

test('what fail2ban would take for something else is refused', async () => {
	const bad = ['192.0.2.0/abc', '192.0.2.1/24', '192.0.2.300', '010.0.0.1', 'fe80::1%eth0', 'two words', 'file:/x',
		'no_such', '', '-x', '<F2B_END_COMMAND>', '1.2.3', 'x'.repeat(280)];
	assert.deepEqual(new Set(await change('POST', bad)), new Set(['invalid']));
	assert.deepEqual(await change('POST', ['0.0.0.0/0', '::/0']), ['refused', 'refused']);
	assert.equal((await ignored()).total, 0);
	for (const json of [{}, { values: [] }, { values: 'x' }, { values: ['192.0.2.1'], x: 1 }, { values: Array(1001).fill('192.0.2.1') }])
		assert.equal((await me.request('POST', '/api/jails/mail/ignore-ips', { json })).status, 422);
});

test('an ignored address is banned by hand only', async () => {
	await change('POST', ['203.0.113.77'], 'nginx');
	await stack.hit('nginx', '203.0.113.77', 5);
	await stack.hit('nginx', '203.0.113.78', 5);
	await until(async () => (await banned('nginx')).includes('203.0.113.78'), 'the next one is banned');
	assert.ok(!(await banned('nginx')).includes('203.0.113.77'));
});

test('a list of 100,000 entries is shown in pages, and costs a jail\'s answer nothing', async () => {
	const all = [...Array(100000)].map((_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
	// it answers with the whole list each time
	for (let i = 0; i < all.length; i += 20000)
		await stack.fail2ban('set', 'mail', 'addignoreip', ...all.slice(i, i + 20000));
	const j = await me.get('/api/jails/mail');
	assert.deepEqual([j.json.ignore_ips_total, j.json.ignore_ips.length], [100000, 200]);
	const first = await ignored('?limit=1000');
	assert.deepEqual([first.total, first.items.length], [100000, 1000]);
	const second = await ignored(`?limit=1000&cursor=${first.next_cursor}`);
	assert.ok(second.items[0] > first.items.at(-1));
	const last = await ignored('?q=10.1.134.159');
	assert.deepEqual(last, { items: ['10.1.134.159'], total: 1, next_cursor: null });
	assert.deepEqual(await change('DELETE', ['10.0.0.1', '192.0.2.1']), ['removed', 'not_ignored']);
	assert.equal((await act('/mail/reload')).jail.ignore_ips_total, 0);
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
