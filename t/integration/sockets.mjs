// SPDX-License-Identifier: GPL-2.0-or-later
// SEC-53: with the HTTP fallback off no process of ours makes a socket other
// than a local one. The kernel is the witness: t/lib/only_unix has it kill
// whoever does.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startIpApi } from '../lib/ipapi.mjs';
import { BUILD, startStack } from '../lib/stack.mjs';

const ONLY_UNIX = join(BUILD, 't/lib/only_unix');

let service, stack, me;

before(async () => {
	service = await startIpApi();
	stack = await startStack({ fcgi: ONLY_UNIX, workers: 2, jobs: false,
		settings: { BANGUI_GEOIP_HTTP_URL: service.url } });
	me = stack.client();
	await me.setUp();
	await me.signIn();
});
after(async () => {
	await service.close();
	await stack.stop();
});

/** A program of ours under the same watch; {code, signal, lines}. */
async function run(words, env = {}) {
	const child = spawn(ONLY_UNIX, [join(BUILD, words[0]), ...words.slice(1)], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', BANGUI_CONFIG: stack.env.BANGUI_SETTINGS,
			ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '', ...env },
	});
	const out = [];
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', (chunk) => out.push(chunk));
	const end = await new Promise((done) => child.on('close', (code, signal) => done({ code, signal })));
	return { ...end, text: Buffer.concat(out).toString() };
}

/** An address that waits to be asked for. */
function want(bytes) {
	execFileSync('sqlite3', ['-cmd', '.timeout 5000', stack.env.BANGUI_DB,
		`INSERT INTO geo_cache (addr, retry_at) VALUES (x'00000000000000000000ffff${bytes}', 1);
		UPDATE job SET due_at = 0 WHERE kind = 2 AND state = 0`]);
}

test('workers live while they are used', async () => {
	const r = await me.post('/api/active-bans', { jail: 'sshd', ips: ['11.9.0.1', '2a00::9'] });
	assert.equal(r.status, 200, r.text);
	for (const path of ['/api/active-bans', '/api/jails', '/api/status', '/api/health/ready',
		'/api/geo/11.9.0.1', '/api/geo/stats', '/api/auth/session'])
		assert.equal((await me.get(path)).status, 200, path);
	await me.delete('/api/active-bans', { jail: null, ips: ['11.9.0.1'] });
	assert.deepEqual(stack.log().filter((l) => l.event === 'worker_died'), []);
});

test('the job runner and the other programs do their work', async () => {
	want('0b090001');
	const jobs = await run(['bangui', 'jobs', 'run']);
	assert.deepEqual([jobs.code, jobs.signal], [0, null], jobs.text);
	assert.doesNotMatch(jobs.text, /background_task_failed/);
	assert.equal(service.requests, 0);
	const reaper = await run(['bangui-reaper']);
	assert.deepEqual([reaper.code, reaper.signal], [0, null], reaper.text);
	const doctor = await run(['bangui', 'doctor']);
	assert.equal(doctor.signal, null, doctor.text);
	assert.match(doctor.text, /fail2ban/);
});

test('a program that asks the network is caught', async () => {
	want('0b090002');
	const jobs = await run(['bangui', 'jobs', 'run'], { BANGUI_GEOIP_ALLOW_HTTP_FALLBACK: 'yes' });
	assert.ok(jobs.signal === 'SIGSYS' || /background_task_failed.*runner_lost/.test(jobs.text),
		`${JSON.stringify(jobs)}`);
	assert.equal(service.requests, 0);
});
