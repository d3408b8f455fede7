// SPDX-License-Identifier: GPL-2.0-or-later
// What the page does when something is not there: fail2ban, the server, the
// session, an answer in time.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { PASSWORD, startStack, until } from '../lib/stack.mjs';
import { hide, openSite, row } from './lib/page.mjs';

const stack = await startStack();
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();
await api.post('/api/active-bans', { jail: 'sshd', ips: ['203.0.113.5'] });
const site = await openSite(stack);
after(() => site.close());
const page = await site.page();
await site.signIn(page);
await row(page, '203.0.113.5').waitFor();

const offline = page.getByRole('alert').getByText('fail2ban does not answer').first();
const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
const problem = (status, code, more = {}) => ({ status, contentType: 'application/problem+json', headers: more.headers, body: JSON.stringify({ code, detail: more.detail || 'x', request_id: 'request-1' }) });

test('fail2ban stopped: a banner, the last list, and nothing that could not work', async () => {
	await stack.stopFail2ban();
	await offline.waitFor({ timeout: 20_000 });
	await page.getByText(/As of .*, trying again/).waitFor();
	assert.ok(await row(page, '203.0.113.5').getByRole('button', { name: 'Unban' }).isDisabled());
	assert.ok(await page.getByRole('button', { name: 'Ban addresses' }).isDisabled());
	await site.look(page, 'offline');
});

test('fail2ban stopped: a page opened now says so in place of the list', async () => {
	await page.goto(stack.url + '/jails');
	await page.locator('.card').getByText('fail2ban does not answer').waitFor();
	await site.look(page, 'offline-jails');
});

test('fail2ban back: the page notices by itself', async () => {
	await page.goto(stack.url + '/');
	await stack.startFail2ban();
	await offline.waitFor({ state: 'detached', timeout: 30_000 });
	await row(page, '203.0.113.5').waitFor({ timeout: 30_000 });
	assert.ok(await row(page, '203.0.113.5').getByRole('button', { name: 'Unban' }).isEnabled());
});

test('fail2ban hangs: the same, and the rest of the page goes on', async () => {
	const pid = Number(readFileSync(join(stack.dir, 'run/f2b-own.pid'), 'utf8'));
	process.kill(pid, 'SIGSTOP');
	try {
		await offline.waitFor({ timeout: 30_000 });
		await page.keyboard.press('?');
		await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
		await page.keyboard.press('Escape');
	} finally {
		process.kill(pid, 'SIGCONT');
	}
	await offline.waitFor({ state: 'detached', timeout: 30_000 });
});

test('no server: a banner with a countdown, and no sign-out', async () => {
	await page.route('**/api/**', (route) => route.abort());
	await page.getByText('No connection to BanGUI').waitFor({ timeout: 20_000 });
	await page.getByText(/Trying again in \d+ second/).waitFor();
	await row(page, '203.0.113.5').waitFor();
	await site.look(page, 'lost');
	await page.unroute('**/api/**');
	await page.getByRole('button', { name: 'Try now' }).click();
	await page.getByText('No connection to BanGUI').waitFor({ state: 'detached' });
	assert.equal(await dialog.count(), 0);
});

test('no server at the start: it is said, and tried again', async () => {
	await page.route('**/api/**', (route) => route.abort());
	await page.reload();
	await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor();
	await site.look(page, 'down');
	await page.unroute('**/api/**');
	await row(page, '203.0.113.5').waitFor({ timeout: 20_000 });
});

test('a failure says what, under which request, and can be tried again', async () => {
	await page.route('**/api/jails', (route) => route.fulfill(problem(500, 'internal_error', { detail: 'Something went wrong here. The log has more.' })));
	await page.goto(stack.url + '/jails');
	await page.getByText('Something went wrong here.').waitFor();
	await page.getByText('request-1').waitFor();
	await site.look(page, 'failed');
	await page.unroute('**/api/jails');
	await page.getByRole('button', { name: 'Try again' }).click();
	await page.getByRole('link', { name: 'sshd' }).waitFor();
});

test('rate limited: the wait is counted down', async () => {
	await page.route('**/api/jails/sshd', (route) => route.fulfill(problem(429, 'too_many_requests', { detail: 'Wait a moment, then try again.', headers: { 'retry-after': '3' } })));
	await page.goto(stack.url + '/jails/sshd');
	await page.getByText('Too many requests').waitFor();
	const button = page.getByRole('button', { name: /Try again in \d second/ });
	assert.ok(await button.isDisabled());
	await site.look(page, 'limited');
	await page.unroute('**/api/jails/sshd');
	await page.getByRole('button', { name: 'Try again', exact: true }).click();
	await page.getByText('3 failures within 10 minutes ban for', { exact: false }).first().waitFor();
});

test('a slow answer: grey bars in the place of what is to come', async () => {
	let open = () => {};
	const gate = new Promise((resolve) => { open = () => resolve(null); });
	await page.route('**/api/**', async (route) => {
		if (!/auth/.test(route.request().url())) await gate;
		await route.continue();
	});
	await page.goto(stack.url + '/');
	await page.locator('.skel').first().waitFor();
	await until(() => page.locator('.skel').first().evaluate((el) => getComputedStyle(el).opacity === '1'), 'the bars appear');
	await site.look(page, 'loading');
	open();
	await row(page, '203.0.113.5').waitFor();
	assert.equal(await page.locator('.skel').count(), 0);
	await page.unroute('**/api/**');
});

test('no page at this address', async () => {
	await page.goto(stack.url + '/nowhere');
	await page.getByRole('heading', { name: 'No such page' }).waitFor();
	await site.look(page, 'missing');
});

test('the session ends: sign-in over the page, and what was typed is kept', async () => {
	await page.goto(stack.url + '/');
	await row(page, '203.0.113.5').waitFor();
	await page.getByRole('button', { name: 'Ban addresses' }).click();
	await page.getByLabel('Addresses or networks').fill('198.18.0.77');
	await page.locator('dialog').getByLabel('Jail').selectOption('sshd');
	await stack.cli('sessions', 'end', '--all');
	await dialog.waitFor({ timeout: 20_000 });
	await site.look(page, 'expired');
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	assert.equal(await dialog.count(), 1, 'Escape went past the sign-in');
	await dialog.getByLabel('Password').fill('wrong password!');
	await dialog.getByRole('button', { name: 'Sign in' }).click();
	await dialog.getByText('This is not the password.').waitFor();
	await dialog.getByLabel('Password').fill(PASSWORD);
	await dialog.getByRole('button', { name: 'Sign in' }).click();
	await dialog.waitFor({ state: 'detached' });
	assert.equal(await page.getByLabel('Addresses or networks').inputValue(), '198.18.0.77');
	await page.locator('dialog .actions .primary').click();
	await row(page, '198.18.0.77').waitFor();
});

test('a change that meets an ended session is not lost from the form', async () => {
	await page.getByRole('button', { name: 'Ban addresses' }).click();
	await page.getByLabel('Addresses or networks').fill('198.18.0.78');
	await page.locator('dialog').getByLabel('Jail').selectOption('sshd');
	await hide(page, true); // or a poll may be the first to find out
	await stack.cli('sessions', 'end', '--all');
	await page.locator('dialog .actions .primary').click();
	await dialog.waitFor({ timeout: 20_000 });
	await hide(page, false);
	await dialog.getByLabel('Password').fill(PASSWORD);
	await dialog.getByRole('button', { name: 'Sign in' }).click();
	await dialog.waitFor({ state: 'detached' });
	assert.equal(await page.getByLabel('Addresses or networks').inputValue(), '198.18.0.78');
	await page.keyboard.press('Escape');
});

test('signed out in one tab is signed out in the other, and in again too', async () => {
	const other = await site.page('/jails');
	await other.getByRole('link', { name: 'sshd' }).waitFor();
	await page.getByRole('button', { name: 'Sign out' }).click();
	await other.getByRole('heading', { name: 'Sign in' }).waitFor();
	assert.equal(await other.getByText('sshd').count(), 0, 'data of the session is still there');
	await site.signIn(page);
	await other.getByRole('link', { name: 'sshd' }).waitFor();
	await other.close();
});

test('the poll pauses in a hidden tab, and comes at once on return', async () => {
	let polls = 0;
	await page.route('**/api/status', (route) => {
		if (route.request().headers()['x-bangui-poll'] === '1') polls++;
		return route.continue();
	});
	await until(() => polls > 0, 'the first poll');
	await hide(page, true);
	await page.waitForTimeout(300);
	const before = polls;
	await page.waitForTimeout(6000);
	assert.equal(polls, before, 'it polled while hidden');
	await hide(page, false);
	await until(() => polls > before, 'a poll on return', 1000);
	await page.unroute('**/api/status');
});
