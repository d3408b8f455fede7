// SPDX-License-Identifier: GPL-2.0-or-later
// Bans that fail2ban made, in the archive: listed, filtered, paged, and
// counted by country and by network.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { BUILD, PASSWORD, startStack, until } from '../lib/stack.mjs';

const files = mkdtempSync(join(tmpdir(), 'bangui-geo-'));
const MANY = [...Array(120)].map((_, i) => `12.0.0.${i + 1}`);

let stack, me;

function makeFile(name, layout, table) {
	const path = join(files, name);
	execFileSync(join(BUILD, 't/lib/make_mmdb'), [layout, path], { input: table });
	return path;
}

async function get(path) {
	const r = await me.get(`/api/${path}`);
	assert.equal(r.status, 200, r.text);
	return r.json;
}
const ips = (list) => list.items.map((b) => b.ip);
const total = async (query) => (await get(`bans?limit=1&${query}`)).total;

async function ban(jail, addresses) {
	const r = await me.post('/api/active-bans', { jail, ips: addresses });
	assert.deepEqual(new Set(r.json.results.map((x) => x.outcome)), new Set(['banned']));
}
/** Asks until so many are archived: each answer leaves a look behind. */
const archived = (n) => until(async () => (await get('bans?limit=1')).total === n,
	`${n} bans are archived`);

before(async () => {
	stack = await startStack({ settings: {
		BANGUI_GEOIP_DB_PATH: makeFile('country.mmdb', 'geolite-country',
			'11.0.0.0/8 DE 1 Germany\n12.0.0.0/8 FR 1 France\n'),
		BANGUI_GEOIP_ASN_DB_PATH: makeFile('asn.mmdb', 'geolite-asn',
			'11.0.0.0/8 DE 64500 Germany/Example Net\n'),
	} });
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
	await stack.fail2ban('stop', 'recidive');
});
after(async () => {
	rmSync(files, { recursive: true, force: true });
	await stack.stop();
});

test('an archive without bans is empty, not an error', async () => {
	assert.deepEqual(await get('bans'),
		{ items: [], total: 0, total_exact: true, text_complete: null, next_cursor: null,
			prev_cursor: null, gaps: [] });
	assert.deepEqual((await get('stats/by-jail?range=all')).items, []);
	assert.deepEqual((await get('stats/trend?range=all')).buckets, []);
	assert.deepEqual((await get('stats/top-ips?range=all')).items, []);
	for (const by of ['by-country', 'by-asn']) {
		const s = await get(`stats/${by}?range=all`);
		assert.deepEqual(s.items, []);
		assert.deepEqual([s.total, s.unresolved, s.special, s.from, s.to, s.oldest],
			[0, 0, 0, null, null, null]);
	}
});

test('a ban of fail2ban is told with where, why and whether it still holds', async () => {
	await stack.hit('sshd', '11.0.0.1', 5);
	await archived(1);
	const { items: [b] } = await get('bans');
	assert.equal(Date.parse(b.expires_at) - Date.parse(b.banned_at), 600000);
	assert.ok(b.failures >= 3);
	assert.deepEqual({ ...b, id: 0, banned_at: 0, expires_at: 0, failures: 0 }, {
		id: 0, ip: '11.0.0.1', jail: 'sshd', banned_at: 0, bantime_seconds: 600, expires_at: 0,
		permanent: false, ban_count: 1, active: true, country_code: 'DE', country_name: null,
		asn: 64500, as_org: 'Example Net', kind: 'global', origin: 'fail2ban', failures: 0,
		reason: null, author_kind: null, author_name: null, due_at: null,
	});
});

test('a ban that was lifted is in the archive, and no longer active', async () => {
	await ban('blocked', ['203.0.113.9', '2001:db8:1::/48', '13.0.0.1']);
	await archived(4);
	const [one] = (await get('bans?ip=203.0.113.9')).items;
	assert.equal(one.origin, 'manual');
	assert.equal(one.kind, 'documentation');
	assert.equal(one.permanent, true);
	assert.equal(one.expires_at, null);
	assert.equal(one.active, true);
	await me.delete('/api/active-bans', { jail: 'blocked', ips: ['203.0.113.9'] });
	await until(async () => {
		await get('active-bans?limit=1'); // somebody looks
		return !(await get('bans?ip=203.0.113.9')).items[0].active;
	}, 'it is known to be lifted');
	assert.equal((await get('bans?ip=13.0.0.1')).items[0].active, true);
	assert.equal(await total(''), 4);
});

test('filters, alone and together', async () => {
	const CASES = [
		['jail=sshd', 1], ['jail=blocked', 3], ['jail=sshd&jail=blocked', 4],
		['jail=nosuch', 0], ['jail=nosuch&jail=sshd', 1],
		['ip=11.', 1], ['ip=203.0.113.', 1], ['ip=0.0.0.0/0', 3], ['ip=2001:db8::/32', 1],
		['ip=11.0.0.1', 1], ['ip=11.0.0.2', 0],
		['country=DE', 1], ['country=FR', 0], ['country=ZZ', 1],
		['asn=64500', 1], ['asn=64501', 0],
		['origin=fail2ban', 1], ['origin=manual', 3], ['origin=blocklist', 0],
		['range=24h', 4], ['range=365d', 4], ['range=all', 4],
		['to=2020-01-01T00:00:00Z', 0], ['from=2020-01-01T00:00:00Z', 4],
		['from=2020-01-01T01:00:00%2B01:00&to=2020-01-02T00:00:00Z', 0],
		['jail=sshd&country=DE&asn=64500&origin=fail2ban&ip=11.0.0.0/8&range=24h', 1],
		['jail=sshd&country=ZZ', 0], ['jail=blocked&country=ZZ&origin=manual', 1],
		['country=DE&ip=13.0.0.1', 0],
	];
	for (const [query, wanted] of CASES) {
		const list = await get(`bans?${query}`);
		assert.deepEqual([list.total, list.items.length], [wanted, wanted], query);
		// statistics agree about every filter
		for (const by of ['by-country', 'by-asn', 'by-jail', 'trend', 'top-ips']) {
			const range = /range|from|to/.test(query) ? '' : '&range=all';
			assert.equal((await get(`stats/${by}?${query}${range}`)).total, wanted, `${by} ${query}`);
		}
	}
});

test('the query language finds the same, and more', async () => {
	const CASES = [
		['jail:sshd', 1], ['jail:!sshd', 3], ['jail:sshd OR jail:blocked', 4],
		['country:de asn:64500 origin:fail2ban since:24h', 1], ['ip:203.0.113.0/24', 1],
		['fails>=3', 1], ['-fails>=3', 3], ['bantime:permanent', 3], ['count>1', 0],
		['kind:documentation OR origin:fail2ban', 3], ['until:2020-01-01', 0],
		['11.0.0.1', 1], ['"11.0.0.1"', 1], ['"11.0.0"', 1], ['"0.0.11"', 0],
		['(jail:sshd OR kind:global) -country:DE', 1], ['', 4],
	];
	for (const [query, wanted] of CASES) {
		const q = `q=${encodeURIComponent(query)}`;
		const list = await get(`bans?${q}`);
		assert.deepEqual([list.total, list.items.length], [wanted, wanted], query);
		assert.equal(list.text_complete, /^"|^-?"/.test(query) ? true : null, query);
		for (const by of ['by-country', 'by-asn', 'by-jail', 'trend']) {
			const range = /since|until/.test(query) ? '' : '&range=all';
			assert.equal((await get(`stats/${by}?${q}${range}`)).total, wanted, `${by} ${query}`);
		}
	}
	assert.equal(await total('jail=blocked&q=kind:documentation'), 2, 'both must hold');
	assert.equal(await total('range=24h&q=since:365d'), 4);
});

test('a fault in a query is told with its column', async () => {
	for (const path of ['bans', 'stats/by-country', 'stats/by-jail', 'stats/trend']) {
		const r = await me.get(`/api/${path}?q=${encodeURIComponent('jail:sshd (ä OR')}`);
		assert.equal(r.status, 400);
		assert.equal(r.json.code, 'query_invalid');
		assert.deepEqual(r.json.errors.map((e) => [e.field, e.column]), [['q', 16]]);
	}
	const r = await me.get('/api/bans?asn=x&q=asn:x');
	assert.equal(r.status, 422);
	assert.deepEqual(r.json.errors.map((e) => [e.field, e.column]), [['asn', undefined], ['q', 5]]);
});

test('completions and facets', async () => {
	const at = (q, i) => get(`bans/completions?q=${encodeURIComponent(q)}${i === undefined ? '' : `&at=${i}`}`);
	assert.deepEqual(await at('country:DE jai'), {
		items: [{ insert: 'jail:', label: 'jail', count: null }], from: 11, to: 14 });
	assert.deepEqual(await at('jail: fails>3', 5), {
		items: [{ insert: 'blocked', label: 'blocked', count: 3 }, { insert: 'sshd', label: 'sshd', count: 1 }],
		from: 5, to: 5 });
	assert.deepEqual((await at('asn:exam')).items, [{ insert: '64500', label: 'Example Net', count: 1 }]);
	const f = await get('bans/facets');
	assert.deepEqual(f, {
		jails: [{ value: 'blocked', label: null, count: 3 }, { value: 'sshd', label: null, count: 1 }],
		countries: [{ value: 'DE', label: null, count: 1 }, { value: 'ZZ', label: null, count: 1 }],
		networks: [{ value: '64500', label: 'Example Net', count: 1 }],
		origins: [{ value: 'manual', label: null, count: 3 }, { value: 'fail2ban', label: null, count: 1 }],
		counted: 4, exact: true,
	});
	assert.deepEqual({ ...await get('bans/facets?q=count:1'), countries: 0 }, { ...f, countries: 0 });
	assert.deepEqual((await get('bans/facets?q=fails>=3&jail=sshd')).jails, [f.jails[1]]);
	const bad = await me.get('/api/bans/completions?at=-1');
	assert.deepEqual([bad.status, bad.json.errors[0].field], [422, 'at']);
});

test('by country and by network: known, not known, nowhere', async () => {
	const c = await get('stats/by-country?range=all');
	assert.deepEqual(c.items,
		[{ country_code: 'DE', country_name: null, bans: 1, addresses: 1 }]);
	assert.deepEqual([c.total, c.unresolved, c.special], [4, 1, 2]);
	assert.equal(c.oldest, (await get('bans?ip=11.0.0.1')).items[0].banned_at);
	assert.ok(Date.parse(c.last_sync_at) >= Date.parse(c.oldest));
	const a = await get('stats/by-asn');
	assert.deepEqual(a.items, [{ asn: 64500, as_org: 'Example Net', bans: 1 }]);
	assert.deepEqual([a.total, a.unresolved, a.special], [4, 1, 2]);
	assert.equal(Date.parse(a.to) - Date.parse(a.from), 24 * 3600 * 1000);
	assert.equal(a.to.slice(-4), ':00Z');
});

test('by jail and over time: empty buckets are there', async () => {
	const j = await get('stats/by-jail');
	assert.deepEqual(j.items, [{ jail: 'blocked', bans: 3 }, { jail: 'sshd', bans: 1 }]);
	assert.equal(j.total, 4);
	const t = await get('stats/trend?range=7d');
	assert.equal(t.bucket_seconds, 21600);
	assert.ok(t.buckets.length >= 28);
	assert.equal(Date.parse(t.to) - Date.parse(t.from), 7 * 24 * 3600 * 1000);
	const filled = t.buckets.filter((b) => b.bans > 0);
	assert.ok(filled.length === 1 || filled.length === 2); // six hours may have ended
	const jails = {};
	for (const { by_jail: of } of filled)
		for (const name of Object.keys(of))
			jails[name] = (jails[name] ?? 0) + of[name];
	assert.deepEqual(jails, { blocked: 3, sshd: 1 });
	assert.deepEqual(t.buckets[0], { start: t.buckets[0].start, bans: 0, by_jail: {} });
	assert.deepEqual(t.gaps, []);
	const [hour] = (await get('stats/trend?from=2020-01-01T00:30:00Z&to=2020-01-01T01:00:00Z')).buckets;
	assert.deepEqual(hour, { start: '2020-01-01T00:00:00Z', bans: 0, by_jail: {} });
});

test('the addresses that were banned most', async () => {
	await me.delete('/api/active-bans', { jail: 'blocked', ips: ['13.0.0.1'] });
	await ban('blocked', ['13.0.0.1']);
	await archived(5);
	const t = await get('stats/top-ips?limit=2');
	assert.equal(t.total, 5);
	assert.equal(t.exact, true);
	assert.equal(t.items.length, 2);
	const [newest] = (await get('bans?ip=13.0.0.1')).items;
	assert.deepEqual(t.items[0], { ip: '13.0.0.1', kind: 'global', bans: 2,
		last_banned_at: newest.banned_at, country_code: null, country_name: null,
		asn: null, as_org: null });
	assert.equal(t.items[1].bans, 1);
	assert.deepEqual((await get('stats/top-ips?country=DE')).items.map((i) => [i.ip, i.as_org]),
		[['11.0.0.1', 'Example Net']]);
});

test('a ban in force leads to its row in the archive', async () => {
	const [newest] = (await get('bans?ip=13.0.0.1')).items;
	// the list of those in force is read again within two seconds
	await until(async () => (await get('active-bans?ip=13.0.0.1')).items[0]?.ban_id === newest.id, 'it is told');
	assert.equal((await get(`bans/${newest.id}`)).ip, '13.0.0.1');
});

test('the networks, ASes and countries that bans come from', async () => {
	const r = await get('stats/ranges');
	assert.deepEqual([r.total, r.exact], [5, true]);
	const one = (list, range) => list.items.find((i) => i.range === range);
	const [newest] = (await get('bans?ip=13.0.0.1')).items;
	assert.deepEqual(one(r, '13.0.0.0/24'), { range: '13.0.0.0/24', addresses: 1, bans: 2,
		last_banned_at: newest.banned_at, country_code: null, country_name: null, asn: null, as_org: null });
	assert.equal(one(await get('stats/ranges?by=16&q=ip:11.0.0.0/8'), '11.0.0.0/16').as_org, 'Example Net');
	for (const item of r.items) assert.equal(item.bans, await total(`ip=${item.range}`), item.range);
	const sums = await get('stats/ranges?by=country'), rows = await get('stats/ranges?by=country&q=-count>=99');
	assert.deepEqual(sums.items.map((i) => [i.range, i.bans]).sort(), rows.items.map((i) => [i.range, i.bans]).sort());
	assert.deepEqual([one(sums, 'DE').last_banned_at, one(rows, 'DE').addresses], [null, 1]);
	assert.equal(one(await get('stats/ranges?by=asn'), '64500').as_org, 'Example Net');
	assert.deepEqual((await get('stats/ranges?by=64')).items, []);
	const wrong = await me.get('/api/stats/ranges?by=25');
	assert.deepEqual([wrong.status, wrong.json.errors[0].field], [422, 'by']);
});

test('one ban, and why', async () => {
	const [{ id }] = (await get('bans?ip=11.0.0.1')).items;
	const d = await get(`bans/${id}`);
	assert.equal(d.ip, '11.0.0.1');
	assert.ok(d.max_retry >= 1 && d.find_time_seconds >= 1);
	assert.equal(typeof d.ban_increment, 'boolean');
	assert.ok(d.matches.length >= 3 && d.matches_total === d.matches.length && d.matches_complete);
	for (const m of d.matches) {
		assert.match(m.text, /11\.0\.0\.1/);
		assert.deepEqual([m.escaped, m.truncated], [false, false]);
	}
	assert.deepEqual([d.earlier, d.later, d.acts], [[], [], []]);
	assert.deepEqual(d.neighbours, { network: '11.0.0.0/24', bans: 1, addresses: 1, exact: true,
		asn: { asn: 64500, as_org: 'Example Net', bans: 1 } });
	const file = await me.get(`/api/bans/${id}/evidence`);
	assert.equal(file.status, 200);
	assert.equal(file.headers['content-disposition'], `attachment; filename="ban-${id}.json"`);
	assert.equal(file.text.length, d.evidence_bytes);
	assert.ok(JSON.parse(file.text).failures >= 3);
});

test('a ban by hand tells who did it, and the other bans of its address', async () => {
	const bans = (await get('bans?ip=13.0.0.1')).items;
	assert.equal(bans.length, 2);
	const [later, first] = await Promise.all(bans.map((b) => get(`bans/${b.id}`)));
	assert.deepEqual(later.earlier.map((b) => b.id), [first.id]);
	assert.deepEqual(first.later.map((b) => b.id), [later.id]);
	assert.deepEqual([first.earlier, later.later], [[], []]);
	assert.deepEqual([first.matches, first.matches_total, first.evidence_bytes], [[], 0, 0]);
	assert.deepEqual(first.acts.map((a) => a.action), ['ban', 'unban', 'ban']);
	assert.equal(first.neighbours.bans, 2);
	assert.equal(first.neighbours.addresses, 1);
	assert.equal((await me.get(`/api/bans/${first.id}/evidence`)).status, 404);
	// a network of its own size has no neighbours in a smaller one
	const [net] = (await get('bans?ip=2001:db8:1::/48')).items;
	assert.equal((await get(`bans/${net.id}`)).neighbours.network, null);
	for (const none of ['999999', '0', 'x', '-1'])
		assert.equal((await me.get(`/api/bans/${none}`)).status, 404, none);
	const token = await stack.client().post('/api/auth/token',
		{ password: PASSWORD, name: 'reader', scopes: ['read'] });
	const r = await stack.client().get(`/api/bans/${first.id}`,
		{ headers: { Authorization: `Bearer ${token.json.token}` } });
	assert.equal(r.json.acts, null); // which is for those who may read the log
});

test('pages lead on and back, and stay while bans come in', async () => {
	await ban('blocked', MANY);
	await archived(125);
	const first = await get('bans?limit=50');
	assert.equal(first.prev_cursor, null);
	await ban('blocked', ['11.0.0.2']);
	await archived(126);
	const second = await get(`bans?limit=50&cursor=${first.next_cursor}`);
	const third = await get(`bans?limit=50&cursor=${second.next_cursor}`);
	assert.equal(third.next_cursor, null);
	assert.equal(third.items.length, 25);
	assert.equal(new Set([first, second, third].flatMap((p) => p.items.map((b) => b.id))).size, 125);
	const back = await get(`bans?limit=50&cursor=${third.prev_cursor}`);
	assert.deepEqual(ips(back), ips(second));
	const top = await get(`bans?limit=50&cursor=${back.prev_cursor}`);
	assert.deepEqual(ips(top), ips(first));
	const newer = await get(`bans?limit=50&cursor=${top.prev_cursor}`);
	assert.deepEqual(ips(newer), ['11.0.0.2']);
	assert.equal(newer.prev_cursor, null);
	const times = [first, second, third].flatMap((p) => p.items.map((b) => b.banned_at));
	assert.deepEqual(times, [...times].sort().reverse());
	assert.deepEqual((await get('stats/by-country?range=all')).items.map((i) => [i.country_code, i.bans]),
		[['FR', 120], ['DE', 2]]);
});

test('what has not changed is not sent again', async () => {
	for (const path of ['bans?limit=5', ...['by-country', 'by-asn', 'by-jail', 'trend', 'top-ips'].map((by) => `stats/${by}?range=all`)]) {
		const { headers: { etag } } = await me.get(`/api/${path}`);
		assert.match(etag, /^"[0-9a-f]{32}"$/);
		// the time of the last copy is told by the statistics
		const again = await until(async () => {
			const r = await me.get(`/api/${path}`);
			const same = await me.get(`/api/${path}`,
				{ headers: { 'If-None-Match': r.headers.etag } });
			return same.status === 304 && same;
		}, `${path} stays the same`);
		assert.equal(again.text, '');
		const head = await me.request('HEAD', `/api/${path}`);
		assert.deepEqual([head.status, head.text], [200, '']);
	}
});

test('a parameter that cannot be read is named, in each call', async () => {
	const BAD = [
		['range=1h', ['range']], ['range=', ['range']], ['from=x', ['from']], ['to=2026-01-01', ['to']],
		['range=24h&from=2026-01-01T00:00:00Z', ['range']],
		['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', ['to']],
		['jail=', ['jail']], [`jail=${'x'.repeat(65)}`, ['jail']],
		['ip=', ['ip']], ['ip=alice', ['ip']], ['ip=203.0.113', ['ip']], ['ip=203.0.113.7/24', ['ip']],
		['ip=%27%20OR%201=1', ['ip']], ['country=de', ['country']], ['country=XX', ['country']],
		['asn=0', ['asn']], ['asn=AS1', ['asn']], ['asn=4294967296', ['asn']], ['origin=x', ['origin']],
		['sort=ip', ['sort']], ['offset=50', ['offset']],
		['range=x&country=y&asn=z&nosuch=1', ['nosuch', 'range', 'country', 'asn']],
	];
	for (const path of ['bans', 'stats/by-country', 'stats/by-asn', 'stats/by-jail', 'stats/trend', 'stats/top-ips', 'stats/ranges'])
		for (const [query, fields] of BAD) {
			const r = await me.get(`/api/${path}?${query}`);
			assert.equal(r.status, 422, `${path} ${query}: ${r.text}`);
			assert.deepEqual(r.json.errors.map((e) => e.field), fields, query);
		}
	for (const query of ['limit=0', 'limit=1001', 'limit=x'])
		for (const path of ['bans', 'stats/by-asn'])
			assert.equal((await me.get(`/api/${path}?${query}`)).status, 422);
	for (const path of ['stats/by-country?limit=5', 'stats/by-asn?cursor=x', 'stats/trend?limit=5', 'stats/top-ips?limit=101', 'stats/ranges?limit=101'])
		assert.equal((await me.get(`/api/${path}`)).status, 422);
	for (const twice of ['country=DE&country=FR', 'ip=11.&ip=12.'])
		assert.equal((await me.get(`/api/bans?${twice}`)).status, 400);
	const ofOthers = (await get('active-bans?limit=1')).next_cursor;
	for (const cursor of ['', 'x', 'AAAA', ofOthers, '"', '%00'])
		assert.equal((await me.get(`/api/bans?cursor=${cursor}`)).status, 400, cursor);
});

test('what happens is told to who asks again', async () => {
	let { items, next_after, more } = await get('events');
	assert.deepEqual([items, more], [[], false]);
	const next = async (wanted) => {
		const seen = [];
		await until(async () => {
			await me.get('/api/active-bans?limit=1'); // somebody looks
			const r = await get(`events?after=${next_after}`);
			next_after = r.next_after;
			seen.push(...r.items);
			return seen.length >= wanted.length;
		}, `${wanted} happens`);
		assert.deepEqual(seen.map((e) => `${e.type} ${e.jail} ${e.ip}`), wanted);
		return seen;
	};
	await ban('blocked', ['11.0.0.3']);
	const [made] = await next(['ban blocked 11.0.0.3']);
	assert.equal(made.country_code, 'DE');
	assert.equal((await get(`bans/${made.ban_id}`)).ip, '11.0.0.3');
	await me.delete('/api/active-bans', { jail: 'blocked', ips: ['11.0.0.3'] });
	await next(['unban blocked 11.0.0.3']);
	await stack.fail2ban('add', 'another', 'polling');
	await stack.fail2ban('start', 'another');
	await next(['jail_started another null']);
	await stack.fail2ban('stop', 'another');
	await next(['jail_stopped another null']);
	const quiet = await me.get(`/api/events?after=${next_after}`);
	const same = await me.get(`/api/events?after=${next_after}`,
		{ headers: { 'If-None-Match': quiet.headers.etag } });
	assert.equal(same.status, 304);
	for (const bad of ['', 'x', '1', '1-1-1'])
		assert.equal((await me.get(`/api/events?after=${bad}`)).status, 400, bad);
});

test('the archive is there while fail2ban is not', async () => {
	const { next_after } = await get('events');
	await stack.stopFail2ban();
	assert.equal(await total('country=DE'), 3);
	assert.equal((await get('stats/by-country')).total, 127);
	// what fail2ban said a moment ago is good for two seconds
	await until(async () => (await me.get('/api/active-bans')).status === 502,
		'bans in force are not to be had');
	const [gone] = await until(async () => {
		await me.get('/api/status');
		const { items } = await get(`events?after=${next_after}`);
		return items.some((e) => e.type === 'fail2ban_down') &&
			items.filter((e) => e.type === 'fail2ban_down');
	}, 'that it is gone is an event');
	assert.deepEqual([gone.jail, gone.ip, gone.bans], [null, null, 0]);
});
