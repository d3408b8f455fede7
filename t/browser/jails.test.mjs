// SPDX-License-Identifier: GPL-2.0-or-later
// The jails, and text from outside in every place that shows it.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startStack, until } from '../lib/stack.mjs';
import { openSite, rows } from './lib/page.mjs';

// fail2ban takes no id with a slash: it reads it as a network.
const HOSTILE = ['<script src=x>', '<img src=x onerror=alert(2)>', 'abc\u202egpj.exe', "javascript:alert('3')", 'x'.repeat(900), '{{7*7}}${7*7}'];
const stack = await startStack();
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();

// A jail that bans by whatever the log says, as one by user name would.
const log = join(stack.dir, 'log/evil.log');
writeFileSync(log, '');
await stack.stopFail2ban();
mkdirSync(join(stack.dir, 'fail2ban/jail.d'), { recursive: true });
writeFileSync(join(stack.dir, 'fail2ban/filter.d/evil.conf'), '[Definition]\nfailregex = ^\\s*\\S+ evil: <F-ID>.+</F-ID>$\n');
writeFileSync(join(stack.dir, 'fail2ban/jail.d/evil.conf'), `[evil]\nenabled = true\nfilter = evil\nlogpath = ${log}\nmaxretry = 1\naction =\n`);
await stack.startFail2ban();

const site = await openSite(stack);
after(() => site.close());
const page = await site.page('/jails');
await site.signIn(page);

test('each jail shows how it is and what it does in a plain sentence', async () => {
	const sshd = page.locator('.jail-card').filter({ has: page.getByRole('link', { name: 'sshd', exact: true }) });
	await sshd.getByText('3 failures within 10 minutes ban for 10 minutes.').waitFor();
	await sshd.getByText('Running').waitFor();
	await sshd.getByText(stack.env.ATTACK_LOG).waitFor();
	const blocked = page.locator('.jail-card').filter({ has: page.getByRole('link', { name: 'blocked', exact: true }) });
	await blocked.getByText('nothing; bans by hand only').waitFor();
	assert.equal(await blocked.getByText('failures within').count(), 0, 'it never counts any');
	await site.look(page, 'jails');
});

test('a jail has a page of its own, with its settings and its bans', async () => {
	await api.post('/api/active-bans', { jail: 'recidive', ips: ['203.0.113.40'] });
	await page.getByRole('link', { name: 'recidive' }).click();
	await page.getByRole('heading', { name: 'recidive', level: 1 }).waitFor();
	await page.getByText('203.0.113.40').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
	await page.getByRole('link', { name: 'Settings', exact: true }).click();
	await page.getByRole('heading', { name: 'Change while it runs' }).waitFor();
	await page.getByRole('link', { name: 'Patterns', exact: true }).click();
	for (const title of ['Log files', 'Patterns that count as a failure']) await page.getByRole('heading', { name: title }).waitFor();
	await page.getByRole('link', { name: 'Actions', exact: true }).click();
	await page.getByRole('heading', { name: 'Actions at a ban' }).waitFor();
	await page.goBack();
	await page.getByRole('heading', { name: 'Log files' }).waitFor();
	await page.getByRole('link', { name: 'Banned now', exact: true }).click();
	await page.getByText('203.0.113.40').waitFor();
	assert.equal(await page.title(), 'recidive · BanGUI');
	await site.look(page, 'jail');
});

test('a ban from the page of a jail goes to that jail', async () => {
	await page.locator('.page-head').getByRole('button', { name: 'Ban addresses' }).click();
	assert.ok(await page.locator('dialog').getByLabel('Jail').isDisabled());
	await page.getByLabel('Addresses or networks').fill('203.0.113.41');
	await page.locator('dialog .actions .primary').click();
	await page.getByText('203.0.113.41 is banned in recidive.').waitFor();
	assert.match(await stack.fail2ban('get', 'recidive', 'banip'), /203\.0\.113\.41/);
});

const dialog = page.locator('dialog');
const yes = (/** @type {string} */ name) => dialog.getByRole('button', { name, exact: true }).click();

test('settings say what they come to while they are typed, and hold', async () => {
	await page.goto(stack.url + '/jails/sshd?tab=settings');
	const said = page.locator('.plainly');
	await said.getByText('3 failures within 10 minutes ban for 10 minutes, each time.').waitFor();
	await page.getByLabel('Failures that ban').fill('5');
	await page.getByLabel('Banned for', { exact: true }).fill('1');
	await page.getByLabel('Banned for: unit').selectOption('hours');
	await page.getByLabel('Ban longer each time').check();
	await said.getByText('5 failures within 10 minutes ban for 1 hour; the 4th ban lasts 8 hours.').waitFor();
	await site.look(page, 'jail-settings');
	await page.getByLabel('Within', { exact: true }).fill('soon');
	await page.getByRole('button', { name: 'Change settings' }).click();
	await page.getByText('A whole number from 1 to 16,666,666.').waitFor();
	await page.getByLabel('Within', { exact: true }).fill('10');
	await page.getByRole('button', { name: 'Change settings' }).click();
	await page.getByText('The settings of sshd are changed.').waitFor();
	assert.equal(await stack.fail2ban('get', 'sshd', 'maxretry'), '5');
	assert.equal(await stack.fail2ban('get', 'sshd', 'bantime'), '3600');
});

test('what a jail never bans is added and removed', async () => {
	await page.goto(stack.url + '/jails/sshd?tab=ignored');
	await page.getByText('This jail may ban any address.').waitFor();
	await page.getByLabel('Never ban these').fill('192.0.2.0/24\ntrusted.example\n192.0.2.1/24');
	await page.getByRole('button', { name: 'Add', exact: true }).click();
	await page.getByText('2 entries are never banned from now on.').waitFor();
	await page.getByText('192.0.2.1/24: Neither an address').waitFor();
	await site.look(page, 'jail-ignored');
	await page.getByRole('button', { name: 'Remove trusted.example from the list' }).click();
	await page.getByText('trusted.example may be banned again.').waitFor();
	assert.match(await stack.fail2ban('get', 'sshd', 'ignoreip'), /192\.0\.2\.0\/24/);
});

test('an act says what it will do, and is done', async () => {
	await api.post('/api/active-bans', { jail: 'sshd', ips: ['203.0.113.60', '203.0.113.61'] });
	await page.goto(stack.url + '/jails');
	await page.getByRole('button', { name: 'Pause sshd' }).click();
	await dialog.getByText('It reads no logs and bans nobody until it goes on.').waitFor();
	await yes('Pause');
	await page.getByText('sshd is paused.').waitFor();
	await page.locator('.jail-card').filter({ hasText: 'sshd' }).getByText('Paused').waitFor();
	await page.getByRole('button', { name: 'Let sshd go on' }).click();
	await yes('Go on');
	await page.getByText('sshd goes on.').waitFor();
	await page.getByRole('button', { name: 'Stop sshd' }).click();
	await dialog.getByText('2 bans of this jail will be lifted.').waitFor();
	await site.look(page, 'jail-stop');
	await yes('Stop');
	await page.getByText('sshd is stopped.').waitFor();
	await page.locator('.jail-card').filter({ hasText: 'sshd' }).waitFor({ state: 'detached' });
	await page.getByRole('button', { name: 'Start it again' }).click();
	await page.locator('.jail-card').filter({ hasText: 'sshd' }).waitFor();
});

test('what is wrong in the files is shown, and nothing is done', async () => {
	const bad = join(stack.dir, 'fail2ban/jail.d/bad.conf');
	writeFileSync(bad, '[bad]\nenabled = true\nfilter =\nmaxretry = abc\n');
	await page.getByRole('button', { name: 'Reload all jails' }).click();
	await yes('Reload');
	await dialog.getByText('Nothing was done').waitFor();
	await dialog.getByText('bad:').first().waitFor();
	await site.look(page, 'jail-refused');
	await yes('Cancel');
	await page.getByRole('button', { name: 'Start a jail' }).click();
	await dialog.getByLabel('Name of the jail').fill('nosuch');
	await yes('Start');
	await dialog.getByText('The configuration has no jail of this name').waitFor();
	await page.keyboard.press('Escape');
	rmSync(bad);
	assert.match(await stack.fail2ban('status'), /sshd/);
});

test('a jail that does not run is said to be missing', async () => {
	await page.goto(stack.url + '/jails/nothing');
	await page.getByText('No such jail is running').waitFor();
	await site.look(page, 'jail-missing');
	await page.getByRole('link', { name: 'Show all jails' }).click();
	await page.getByRole('heading', { name: 'Jails', level: 1 }).waitFor();
});

test('hostile ids are shown as text and do nothing', async () => {
	page.on('dialog', (d) => assert.fail(`a script ran: ${d.message()}`));
	const now = () => new Date().toISOString().slice(0, 19).replace('T', ' ');
	for (const id of HOSTILE) appendFileSync(log, `${now()} host evil: ${id}\n`);
	await page.goto(stack.url + '/?jail=evil');
	await until(async () => (await rows(page)).length === HOSTILE.length, 'all of them are listed', 20_000);
	const shown = (await rows(page)).map((r) => r.ip);
	assert.ok(shown.includes('<script src=x>'));
	assert.ok(shown.includes('<img src=x onerror=alert(2)>'));
	assert.ok(shown.includes('abc\\u202egpj.exe'), 'the direction mark is written out');
	assert.ok(shown.some((ip) => ip.startsWith('xxx') && ip.endsWith('…')), 'a long one is cut');
	assert.equal(await page.locator('table.bans img, table.bans script').count(), 0);
	await site.look(page, 'hostile');
});

test('hostile ids are inert in notes and in the search as well', async () => {
	await page.locator('table.bans tbody tr').filter({ hasText: '<script' }).getByRole('button', { name: 'Unban' }).click();
	await page.locator('.toast').waitFor();
	assert.match(await page.locator('.toast').innerText(), /<script src=x>/);
	await page.goto(stack.url + '/?ip=' + encodeURIComponent('<img src=x onerror=alert(1)>'));
	await page.locator('.filter').getByText('<img src=x onerror=alert(1)>').waitFor();
	await page.goto(stack.url + '/jails/' + encodeURIComponent('<script>alert(1)</script>'));
	await page.getByRole('heading', { name: '<script>alert(1)</script>' }).waitFor();
});

test('the browser itself refuses to make markup of text', async () => {
	const refused = await page.evaluate(() => {
		try {
			document.createElement('div').innerHTML = '<b>x</b>';
			return false;
		} catch {
			return true;
		}
	});
	assert.ok(refused, 'Trusted Types are off');
	site.complaints = site.complaints.filter((c) => !/TrustedHTML/.test(c)); // the browser's note on just that
});
