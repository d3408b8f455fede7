// SPDX-License-Identifier: GPL-2.0-or-later
// The HTTP fallback from the page's list to the service and back, with a
// service that is right, and one that misbehaves in every way we could think
// of. However it does, a page is served, a failure is one line, and the
// address stays due.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { startIpApi } from '../lib/ipapi.mjs';
import { children, processStatus } from '../lib/pool.mjs';
import { answersAtOnce, BUILD, startStack, until } from '../lib/stack.mjs';

const PEAK_KB = 64 * 1024; // SEC-51

let service, stack, me;

const sql = (text) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', stack.env.BANGUI_DB, text],
	{ encoding: 'utf8' }).trim();

before(async () => {
	service = await startIpApi();
	stack = await startStack({ settings: {
		BANGUI_GEOIP_ALLOW_HTTP_FALLBACK: 'yes', BANGUI_GEOIP_HTTP_URL: service.url } });
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
});
after(async () => {
	await service.close();
	await stack.stop();
});

const failures = () => stack.jobsLog().filter((l) => l.event === 'background_task_failed');

let last = 0;
/** A new address of the internet, banned. */
async function ban() {
	const ip = `11.7.0.${++last}`;
	const r = await me.post('/api/active-bans', { jail: 'sshd', ips: [ip] });
	assert.equal(r.status, 200, r.text);
	assert.equal(r.json.results[0].outcome, 'banned');
	return ip;
}

async function shown(ip) {
	const r = await me.get(`/api/active-bans?ip=${ip}`);
	assert.equal(r.status, 200, r.text);
	return r.json.items[0];
}

async function isResolved(ip) {
	const b = await shown(ip);
	return b.geo_pending ? null : b;
}

/** The runner does not wait for its time to try again. */
function tryNow() {
	sql("UPDATE geo_quota SET not_before = 0; UPDATE job SET due_at = 0 WHERE kind = 2 AND state = 0");
}

test('an address on a page is pending, and filled in within two seconds', async () => {
	const ip = await ban();
	const began = Date.now();
	const first = await shown(ip);
	assert.equal(first.geo_pending, true);
	assert.equal(first.country_code, null);
	const b = await until(() => isResolved(ip), 'there is a country', 5000);
	assert.ok(Date.now() - began < 2500, `it took ${Date.now() - began} ms`);
	assert.equal(b.country_code, 'DE');
	assert.equal(b.country_name, 'Germany');
	assert.equal(b.asn, 64500);
	assert.equal(b.as_org, 'Example Net');
	const geo = (await me.get(`/api/geo/${ip}`)).json;
	assert.equal(geo.source, 'cache');
	assert.equal(geo.resolver, 'ip-api');
	assert.deepEqual(service.asked, [ip]);
	// nor does the archive of bans go without, whichever came first
	await until(() => sql("SELECT count(*) FROM ban WHERE country = 'DE' AND asn = 64500") === '1',
		'the archive knows as well', 5000);
});

test('addresses that are nowhere are shown as what they are and never sent', async () => {
	const special = ['10.1.2.3', '192.168.7.7', '172.16.1.1', '169.254.7.7', '100.64.1.1',
		'192.0.2.44', '198.51.100.44', '203.0.113.44', '198.18.0.7', '2001:db8::44', 'fd00::44'];
	const r = await me.post('/api/active-bans', { jail: 'sshd', ips: special, force: true });
	assert.equal(r.status, 200, r.text);
	assert.ok(r.json.results.every((x) => x.outcome === 'banned'), r.text);
	const items = (await me.get('/api/active-bans?limit=1000')).json.items;
	for (const ip of special) {
		const b = items.find((x) => x.ip === ip);
		assert.equal(b.geo_pending, false, ip);
		assert.notEqual(b.kind, 'global', ip);
	}
	const ip = await ban(); // one that is sent tells when they would have been
	await shown(ip);
	await until(() => isResolved(ip), 'the other one has a country', 5000);
	assert.ok(!special.some((x) => service.asked.includes(x)), `asked: ${service.asked}`);
});

test('the start of the runner has warned of what leaves the machine', () => {
	const lines = stack.jobsLog().filter((l) => l.event === 'geo_http_fallback');
	assert.equal(lines.length, 1);
	assert.equal(lines[0].level, 'warning');
});

/** One failed attempt, told of once; the address is due until it works again. */
async function fails(mode, error, { retry_s = 15, within = 5000 } = {}) {
	const before = failures().length;
	const ip = await ban();
	if (mode === 'refused')
		await service.close();
	else
		service.mode = mode;
	assert.equal((await shown(ip)).geo_pending, true);
	const began = Date.now();
	if (within > 5000)
		await answersAtOnce(me, '/api/status');
	await until(() => failures().length > before, `${mode} is told of`, within);
	const line = failures().at(-1);
	assert.equal(line.task, 'geo_http', mode);
	assert.equal(line.error, error, `${mode}: ${JSON.stringify(line)}`);
	assert.equal(line.attempt, 1, mode);
	assert.ok(line.duration_ms >= 0 && line.duration_ms <= Date.now() - began + 1000, mode);
	const wait_s = (Date.parse(line.retry_at) - Date.parse(line.ts)) / 1000;
	assert.ok(wait_s > retry_s - 2 && wait_s <= retry_s + 1, `${mode}: again in ${wait_s} s`);
	assert.equal(sql(`SELECT count(*) FROM geo_cache WHERE retry_at <= strftime('%s') AND attempts = 0`),
		'1', `${mode}: it is due`);
	const b = await shown(ip);
	assert.equal(b.geo_pending, true, mode);
	assert.equal(b.country_code, null, mode);
	if (mode === 'refused')
		await service.listen(service.port);
	service.mode = 'good';
	tryNow();
	await until(() => isResolved(ip), `it works again after ${mode}`, 5000);
	assert.equal(failures().length, before + 1, `${mode}: one line`);
}

// More of them are in t/unit/jobs/test_geo_http.c.
const MISDEEDS = [
	['429', 'too_many_requests', { retry_s: 1801 }],
	['500', 'remote_protocol_error'],
	['json', 'remote_protocol_error'],
	['cut', 'remote_protocol_error'],
	['redirect', 'remote_protocol_error'],
	['endless', 'remote_too_large'],
	['refused', 'remote_unreachable'],
	['drip', 'remote_timeout', { within: 15000 }],
];

for (const [mode, error, more] of MISDEEDS)
	test(`a service that misbehaves (${mode}) costs nothing but its answer`,
		() => fails(mode, error, more));

test('no redirect was followed, every question was a good one, memory is bounded', () => {
	assert.equal(service.elsewhere, 0);
	assert.deepEqual(service.faults, []);
	const runner = Number(stack.env.JOBS_PID);
	const lanes = children(runner);
	assert.ok(lanes.length >= 1);
	for (const pid of [runner, ...lanes]) {
		const peak_kb = parseInt(processStatus(pid).VmHWM, 10);
		assert.ok(peak_kb > 0 && peak_kb < PEAK_KB, `${peak_kb} kB`);
	}
});

test('hostile names are cut or left out', async () => {
	service.mode = 'hostile';
	const ip = await ban();
	await shown(ip);
	const b = await until(() => isResolved(ip), 'there is a country', 5000);
	assert.equal(b.country_code, 'DE');
	assert.equal(b.country_name, null);
	assert.equal(b.asn, 64500);
	assert.equal(b.as_org, null);
	service.mode = 'good';
});

test('what the service does not know is neither pending nor an answer', async () => {
	service.mode = 'unknown';
	const ip = await ban();
	await shown(ip);
	const b = await until(() => isResolved(ip), 'nobody is asked any more', 5000);
	assert.equal(b.country_code, null);
	const wait_s = Number(sql(`SELECT retry_at - strftime('%s') FROM geo_cache WHERE attempts = 1`));
	assert.ok(wait_s > 290 && wait_s <= 300, `asked again in ${wait_s} s`);
	service.mode = 'good';
});

test('a server that cannot prove who it is gets nothing', async () => {
	process.kill(Number(stack.env.JOBS_PID), 'SIGTERM');
	await until(() => stack.jobsLog().some((l) => l.event === 'job_runner_stopped'), 'the runner is gone');
	const key = join(stack.dir, 'key.pem'), cert = join(stack.dir, 'cert.pem');
	execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2',
		'-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
	{ stdio: 'ignore' });
	const impostor = await startIpApi({ tls: { key: readFileSync(key), cert: readFileSync(cert) } });
	const ip = await ban();
	await until(async () => {
		await shown(ip); // a response's notes are written after it, in turn with other work
		return sql('SELECT count(*) FROM geo_cache WHERE source IS NULL AND attempts = 0') !== '0';
	}, 'the address waits to be asked for');
	tryNow();
	const env = { PATH: process.env.PATH, BANGUI_CONFIG: stack.env.BANGUI_SETTINGS,
		ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '', BANGUI_GEOIP_HTTP_URL: impostor.url };
	const { stderr } = await promisify(execFile)(join(BUILD, 'bangui'), ['jobs', 'run'], { env })
		.finally(() => impostor.close());
	const line = JSON.parse(stderr.split('\n').find((l) => l.includes('background_task_failed')));
	assert.equal(line.error, 'remote_protocol_error');
	assert.match(line.detail, /certificate/);
	assert.equal(impostor.requests, 0);
});
