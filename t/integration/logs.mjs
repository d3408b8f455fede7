// SPDX-License-Identifier: GPL-2.0-or-later
// The ends of logs on a real fail2ban: which files, which lines.
import assert from 'node:assert/strict';
import { appendFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startStack, until } from '../lib/stack.mjs';

let stack, me;

before(async () => {
	stack = await startStack();
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
});
after(() => stack.stop({ checkLog: false }));

async function own(query = '') {
	const r = await me.get(`/api/logs/fail2ban${query}`);
	assert.equal(r.status, 200, r.text);
	return r.json;
}

async function preview(path, query = '') {
	return me.get(`/api/logs/preview?path=${encodeURIComponent(path)}${query}`);
}

const texts = (l) => l.items.map((i) => i.line);

test('the end of its own log has the ban that was just made', async () => {
	await me.post('/api/active-bans', { jail: 'sshd', ips: ['203.0.113.7'] });
	await until(async () => (await own('?q=ban%20203.0.113.7')).matched === 1, 'it is logged');
	const [line] = (await own('?q=ban%20203.0.113.7')).items;
	assert.match(line.line, / NOTICE +\[sshd\] Ban 203\.0\.113\.7$/);
	assert.equal(line.level, 'NOTICE');
	const all = await own();
	assert.equal(all.truncated, false);
	assert.equal(all.matched, all.items.length);
	assert.ok(all.items.some((i) => i.level === 'INFO'));
});

test('a level leaves out what is less, and so many lines are the last ones', async () => {
	const notices = await own('?level=NOTICE');
	assert.ok(notices.items.length > 0);
	assert.ok(notices.items.every((i) => i.level === 'NOTICE' || i.level === 'WARNING'), JSON.stringify(notices));
	const all = await own();
	const two = await own('?lines=2');
	assert.deepEqual(texts(two), texts(all).slice(-2));
	assert.equal(two.truncated, true);
	assert.equal(two.matched, all.matched);
});

test('a log that was rotated is read on', async () => {
	const log = stack.env.F2B_LOG;
	renameSync(log, `${log}.1`);
	await stack.fail2ban('flushlogs');
	await me.post('/api/active-bans', { jail: 'mail', ips: ['203.0.113.8'] });
	await until(async () => (await own('?q=203.0.113.8')).matched === 1, 'the new one is read');
	assert.equal((await own('?q=203.0.113.7')).matched, 0);
});

test('of a big log only the end is read, and that is said', async () => {
	appendFileSync(stack.env.F2B_LOG, `${'x'.repeat(99)}\n`.repeat(4000) + '\xff<script>\n');
	const big = await own('?lines=1000');
	assert.equal(big.items.length, 1000);
	assert.equal(big.truncated, true);
	assert.ok(big.bytes_read <= 256 * 1024);
	assert.ok(big.matched < 2700);
});

test('a jail\'s log is shown, and no other file', async () => {
	await stack.hit('ftp', '203.0.113.51', 1);
	const path = (await me.get('/api/jails/ftp')).json.log_paths[0];
	const shown = await preview(path, '&q=203.0.113.51');
	assert.equal(shown.status, 200, shown.text);
	assert.equal(shown.json.items.length, 1);
	assert.equal(shown.json.items[0].level, null);
	for (const other of ['/etc/passwd', `${path}/../auth.log`, `${path}x`, stack.env.F2B_LOG.replace('fail2ban.log', 'bangui.log')])
		assert.ok([404, 422].includes((await preview(other)).status), other);
	for (const bad of ['', 'log', '-x'])
		assert.equal((await preview(bad)).status, 422, bad);
});

test('a log that became a link is not followed', async () => {
	const path = (await me.get('/api/jails/nginx')).json.log_paths[0];
	const secret = join(stack.dir, 'secret');
	writeFileSync(secret, 'a secret\n');
	renameSync(path, `${path}.1`);
	symlinkSync(secret, path);
	const r = await preview(path);
	assert.equal(r.status, 409, r.text);
	assert.ok(!r.text.includes('a secret'));
});

test('what cannot be asked is said, all at once', async () => {
	const r = await me.get('/api/logs/fail2ban?lines=0&level=LOUD&q=' + 'x'.repeat(201) + '&tail=1');
	assert.equal(r.status, 422);
	assert.deepEqual(r.json.errors.map((e) => e.field).sort(), ['level', 'lines', 'q', 'tail']);
});

test('without a log file that is said', async () => {
	await stack.fail2ban('set', 'logtarget', 'SYSOUT');
	try {
		const r = await me.get('/api/logs/fail2ban');
		assert.equal(r.status, 409, r.text);
		assert.match(r.json.detail, /does not log to a file/);
	} finally {
		await stack.fail2ban('set', 'logtarget', stack.env.F2B_LOG);
	}
});
