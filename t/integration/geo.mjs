// SPDX-License-Identifier: GPL-2.0-or-later
// MaxMind DB files that are good, bad, missing and off, as the state of the
// server, the readiness check, the log and the doctor tell of them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { BUILD, startStack, until } from '../lib/stack.mjs';

const files = mkdtempSync(join(tmpdir(), 'bangui-geo-'));
const good = join(files, 'good.mmdb');
const bad = join(files, 'bad.mmdb');

after(() => rmSync(files, { recursive: true, force: true }));

execFileSync(join(BUILD, 't/lib/make_mmdb'), ['geolite-country', good],
	{ input: '11.0.0.0/8 DE 1 Germany\n' });
writeFileSync(bad, 'this is no MaxMind DB file');

/** A stack with such settings, for as long as body runs. */
async function withStack(settings, body) {
	const stack = await startStack({ settings });
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
		const check = await geoCheck(me);
		assert.equal(check.status, 'ok');
		assert.equal(check.detail, null);
		assert.ok(existsSync(join(stack.env.BANGUI_DB, '../geoip/country.mmdb')));
		assert.match((await finding(stack, 'geoip')).detail, /^geolite-country of 2026-09-21T/);
		assert.equal(await finding(stack, 'geoip_asn'), undefined);
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
