// SPDX-License-Identifier: GPL-2.0-or-later
// The ends of logs on real parts: which log, level and text in the address,
// hostile lines, and each state.
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { startStack, until } from '../lib/stack.mjs';
import { openSite } from './lib/page.mjs';

const HOSTILE = 'GET /<img src=x onerror=alert(1)> \u202egnp.exe ' + 'A'.repeat(9000);

const stack = await startStack();
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();
await api.post('/api/active-bans', { jail: 'sshd', ips: ['203.0.113.7'] });
await until(async () => (await api.get('/api/logs/fail2ban?q=Ban%20203.0.113.7')).json.matched === 1, 'the ban is logged');
appendFileSync(stack.env.F2B_LOG, '2026-11-24 17:25:50,123 fail2ban.actions        [714]: ERROR   went wrong\nTraceback of it\n');
const ftp = (await api.get('/api/jails/ftp')).json.log_paths[0];

const site = await openSite(stack);
after(() => site.close());
const page = await site.page('/logs');

const lines = page.locator('.loglines li');
const at = async (/** @type {RegExp} */ what) => (await lines.allInnerTexts()).findIndex((l) => what.test(l));
const query = () => new URL(page.url()).searchParams;
const first = async () => (await lines.count()) > 0 && lines.first().innerText();
const shows = (/** @type {RegExp} */ what) => until(async () => what.test(String(await first())), `the first line is ${what}`);
const pick = (/** @type {string} */ label, /** @type {string} */ value) => page.getByLabel(label, { exact: true }).selectOption(value);

test('the newest line of fail2ban\'s own log is on top', async () => {
	await site.signIn(page);
	// a jail of the stack reads this log as well, and may have said so since
	await until(async () => await at(/^Traceback of it$/) >= 0, 'the lines are there');
	assert.equal(await at(/^2026-11-24 17:25:50,123 .*ERROR +went wrong$/), await at(/^Traceback of it$/) + 1);
	assert.ok(await at(/\[sshd\] Ban 203\.0\.113\.7/) > await at(/^2026-11-24 17:25:50,123 .*ERROR +went wrong$/));
	await site.look(page, 'logs');
});

test('level and text narrow it down, and stand in the address', async () => {
	await pick('Level', 'ERROR');
	await until(async () => await lines.count() === 2, 'errors alone are shown');
	assert.equal(query().get('level'), 'ERROR');
	await page.getByPlaceholder('Text in the line').fill('WENT wrong');
	await until(async () => await lines.count() === 1, 'one line has the text');
	assert.equal(query().get('q'), 'WENT wrong');
	await page.getByPlaceholder('Text in the line').fill('no such text');
	await page.getByText('No such line').waitFor();
	await page.getByRole('link', { name: 'Clear all filters' }).last().click();
	await until(async () => await at(/\[sshd\] Ban/) >= 0, 'all lines are shown');
	assert.equal(query().get('level'), null);
});

test('a jail\'s log is shown with what attackers wrote made harmless', async () => {
	appendFileSync(ftp, HOSTILE + '\n'); // of which fail2ban says something in its own
	await pick('Log', ftp);
	await shows(/<img src=x onerror=alert\(1\)> \\u202egnp\.exe A+/);
	assert.match(String(await first()), /The line is longer/);
	assert.equal(await page.getByLabel('Level', { exact: true }).count(), 0);
	await site.look(page, 'logs-hostile');
});

test('a log that no jail reads is said not to be there', async () => {
	await page.goto(new URL('/logs?log=%2Fetc%2Fpasswd', page.url()).href);
	await page.getByText('This log cannot be shown').waitFor();
	assert.equal(await lines.count(), 0);
});
