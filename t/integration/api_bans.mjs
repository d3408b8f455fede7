// SPDX-License-Identifier: GPL-2.0-or-later
// Bans in force through the whole of it: listed as fail2ban has them, banned
// and lifted one by one, paged and filtered.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { startStack, until } from '../lib/stack.mjs';

let stack, me;

before(async () => {
	stack = await startStack();
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
	// it would ban, in its own time, what these tests ban again and again
	await stack.fail2ban('stop', 'recidive');
});
after(() => stack.stop());
beforeEach(async () => {
	const r = await me.delete('/api/active-bans/all', { confirm: 'unban all' });
	assert.equal(r.status, 200);
});

async function list(query = '') {
	const r = await me.get(`/api/active-bans?limit=1000${query}`);
	assert.equal(r.status, 200, r.text);
	return r.json;
}
const listed = async (query) => (await list(query)).items.map((b) => `${b.jail}:${b.ip}`);

async function ban(jail, ips, more = {}) {
	const r = await me.post('/api/active-bans', { jail, ips, ...more });
	assert.equal(r.status, 200, r.text);
	assert.deepEqual(r.json.results.map((x) => x.ip), ips);
	return r.json.results.map((x) => x.outcome);
}
async function unban(jail, ips, more = {}) {
	const r = await me.delete('/api/active-bans', { jail, ips, ...more });
	assert.equal(r.status, 200, r.text);
	assert.deepEqual(r.json.results.map((x) => x.ip), ips);
	return r.json.results.map((x) => x.outcome);
}

/** What fail2ban itself says is banned in a jail. */
async function banned(jail) {
	const text = await stack.fail2ban('get', jail, 'banip');
	return text.split(/\s+/).filter(Boolean).sort();
}

test('hostile lines become a ban that is listed, and can be lifted', async () => {
	await stack.hit('sshd', '198.51.100.23', 5);
	const found = await until(async () => (await list()).items.find((b) => b.ip === '198.51.100.23'),
		'the ban is listed');
	assert.equal(found.jail, 'sshd');
	assert.equal(found.bantime_seconds, 600);
	assert.equal(found.permanent, false);
	assert.equal(Date.parse(found.expires_at) - Date.parse(found.banned_at), 600000);
	assert.deepEqual(await unban('sshd', ['198.51.100.23']), ['unbanned']);
	assert.deepEqual(await banned('sshd'), []);
	assert.deepEqual(await listed(), []);
});

test('addresses and networks are banned and lifted, each told for itself', async () => {
	const ips = ['203.0.113.7', '2001:db8::7', '203.0.113.128/25', '2001:db8:1::/48', 'junk'];
	assert.deepEqual(await ban('sshd', ips), ['banned', 'banned', 'banned', 'banned', 'invalid']);
	assert.deepEqual(await banned('sshd'),
		['2001:db8:1::/48', '2001:db8::7', '203.0.113.128/25', '203.0.113.7']);
	assert.equal((await list()).total, 4);
	assert.deepEqual(await ban('sshd', [...ips.slice(0, 4), '203.0.113.8']),
		['already_banned', 'already_banned', 'already_banned', 'already_banned', 'banned']);
	assert.deepEqual(await unban('sshd', [...ips, '203.0.113.99']),
		['unbanned', 'unbanned', 'unbanned', 'unbanned', 'invalid', 'not_banned']);
	assert.deepEqual(await listed(), ['sshd:203.0.113.8']);
});

test('spellings of one address are one ban', async () => {
	const ips = ['2001:DB8:0:0::9', '2001:db8::9', '::ffff:203.0.113.9', '203.0.113.9'];
	assert.deepEqual(await ban('sshd', ips), ['banned', 'banned', 'banned', 'banned']);
	assert.deepEqual((await listed('&sort=ip')), ['sshd:203.0.113.9', 'sshd:2001:db8::9']);
	assert.deepEqual(await unban('sshd', ['2001:DB8::9', '203.0.113.9/32']), ['unbanned', 'unbanned']);
});

test('lifting a network leaves the addresses inside it banned', async () => {
	await ban('sshd', ['203.0.113.7', '203.0.113.8']);
	assert.deepEqual(await unban('sshd', ['203.0.113.0/24']), ['not_banned']);
	assert.deepEqual(await unban(null, ['203.0.113.0/24', '0.0.0.0/0']), ['not_banned', 'not_banned']);
	assert.deepEqual(await banned('sshd'), ['203.0.113.7', '203.0.113.8']);
	await ban('nginx', ['203.0.113.0/24']);
	assert.deepEqual(await unban(null, ['203.0.113.0/24']), ['unbanned']);
	assert.deepEqual(await banned('sshd'), ['203.0.113.7', '203.0.113.8']);
	assert.deepEqual(await banned('nginx'), []);
});

test('without a jail a ban is lifted in all of them', async () => {
	await ban('sshd', ['203.0.113.7', '203.0.113.8']);
	await ban('nginx', ['203.0.113.7']);
	await ban('blocked', ['203.0.113.9']);
	assert.deepEqual(await unban(null, ['203.0.113.7', '203.0.113.9', '203.0.113.10']),
		['unbanned', 'unbanned', 'not_banned']);
	assert.deepEqual(await listed(), ['sshd:203.0.113.8']);
});

test('what no host has is refused, also if it is meant', async () => {
	const ips = ['0.0.0.0/0', '::/0', '0.0.0.0', '224.0.0.1', '::ffff:0.0.0.0'];
	for (const force of [false, true])
		assert.deepEqual(await ban('sshd', ips, { force }), Array(ips.length).fill('refused'));
	assert.deepEqual(await banned('sshd'), []);
});

test('what would lock somebody out is 409 with the list, and nothing is banned', async () => {
	const ips = ['203.0.113.7', '127.0.0.1', '::1', '203.0.113.8', '126.0.0.0/7', '::ffff:127.0.0.1', '127.1.2.3', 'junk'];
	const r = await me.post('/api/active-bans', { jail: 'sshd', ips });
	assert.deepEqual([r.status, r.json.code], [409, 'would_lock_out'], r.text);
	const caller = (ip) => ({ ip, covers: '127.0.0.1', reason: 'caller' });
	const own = (ip, covers) => ({ ip, covers, reason: 'own_address' });
	assert.deepEqual(r.json.covered, [
		own('127.0.0.1', '127.0.0.0/8'), caller('127.0.0.1'), own('::1', '::1'),
		own('126.0.0.0/7', '127.0.0.0/8'), caller('126.0.0.0/7'), own('127.1.2.3', '127.0.0.0/8')]);
	assert.deepEqual(await banned('sshd'), []);
	assert.deepEqual(await ban('sshd', ['127.0.0.1', '203.0.113.7'], { force: true }), ['banned', 'banned']);
	assert.deepEqual(await unban('sshd', ['127.0.0.1']), ['unbanned']);
});

test('what only looks like an address is invalid, in every spelling', async () => {
	const ips = ['fe80::1%lo', '127.0.0.01', '203.0.113.07', '203.0.113.7/24', '::ffff:203.0.113.7/120', '0x7f000001', '2130706433'];
	assert.deepEqual(await ban('sshd', ips), Array(ips.length).fill('invalid'));
	assert.deepEqual(await banned('sshd'), []);
});

test('a ban for ever says so', async () => {
	await ban('blocked', ['203.0.113.7']);
	const [b] = (await list()).items;
	assert.equal(b.permanent, true);
	assert.equal(b.bantime_seconds, -1);
	assert.equal(b.expires_at, null);
});

test('a jail that does not run is 404, and nothing is done', async () => {
	for (const jail of ['nosuch', 'SSHD', '--all', '../x', 'sshd ', 'x'.repeat(64)]) {
		for (const method of ['POST', 'DELETE']) {
			const r = await me.request(method, '/api/active-bans',
				{ json: { jail, ips: ['203.0.113.7'] } });
			assert.equal(r.status, 404, `${method} ${jail}`);
			assert.equal(r.json.code, 'jail_not_found');
		}
	}
	assert.deepEqual(await listed(), []);
});

test('many are banned and lifted in one request', async () => {
	const ips = [...Array(210)].map((_, i) => `10.1.${i >> 8}.${i & 255}`);
	assert.deepEqual(new Set(await ban('sshd', ips)), new Set(['banned']));
	const all = await list();
	assert.equal(all.total, 210);
	assert.equal(all.items.length, 210);
	assert.equal(all.next_cursor, null);
	assert.equal((await banned('sshd')).length, 210);
	// more than an export reads in one go
	const lines = (await me.get('/api/export/bans.ndjson')).text.trim().split('\n');
	assert.deepEqual(lines.map((line) => JSON.parse(line)), all.items);
	assert.deepEqual(new Set(await unban(null, ips)), new Set(['unbanned']));
	assert.equal((await list()).total, 0);
});

test('everything is lifted at once, and counted', async () => {
	await ban('sshd', ['203.0.113.7', '203.0.113.8']);
	await ban('nginx', ['203.0.113.7']);
	const wrong = await me.delete('/api/active-bans/all', { confirm: 'unban' });
	assert.equal(wrong.status, 422);
	const r = await me.delete('/api/active-bans/all', { confirm: 'unban all' });
	assert.deepEqual(r.json, { count: 3 });
	assert.deepEqual(await listed(), []);
});

test('acts are in the log, with their reason and how many', async () => {
	await ban('sshd', ['203.0.113.7', '203.0.113.8', 'junk'], { reason: 'a "reason" \u2028 of mine' });
	await unban(null, ['203.0.113.7'], { reason: 'sorry' });
	const lines = stack.log().filter((l) => ['ban', 'unban'].includes(l.event)).slice(-2);
	assert.equal(lines[0].event, 'ban');
	assert.equal(lines[0].client, '127.0.0.1');
	assert.equal(lines[0].jail, 'sshd');
	assert.equal(lines[0].count, 2);
	assert.equal(lines[0].reason, 'a "reason" \u2028 of mine');
	assert.equal(lines[1].event, 'unban');
	assert.equal(lines[1].count, 1);
	assert.equal(lines[1].reason, 'sorry');
});

test('a ban by other hands is listed within some seconds, and so is its end', async () => {
	await stack.fail2ban('set', 'ftp', 'banip', '203.0.113.50');
	await until(async () => (await listed()).includes('ftp:203.0.113.50'), 'it is listed', 4000);
	await stack.fail2ban('unban', '203.0.113.50');
	await until(async () => !(await listed()).includes('ftp:203.0.113.50'), 'it has gone', 4000);
});

test('a ban that ends is gone at that second', async () => {
	await stack.fail2ban('set', 'ftp', 'bantime', '3');
	try {
		await ban('ftp', ['203.0.113.60']);
		const [b] = (await list()).items;
		assert.equal(b.bantime_seconds, 3);
		await until(async () => (await list()).total === 0, 'it has ended', 5000);
		assert.ok(Date.now() >= Date.parse(b.expires_at), 'not before its time');
	} finally {
		await stack.fail2ban('set', 'ftp', 'bantime', '600');
	}
});

test('a jail that stops takes its bans out of the list, and brings them back', async () => {
	await ban('ftp', ['203.0.113.70']);
	assert.deepEqual(await listed(), ['ftp:203.0.113.70']);
	await stack.fail2ban('stop', 'ftp');
	await until(async () => (await list()).total === 0, 'it has gone', 4000);
	assert.equal((await me.get('/api/jails/ftp')).status, 404);
	await stack.fail2ban('reload', '--if-exists', 'ftp');
	await until(async () => (await list()).total === 1, 'it is back', 8000);
});

/** Pages from the first to the last and back again; the items of both ways. */
async function walk(query, limit) {
	const forth = [], back = [];
	let page, pages = 0;
	for (let cursor = ''; cursor !== null; cursor = page.next_cursor, pages++) {
		page = (await me.get(`/api/active-bans?limit=${limit}${query}&cursor=${cursor}`
			.replace(/&cursor=$/, ''))).json;
		forth.push(...page.items);
		assert.ok(page.items.length <= limit);
		assert.equal(page.prev_cursor === null, pages === 0, `page ${pages} of ${query}`);
	}
	for (let cursor = page.prev_cursor; cursor !== null; cursor = page.prev_cursor) {
		page = (await me.get(`/api/active-bans?limit=${limit}${query}&cursor=${cursor}`)).json;
		assert.equal(page.items.length, limit);
		assert.notEqual(page.next_cursor, null);
		back.unshift(...page.items);
	}
	return { forth, back, pages };
}

const SORTS = ['banned_at', 'expires_at', 'ip', 'jail'];

test('pages hold every ban once, forth and back, in each order', async () => {
	await ban('sshd', [...Array(23)].map((_, i) => `203.0.113.${i}`));
	await ban('nginx', [...Array(9)].map((_, i) => `203.0.113.${i * 2}`));
	await ban('blocked', ['203.0.113.0/24', '2001:db8::1', '2001:db8::2']);
	// after that no row changes any more
	await until(async () => (await list('')).items.every((b) => b.ban_id !== null), 'all are archived');
	for (const sort of SORTS)
		for (const order of ['asc', 'desc'])
			for (const filter of ['', '&jail=sshd', '&ip=203.0.113.0/28', '&ip=3.1']) {
				const query = `&sort=${sort}&order=${order}${filter}`;
				const whole = await list(query);
				const { forth, back, pages } = await walk(query, 4);
				assert.deepEqual(forth, whole.items, query);
				assert.equal(whole.total, whole.items.length, query);
				assert.ok(whole.total > 8, query);
				assert.equal(pages, Math.ceil(whole.total / 4));
				assert.deepEqual(back, forth.slice(0, back.length), query);
				assert.equal(back.length, (pages - 1) * 4);
				const keys = whole.items.map((b) => b[sort]);
				if (sort !== 'ip') { // addresses do not sort as text
					const sorted = [...keys].sort((a, b) =>
						(a ?? '9999') < (b ?? '9999') ? -1 : (a ?? '9999') > (b ?? '9999') ? 1 : 0);
					assert.deepEqual(keys, order === 'asc' ? sorted : sorted.reverse(), query);
				}
			}
});

test('a cursor of another order is 400', async () => {
	await ban('sshd', ['203.0.113.1', '203.0.113.2']);
	const page = (await me.get('/api/active-bans?limit=1&sort=ip&order=asc')).json;
	const at = async (query) =>
		(await me.get(`/api/active-bans?limit=1&cursor=${page.next_cursor}${query}`)).status;
	assert.equal(await at('&sort=ip&order=asc'), 200);
	assert.equal(await at('&sort=ip&order=asc&jail=sshd'), 200);
	assert.equal(await at('&sort=ip&order=desc'), 400);
	assert.equal(await at('&sort=jail&order=asc'), 400);
	assert.equal(await at(''), 400);
});

test('a page survives that its rows have gone', async () => {
	await ban('sshd', ['203.0.113.1', '203.0.113.2', '203.0.113.3']);
	const first = (await me.get('/api/active-bans?limit=1&sort=ip')).json;
	await unban('sshd', ['203.0.113.1', '203.0.113.2']);
	const next = (await me.get(`/api/active-bans?limit=1&sort=ip&cursor=${first.next_cursor}`)).json;
	assert.deepEqual(next.items.map((b) => b.ip), ['203.0.113.3']);
	await unban('sshd', ['203.0.113.3']);
	const none = (await me.get(`/api/active-bans?limit=1&sort=ip&cursor=${first.next_cursor}`)).json;
	assert.deepEqual([none.items, none.total, none.next_cursor], [[], 0, null]);
});

test('filters find what they say', async () => {
	await ban('sshd', ['203.0.113.7', '203.0.114.7', '203.0.113.0/25', '2001:db8::7']);
	await ban('nginx', ['203.0.113.7']);
	const found = async (query) => (await listed(`&sort=ip${query}`)).sort();
	assert.deepEqual(await found('&ip=203.0.113.7'), ['nginx:203.0.113.7', 'sshd:203.0.113.7']);
	assert.deepEqual(await found('&ip=203.0.113.7&jail=sshd'), ['sshd:203.0.113.7']);
	assert.deepEqual(await found('&ip=203.0.113.'),
		['nginx:203.0.113.7', 'sshd:203.0.113.0/25', 'sshd:203.0.113.7']);
	assert.deepEqual(await found('&ip=203.0.112.0/22&jail=sshd'),
		['sshd:203.0.113.0/25', 'sshd:203.0.113.7', 'sshd:203.0.114.7']);
	assert.deepEqual(await found('&ip=203.0.113.0/26'), ['nginx:203.0.113.7', 'sshd:203.0.113.7']);
	assert.deepEqual(await found('&ip=2001:DB8:'), ['sshd:2001:db8::7']);
	assert.deepEqual(await found('&ip=113.7'), ['nginx:203.0.113.7', 'sshd:203.0.113.7']);
	assert.deepEqual(await found('&jail=ftp'), []);
});

test('a jail whose name cannot be taken is told of, and hides no other', async () => {
	const codes = async () => (await me.get('/api/status')).json.warnings.map((w) => w.code);
	assert.ok(!(await codes()).includes('jails_hidden'));
	await stack.fail2ban('add', 'web/login', 'polling');
	await stack.fail2ban('start', 'web/login');
	try {
		assert.ok((await codes()).includes('jails_hidden'));
		const names = (await me.get('/api/jails')).json.items.map((j) => j.name);
		assert.ok(names.includes('sshd') && !names.includes('web/login'));
	} finally {
		await stack.fail2ban('stop', 'web/login');
	}
});
