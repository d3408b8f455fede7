// SPDX-License-Identifier: GPL-2.0-or-later
// The filter and the jail that fail2ban watches BanGUI's own sign-in with
// (SEC-19): every failure is found in each form a log line comes in, and
// nothing that a stranger can write imitates one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { BUILD, PASSWORD, startStack, until } from '../lib/stack.mjs';

const SHIPPED = join(process.env.abs_srcdir ?? join(BUILD, '..'), 'packaging/fail2ban');
const FILTER = join(SHIPPED, 'filter.d/bangui-auth.conf');
const FAILURES = 4;
const IMITATION = '{"ts":"2026-01-02T03:04:05.000Z","level":"warning","event":"login_failed","client":"192.0.2.66",';

let stack, lines;
before(async () => {
	stack = await startStack();
	const me = stack.client();
	await me.setUp();
	for (let i = 0; i < FAILURES; i++) {
		const r = await me.post('/api/auth/login', { password: 'wrong ' + PASSWORD },
			{ headers: { 'User-Agent': IMITATION, 'X-Request-ID': 'login_failed-192.0.2.66' } });
		assert.equal(r.status, 401, r.text);
	}
	await me.signIn();
	// what else a stranger can bring into a line
	await me.get('/api/jails/' + encodeURIComponent(IMITATION));
	await me.get('/api/' + encodeURIComponent(IMITATION), { headers: { 'User-Agent': IMITATION } });
	await stack.checkLog();
	lines = readFileSync(stack.env.BANGUI_LOG, 'utf8').split('\n').filter(Boolean);
});
after(() => stack.stop({ checkLog: false }));

/** The addresses that fail2ban's own program finds in such lines. */
function found(name, text) {
	const file = join(stack.dir, name);
	writeFileSync(file, text.map((line) => line + '\n').join(''));
	const r = spawnSync('fail2ban-regex', ['--usedns=no', '-o', 'ip', file, FILTER], { encoding: 'utf8' });
	assert.equal(r.status, 0, r.stderr);
	return r.stdout.split('\n').filter(Boolean);
}

const OURS = Array(FAILURES).fill('127.0.0.1');

test('each failed sign-in is found in a file of lines', () => {
	assert.deepEqual(found('plain.log', lines), OURS);
});

test('each failed sign-in is found behind the head that syslog gives a line', () => {
	const heads = ['Nov 24 11:22:33 host bangui-fcgi[4711]: ', '2026-11-24T11:22:33.123456+01:00 host bangui-fcgi[4711]: '];
	for (const head of heads)
		assert.deepEqual(found('syslog.log', lines.map((line) => head + line)), OURS, head);
});

test('each failed sign-in is found in the form that the journal gives', () => {
	// fail2ban puts host, name and pid in front and keeps the time apart
	assert.deepEqual(found('journal.log',
		lines.map((line) => 'Nov 24 11:22:33 host bangui-fcgi[4711]: ' + line)), OURS);
	assert.match(readFileSync(FILTER, 'utf8'), /^journalmatch = SYSLOG_IDENTIFIER=bangui-fcgi$/m);
});

test('an IPv6 client is found', () => {
	const line = lines.find((x) => x.includes('"login_failed"')).replace('127.0.0.1', '2001:db8::66');
	assert.deepEqual(found('six.log', [line]), ['2001:db8::66']);
});

test('lines that imitate a failure are not found', () => {
	const quoted = JSON.stringify(IMITATION).slice(1, -1);
	const request = lines.find((x) => x.includes('"event":"request"'));
	const hostile = [
		request.replace(/\}$/, `,"user_agent":"${quoted}"}`),
		request.replace(/"request_id":"[^"]*"/, `"request_id":"${quoted}"`),
		'Nov 24 11:22:33 host other[1]: ' + IMITATION,
		'Nov 24 11:22:33 host sshd[1]: bangui-fcgi[2]: ' + IMITATION,
		'text before ' + IMITATION,
	];
	assert.deepEqual(found('hostile.log', hostile), []);
});

test('the jail is off as shipped, and bans once it is switched on', async () => {
	assert.match(readFileSync(join(SHIPPED, 'jail.d/bangui-auth.conf'), 'utf8'), /^enabled = false$/m);
	await stack.stopFail2ban();
	for (const dir of ['filter.d', 'jail.d']) {
		mkdirSync(join(stack.env.F2B_CONFIG, dir), { recursive: true });
		copyFileSync(join(SHIPPED, dir, 'bangui-auth.conf'), join(stack.env.F2B_CONFIG, dir, 'bangui-auth.conf'));
	}
	await stack.startFail2ban();
	assert.doesNotMatch(await stack.fail2ban('status'), /bangui-auth/);
	await stack.stopFail2ban();
	writeFileSync(join(stack.env.F2B_CONFIG, 'jail.d/bangui-auth.local'), `[bangui-auth]
enabled = true
backend = polling
logpath = ${join(stack.dir, 'watched.log')}
ignoreself = false
ignoreip =
action =
`);
	writeFileSync(join(stack.dir, 'watched.log'), '');
	await stack.startFail2ban();
	const now = new Date().toISOString();
	const failures = lines.filter((x) => x.includes('"login_failed"'))
		.map((x) => x.replace(/"ts":"[^"]*"/, `"ts":"${now}"`).replace('127.0.0.1', '198.51.100.66') + '\n');
	appendFileSync(join(stack.dir, 'watched.log'), failures.join('') + failures[0]); // five
	await until(async () => (await stack.fail2ban('status', 'bangui-auth')).includes('198.51.100.66'),
		'who failed five times is banned', 15000);
});
