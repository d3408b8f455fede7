// SPDX-License-Identifier: GPL-2.0-or-later
// The account page: sessions, tokens, the password; and that every tab knows
// at once when one of them signs out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, startStack } from '../lib/stack.mjs';
import { openSite } from './lib/page.mjs';

const stack = await startStack();
after(() => stack.stop());
const api = stack.client(), phone = stack.client();
await api.setUp();
const site = await openSite(stack);
after(() => site.close());
const page = await site.page('/account');

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';
const card = (/** @type {string} */ name) => page.getByRole('region', { name });
const sessions = card('Where you are signed in'), tokens = card('Tokens for programs'), password = card('Password');
const dialog = page.getByRole('dialog');
const rows = (/** @type {any} */ box) => box.locator('tbody tr');

/** @param {any} who @param {string} agent */
const signIn = (who, agent) => who.post('/api/auth/login', { password: PASSWORD }, { headers: { 'User-Agent': agent } });

before(async () => {
	await site.signIn(page);
	await sessions.getByText('This one', { exact: true }).waitFor();
});

test('one browser, no token: nothing to end, and what a token is for', async () => {
	assert.equal(await rows(sessions).count(), 1);
	assert.equal(await sessions.getByRole('button').count(), 0);
	await tokens.getByText('No program has a token').waitFor();
	await site.look(page, 'account-empty');
});

test('another browser appears by its name, and is ended', async () => {
	await signIn(phone, IPHONE);
	await page.reload();
	await sessions.getByText('Safari on iPhone').waitFor();
	await sessions.getByRole('button', { name: 'End the session of Safari on iPhone at 127.0.0.1' }).click();
	await page.getByText('The session of Safari on iPhone has ended.').waitFor();
	assert.equal(await rows(sessions).count(), 1);
	assert.equal((await phone.get('/api/version')).status, 401);
});

test('a hostile name of a browser is shown as it is', async () => {
	const name = '<img src=x onerror=alert(1)> \u202egnp.exe and more than forty characters';
	// The client sends a text as it pleases; bytes it sends as they are.
	const body = Buffer.from(JSON.stringify({ password: PASSWORD }));
	await phone.request('POST', '/api/auth/login', { body, headers: { 'Content-Type': 'application/json', 'User-Agent': Buffer.from(name).toString('latin1') } });
	await page.reload();
	await sessions.getByText('<img src=x onerror=alert(1)> \\u202egnp.exe').waitFor();
	await site.look(page, 'account-sessions');
});

test('all others end after one more question; Escape is no', async () => {
	await sessions.getByRole('button', { name: 'End all others' }).click();
	await dialog.getByText('Every other browser has to sign in again.').waitFor();
	await site.axe(page, 'end all others');
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'hidden' });
	assert.equal((await phone.get('/api/version')).status, 200);
	await sessions.getByRole('button', { name: 'End all others' }).click();
	await dialog.getByRole('button', { name: 'End 1 session' }).click();
	await page.getByText('1 session has ended.').waitFor();
	assert.equal((await phone.get('/api/version')).status, 401);
	assert.equal(await rows(sessions).count(), 1);
});

test('a token is made by keyboard alone, and shown once', async () => {
	await tokens.getByRole('button', { name: 'Make a token' }).focus();
	await page.keyboard.press('Enter');
	await dialog.getByLabel('Name').waitFor();
	await page.keyboard.press('Enter');
	await dialog.getByText('Give it a name to know it by.').waitFor();
	await page.keyboard.type('monitoring');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Space'); // bans too
	await dialog.getByLabel('Expires').selectOption('never');
	await dialog.getByText('until you revoke it').waitFor();
	await dialog.getByLabel('Current password').fill('not the password');
	await site.look(page, 'account-token');
	await page.keyboard.press('Enter');
	await dialog.getByText('This is not the password.').waitFor();
	assert.equal(await page.locator('.shell').count(), 1); // still signed in
	assert.equal(await dialog.getByLabel('Name').inputValue(), 'monitoring');
	await dialog.getByLabel('Current password').fill(PASSWORD);
	await page.keyboard.press('Enter');
	const shown = dialog.getByLabel('Token', { exact: true });
	await shown.waitFor();
	const token = await shown.inputValue();
	assert.match(token, /^bgt_[A-Za-z0-9_-]{43}$/);
	// a slip does not take it away, wherever the focus is
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	await dialog.getByRole('button', { name: 'Copy' }).click();
	await dialog.getByText(/Copied\.|copy it by the keyboard/).waitFor();
	await site.look(page, 'account-token-shown');
	await dialog.getByRole('button', { name: 'Done' }).click();
	await tokens.getByText('monitoring').waitFor();
	assert.ok(!(await page.content()).includes(token));
	const by = { headers: { Authorization: `Bearer ${token}` } };
	assert.deepEqual((await stack.client().get('/api/auth/session', by)).json.scopes, ['read', 'ban']);
});

test('what was used, from where, and until when stands in the list', async () => {
	for (const [name, scopes, life] of [['a name of sixty-four bytes: backup of the list of bans, nightly', ['admin'], 86400 * 3], ['<b>bold</b> \u202etxt', ['read'], 7776000]])
		assert.equal((await stack.client().post('/api/auth/token', { password: PASSWORD, name, scopes, expires_in_seconds: life })).status, 201);
	await page.reload();
	await tokens.getByText('in 3 days').waitFor();
	await tokens.getByText('in 90 days').waitFor();
	await tokens.getByText('from 127.0.0.1').waitFor();
	await page.evaluate(() => document.getElementById('tokens-title')?.scrollIntoView());
	await site.look(page, 'account-tokens');
});

test('a taken name is said at the name', async () => {
	await tokens.getByRole('button', { name: 'Make a token' }).click();
	await dialog.getByLabel('Name').fill('monitoring');
	await dialog.getByLabel('Current password').fill(PASSWORD);
	await dialog.getByRole('button', { name: 'Make a token' }).click();
	await dialog.getByText('There is a token of this name already.').waitFor();
	await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('revoking asks, and is at once', async () => {
	await tokens.getByRole('button', { name: 'Revoke monitoring' }).click();
	await dialog.getByText('is refused from its next request on').waitFor();
	await site.axe(page, 'revoke');
	await dialog.getByRole('button', { name: 'Revoke' }).click();
	await page.getByText('monitoring is revoked.').waitFor();
	assert.equal(await rows(tokens).count(), 2);
});

test('another password: what is wrong is said at its field', async () => {
	const change = password.getByRole('button', { name: 'Change password' });
	await change.click();
	await password.getByText('Enter the password that you have now.').waitFor();
	await password.getByLabel('Current password').fill('not the password');
	await password.getByLabel('New password', { exact: true }).fill('€'.repeat(25));
	await password.getByText('75 of 72 bytes').waitFor();
	await change.click();
	await password.locator('.field-error').getByText('at most 72 bytes count', { exact: false }).waitFor();
	await password.getByLabel('New password', { exact: true }).fill('another battery staple');
	await password.getByLabel('New password again').fill('another battery staple');
	await change.click();
	await password.getByText('This is not the password.').waitFor();
	await page.evaluate(() => document.getElementById('password-title')?.scrollIntoView());
	await site.look(page, 'account-password');
});

test('the password is changed: this browser stays, the others go', async () => {
	await signIn(phone, IPHONE);
	const tab = await site.page('/account');
	await password.getByLabel('Current password').fill(PASSWORD);
	await password.getByRole('button', { name: 'Change password' }).click();
	await page.getByText('The password is changed.').waitFor();
	assert.equal(await password.getByLabel('Current password').inputValue(), '');
	assert.equal((await phone.get('/api/version')).status, 401);
	await tab.reload(); // another tab of this browser has the new cookie too
	await tab.getByText('This one', { exact: true }).waitFor();
	await tab.close();
});

test('signing out in one tab is known in all at once', async () => {
	const tab = await site.page('/jails');
	await tab.getByRole('heading', { name: 'Jails' }).waitFor();
	await page.route('**/api/**', (route) => route.abort()); // it asks nobody
	await tab.getByRole('button', { name: 'Sign out' }).click();
	await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 1000 });
	assert.equal(await page.locator('table').count(), 0);
	await page.unroute('**/api/**');
	// and so is signing in
	await site.signIn(tab, 'another battery staple');
	await page.getByRole('heading', { name: 'Account' }).waitFor({ timeout: 3000 });
	await tab.close();
});
