// SPDX-License-Identifier: GPL-2.0-or-later
// MaxMind DB files that are good, bad, missing and off, as the state of the
// server, the readiness check, the log and the doctor tell of them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync }
	from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { BUILD, startStack, until } from '../lib/stack.mjs';

const files = mkdtempSync(join(tmpdir(), 'bangui-geo-'));
const good = join(files, 'good.mmdb');
const bad = join(files, 'bad.mmdb');

after(() => rmSync(files, { recursive: true, force: true }));

/** A file of one network to a line: NETWORK CODE ASN NAME[/ORG]. */
function makeFile(path, layout, table) {
	execFileSync(join(BUILD, 't/lib/make_mmdb'), [layout, path], { input: table });
}

const asn = join(files, 'asn.mmdb');
makeFile(good, 'geolite-country', '11.0.0.0/8 DE 1 Germany\n2a00::/12 FR 1 France\n');
makeFile(asn, 'geolite-asn', '11.0.0.0/8 DE 64500 Germany/Example Net\n');
writeFileSync(bad, 'this is no MaxMind DB file');

/** A stack with such settings, for as long as body runs. */
async function withStack(settings, body, opts = {}) {
	const stack = await startStack({ settings, ...opts });
	try {
		const me = stack.client();
		await me.setUp();
		await me.signIn();
		await body(stack, me);
		await stack.checkLog();
	} finally {
		await stack.stop();
	}
}

async function geoCheck(me) {
	const r = await me.get('/api/health/ready');
	assert.equal(r.status, 200);
	return r.json.checks.find((c) => c.name === 'geoip');
}

const OFF = { configured: false, usable: false, type: null, built_at: null };
const EMPTY_CACHE = { rows: 0, rows_exact: true, waiting: 0, unknown: 0 };
const codes = (status) => status.json.warnings.map((w) => w.code);

async function finding(stack, name) {
	// its exit code tells of the worst of all findings
	const { stdout } = await stack.cli('doctor', '--json').catch((e) => e);
	return JSON.parse(stdout).checks.find((f) => f.name === name);
}

test('a good file is copied at the start and used', async () => {
	await withStack({ BANGUI_GEOIP_DB_PATH: good }, async (stack, me) => {
		const status = await me.get('/api/status');
		assert.deepEqual(status.json.geoip, {
			source: 'mmdb',
			country_db: { type: 'geolite-country', built_at: '2026-09-21T14:13:20Z' },
			asn_db: null,
			http_fallback: false,
		});
		assert.ok(!codes(status).some((c) => c.startsWith('geo')));
		assert.deepEqual((await me.get('/api/geo/stats')).json, {
			country_db: { configured: true, usable: true, ...status.json.geoip.country_db },
			asn_db: OFF, http_fallback: false, cache: EMPTY_CACHE,
		});
		const check = await geoCheck(me);
		assert.equal(check.status, 'ok');
		assert.equal(check.detail, null);
		assert.ok(existsSync(join(stack.env.BANGUI_DB, '../geoip/country.mmdb')));
		assert.match((await finding(stack, 'geoip')).detail, /^geolite-country of 2026-09-21T/);
		assert.equal(await finding(stack, 'geoip_asn'), undefined);
	});
});

const workersOf = async (stack) => (await stack.workers()).sort().join();

test('a file cut or written over in place harms nobody, one that replaces it is used', async () => {
	const mine = join(files, 'mine.mmdb');
	copyFileSync(good, mine);
	await withStack({ BANGUI_GEOIP_DB_PATH: mine }, async (stack, me) => {
		await stack.liftRateLimits();
		await stack.fail2ban('set', 'blocked', 'banip', '11.1.2.3');
		const inCountry = async (code) => (await me.get(`/api/active-bans?country=${code}`)).json.total;
		const before = await workersOf(stack);
		const whole = readFileSync(mine);
		for (const bytes of [whole.subarray(0, 100), Buffer.alloc(whole.length, 7), Buffer.alloc(0)]) {
			writeFileSync(mine, bytes); // the same inode, as cp does it
			const answers = await Promise.all(Array.from({ length: 50 }, () => me.get('/api/geo/11.1.2.3')));
			for (const r of answers)
				assert.equal(r.json.country_code, 'DE');
		}
		assert.equal(await inCountry('DE'), 1);
		assert.equal(await workersOf(stack), before);
		assert.equal((await geoCheck(me)).status, 'ok', 'the copy is in use');
		makeFile(`${mine}.new`, 'geolite-country', '11.0.0.0/8 IT 1 Italy\n');
		renameSync(`${mine}.new`, mine);
		process.kill(Number(stack.env.MASTER_PID), 'SIGHUP'); // copies, as the job runner does
		await until(async () => (await me.get('/api/geo/11.1.2.3')).json.country_code === 'IT',
			'the new file is used');
		await until(async () => await inCountry('IT') === 1 && await inCountry('DE') === 0,
			'the filter follows it');
	});
});

test('bad and missing files degrade the check and fail nothing', async () => {
	const settings = {
		BANGUI_GEOIP_DB_PATH: bad,
		BANGUI_GEOIP_ASN_DB_PATH: join(files, 'missing.mmdb'),
	};
	await withStack(settings, async (stack, me) => {
		const status = await me.get('/api/status');
		assert.equal(status.json.geoip.country_db, null);
		assert.ok(codes(status).includes('geoip_unusable'));
		const stats = await me.get('/api/geo/stats');
		for (const db of [stats.json.country_db, stats.json.asn_db])
			assert.deepEqual(db, { ...OFF, configured: true });
		const ban = await me.get('/api/geo/11.1.2.3');
		assert.equal(ban.json.country_code, null);
		const check = await geoCheck(me);
		assert.equal(check.status, 'degraded');
		assert.match(check.detail, /MaxMind DB/);
		const failed = stack.log().filter((l) => l.event === 'background_task_failed');
		assert.ok(failed.some((l) => l.task === 'geo_copy' && l.detail.includes(bad)));
		assert.equal((await finding(stack, 'geoip')).status, 'fail');
		assert.equal((await finding(stack, 'geoip_asn')).status, 'fail');
	});
});

test('the HTTP fallback is warned of in the log and in the state', async () => {
	await withStack({ BANGUI_GEOIP_ALLOW_HTTP_FALLBACK: 'yes' }, async (stack, me) => {
		const status = await me.get('/api/status');
		assert.equal(status.json.geoip.source, 'http');
		assert.equal(status.json.geoip.http_fallback, true);
		assert.ok(codes(status).includes('geo_http_fallback'));
		const lines = stack.log().filter((l) => l.event === 'geo_http_fallback');
		assert.equal(lines.length, 1);
		assert.equal(lines[0].level, 'warning');
		assert.equal((await finding(stack, 'geo_http_fallback')).status, 'warn');
	});
});

test('a worker whose map is lost says so and is replaced', async () => {
	await withStack({}, async (stack, me) => {
		assert.equal((await me.get('/api/status')).json.geoip.source, 'none');
		const [victim, ...others] = await stack.workers();
		process.kill(victim, 'SIGBUS');
		await until(async () => {
			const now = await stack.workers();
			return !now.includes(victim) && now.length === others.length + 1;
		}, 'there is another worker');
		assert.equal(stack.log().filter((l) => l.event === 'mapped_file_lost').length, 1);
		assert.equal((await me.get('/api/health/live')).status, 200);
	});
});

const NOWHERE = { country_code: null, country_name: null, asn: null, as_org: null };
const GERMANY = { country_code: 'DE', country_name: 'Germany', asn: 64500, as_org: 'Example Net' };
const FRANCE = { ...NOWHERE, country_code: 'FR', country_name: 'France' };
const UNRESOLVED = { resolver: null, resolved_at: null, pending: false };

// [as asked, canonical, where, kind, source]
const ADDRESSES = [
	['11.1.2.3', '11.1.2.3', GERMANY, 'global', 'mmdb'],
	['::ffff:11.1.2.3', '11.1.2.3', GERMANY, 'global', 'mmdb'],
	['11.0.0.0%2F16', '11.0.0.0/16', GERMANY, 'global', 'mmdb'],
	['2A00:0:0:0::1', '2a00::1', FRANCE, 'global', 'mmdb'],
	['9.9.9.9', '9.9.9.9', NOWHERE, 'global', 'none'],
	['10.1.2.3', '10.1.2.3', NOWHERE, 'private', 'special'],
	['127.0.0.1', '127.0.0.1', NOWHERE, 'loopback', 'special'],
	['203.0.113.7', '203.0.113.7', NOWHERE, 'documentation', 'special'],
	['fe80::1', 'fe80::1', NOWHERE, 'link_local', 'special'],
];
const NO_ADDRESSES = ['alice', '1.2.3', '1.2.3.4.5', '01.2.3.4', '0x7f.1', '1.2.3.4%2F8', '1.2.3.4%2F33',
	'1.2.3.4%20', '::g', 'fe80::1%25eth0', '%2F', '.', 'x'.repeat(300)];

// [query, addresses by address]
const FILTERS = [
	['country=DE&jail=blocked', '11.0.0.0/16 11.1.2.3'],
	['country=DE', '11.0.0.0/16 11.1.2.3 11.1.2.3 11.9.9.9'],
	['country=DE&order=desc', '11.9.9.9 11.1.2.3 11.1.2.3 11.0.0.0/16'],
	['country=DE&ip=11.9.', '11.9.9.9'],
	['country=DE&ip=9.9', '11.9.9.9'],
	['country=FR', '2a00::1'],
	['country=FR&asn=64500', ''],
	['country=ZZ', '9.9.9.9'],
	['country=US', ''],
	['asn=64500&country=DE&jail=sshd', '11.1.2.3 11.9.9.9'],
	['asn=64500', '11.0.0.0/16 11.1.2.3 11.1.2.3 11.9.9.9'],
	['asn=1', ''],
];
const BAD_FILTERS = [
	['country=de', 'country'], ['country=', 'country'], ['country=QQ', 'country'], ['country=DEU', 'country'],
	['asn=0', 'asn'], ['asn=AS1', 'asn'], ['asn=', 'asn'], ['asn=4294967296', 'asn'],
];

/** What /api/ips says of what the test below has banned. */
async function reportsTell(stack, me) {
	const report = async (id) => {
		const r = await me.get(`/api/ips/${id}`);
		assert.equal(r.status, 200, id);
		return r.json;
	};
	const [, ip, where, kind, source] = ADDRESSES[0];
	const both = await report('::ffff:11.1.2.3');
	assert.equal(both.ip, ip);
	assert.deepEqual(both.geo, { ip, ...where, kind, source, ...UNRESOLVED });
	assert.deepEqual(both.active.map((b) => [b.jail, b.permanent]), [['blocked', true], ['sshd', false]]);
	assert.equal(both.active[0].expires_at, null);
	assert.equal(Date.parse(both.active[1].expires_at) - Date.parse(both.active[1].banned_at), 600000);
	const { history, recent } = await until(async () => {
		const r = await report(ip);
		return r.history.bans === 2 && r;
	}, 'both bans are in the archive');
	const past = (await me.get(`/api/bans?ip=${ip}`)).json.items;
	assert.equal(past.length, 2);
	assert.deepEqual(recent, past);
	assert.deepEqual(history.jails.map((j) => j.jail).sort(), ['blocked', 'sshd']);
	// fail2ban's list and its database round to whole seconds each in its way
	const first = Math.min(...both.active.map((b) => Date.parse(b.banned_at)));
	assert.ok(Math.abs(Date.parse(history.first_banned_at) - first) <= 1000);
	const net = await report('11.0.0.0%2F16');
	assert.deepEqual([net.ip, net.geo.country_code, net.active.map((b) => b.jail)],
		['11.0.0.0/16', 'DE', ['blocked']]);
	const text = await report('alice');
	assert.deepEqual([text.ip, text.geo.kind, text.active.length], ['alice', 'text', 1]);
	for (const id of ['bob', '11.1.2.4', '%3Cb%3E', 'x'.repeat(1000)]) {
		const r = await report(id);
		assert.deepEqual([r.active, r.history.bans, r.history.last_banned_at, r.recent],
			[[], 0, null, []], id);
	}
	await me.delete('/api/active-bans', { jail: 'sshd', ips: [ip] });
	assert.deepEqual((await report(ip)).active.map((b) => b.jail), ['blocked']);
}

test('countries and networks of addresses, and of what is banned', async () => {
	const settings = { BANGUI_GEOIP_DB_PATH: good, BANGUI_GEOIP_ASN_DB_PATH: asn };
	await withStack(settings, async (stack, me) => {
		await stack.liftRateLimits();
		for (const [asked, ip, where, kind, source] of ADDRESSES) {
			const r = await me.get(`/api/geo/${asked}`);
			assert.equal(r.status, 200, asked);
			assert.deepEqual(r.json, { ip, ...where, kind, source, ...UNRESOLVED });
		}
		for (const text of NO_ADDRESSES) {
			const r = await me.get(`/api/geo/${text}`);
			assert.equal(r.status, 422, text);
			assert.deepEqual(r.json.errors.map((e) => e.field), ['ip']);
		}
		// it would ban, in its own time, what is banned in two jails here
		await stack.fail2ban('stop', 'recidive');
		await stack.fail2ban('set', 'blocked', 'banip', ...ADDRESSES.map((a) => a[1]), 'alice');
		const r = await me.get('/api/active-bans?jail=blocked');
		assert.equal(r.json.total, ADDRESSES.length, 'one address was there twice, and a text is');
		for (const b of r.json.items) {
			const [, , where, kind] = ADDRESSES.find((a) => a[1] === b.ip) ??
				[null, null, NOWHERE, 'text'];
			const { country_code, country_name, asn, as_org } = b;
			assert.deepEqual({ country_code, country_name, asn, as_org }, where, b.ip);
			assert.equal(b.kind, kind, b.ip);
			assert.equal(b.geo_pending, false);
		}
		await me.post('/api/active-bans', { jail: 'sshd', ips: ['11.1.2.3', '11.9.9.9'] });
		for (const [query, expected] of FILTERS) {
			const found = await me.get(`/api/active-bans?sort=ip&${query}`);
			assert.equal(found.status, 200, found.text);
			assert.equal(found.json.items.map((b) => b.ip).join(' '), expected, query);
			assert.equal(found.json.total, found.json.items.length, query);
		}
		await reportsTell(stack, me);
		for (const [query, field] of BAD_FILTERS) {
			const found = await me.get(`/api/active-bans?${query}`);
			assert.equal(found.status, 422, query);
			assert.deepEqual(found.json.errors.map((e) => e.field), [field]);
		}
	});
});

/** One job at a time, whoever asks for it. */
async function reResolves(me) {
	const first = await me.post('/api/geo/re-resolve', {});
	assert.equal(first.status, 202);
	assert.equal(first.headers.location, `/api/jobs/${first.json.job_id}`);
	assert.deepEqual((await me.post('/api/geo/re-resolve', {})).json, first.json);
	const wrong = await me.post('/api/geo/re-resolve', { ip: '9.9.9.9' });
	assert.equal(wrong.status, 422);
}

test('with the fallback, what nobody knows is pending, and is queued after the answer', async () => {
	await withStack({ BANGUI_GEOIP_ALLOW_HTTP_FALLBACK: 'yes' }, async (stack, me) => {
		await stack.fail2ban('set', 'blocked', 'banip', '9.9.9.9', '203.0.113.7');
		const rows = (await me.get('/api/active-bans?jail=blocked')).json.items;
		assert.deepEqual(rows.map((b) => [b.ip, b.geo_pending]).sort(),
			[['203.0.113.7', false], ['9.9.9.9', true]]);
		assert.equal((await me.get('/api/geo/9.9.9.9')).json.pending, true);
		await reResolves(me);
		const queued = { ...EMPTY_CACHE, rows: 1, waiting: 1 };
		await until(async () => isDeepStrictEqual((await me.get('/api/geo/stats')).json.cache, queued),
			'the one address waits in the cache');
	}, { jobs: false }); // nobody asks
});
