// SPDX-License-Identifier: GPL-2.0-or-later
// Set-up and sign-in, and all that can go wrong there.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PASSWORD, startStack } from '../lib/stack.mjs';
import { openSite } from './lib/page.mjs';

const stack = await startStack();
after(() => stack.stop());
const site = await openSite(stack);
after(() => site.close());
const page = await site.page();
const code = page.getByLabel('One-time code'), password = page.getByLabel('Password', { exact: true }), again = page.getByLabel('Password again');
const submit = page.getByRole('button', { name: 'Set password and sign in' });
const focused = () => page.evaluate(() => /** @type {any} */ (document.activeElement).name);

test('set-up says what is missing, and puts the focus there', async () => {
	await submit.click();
	await page.getByText('Enter the code').waitFor();
	await page.getByText('Use at least 12 characters.').waitFor();
	assert.equal(await focused(), 'code');
});

test('the counters show characters and bytes while typing', async () => {
	await password.fill('€'.repeat(10));
	await page.getByText('10 of 12+ characters').waitFor();
	await page.getByText('30 of 72 bytes').waitFor();
	await password.fill('€'.repeat(24) + 'x');
	await page.getByText('73 of 72 bytes').waitFor();
	await submit.click();
	await page.getByText('at most 72 bytes count', { exact: false }).first().waitFor();
	await site.look(page, 'setup-too-long');
});

test('two passwords that differ are not sent', async () => {
	await code.fill(stack.env.BANGUI_SETUP_CODE);
	await password.fill(PASSWORD);
	await again.fill(PASSWORD + '!');
	await submit.click();
	await page.getByText('This is not the same as above.').waitFor();
	assert.equal(await focused(), 'repeat');
});

test('a wrong code is said at the field, and what was typed stays', async () => {
	await code.fill('AAAAA-AAAAA-AAAAA-AAAAA');
	await again.fill(PASSWORD);
	await submit.click();
	await page.locator('.field-error').waitFor();
	assert.equal(await focused(), 'code');
	assert.equal(await password.inputValue(), PASSWORD);
	await site.look(page, 'setup-wrong-code');
});

test('the right code, in another way of writing, sets up and signs in', async () => {
	await code.fill(stack.env.BANGUI_SETUP_CODE.toLowerCase().replaceAll('-', ' '));
	await submit.click();
	await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
});

test('set up elsewhere meanwhile: the page turns to sign-in', async () => {
	const other = await openSite(stack);
	const late = await other.page();
	await late.route('**/api/auth/session', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify({ code: 'setup_required', detail: 'x' }) }));
	await late.reload();
	await late.getByRole('heading', { name: 'Sign in' }).waitFor();
	await other.close();
});

test('sign-out shows the sign-in, and nothing of before', async () => {
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
	assert.equal(await page.locator('table, .tile').count(), 0);
	await site.look(page, 'signin');
});

test('a wrong password is said at the field', async () => {
	await password.fill('not the password');
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByText('This is not the password.').waitFor();
	assert.equal(await focused(), 'password');
	await site.look(page, 'signin-wrong');
});

test('the right one shows the page that was asked for', async () => {
	await page.goto(stack.url + '/jails/sshd');
	await site.signIn(page);
	await page.getByRole('heading', { name: 'sshd' }).waitFor();
	assert.equal(new URL(page.url()).pathname, '/jails/sshd');
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('no HTTPS: the page tells two ways out', async () => {
	await page.route('**/api/auth/login', (route) => route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ code: 'https_required', detail: 'x' }) }));
	await password.fill(PASSWORD);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByText('Signing in needs HTTPS').waitFor();
	await page.getByText(/ssh -L/).waitFor();
	await site.look(page, 'signin-https');
	await page.unroute('**/api/auth/login');
});

test('too many tries: the wait is counted down, and the button waits too', async () => {
	for (let i = 0; ; i++) {
		assert.ok(i < 12, 'no throttle after 12 tries');
		await password.fill('wrong password ' + i);
		const answer = page.waitForResponse('**/api/auth/login');
		await page.getByRole('button', { name: 'Sign in' }).click();
		if ((await answer).status() === 429) break;
	}
	await page.getByText('Too many tries').waitFor();
	const button = page.getByRole('button', { name: /Try again in \d+ second/ });
	assert.ok(await button.isDisabled());
	await site.look(page, 'signin-throttled');
	await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor({ timeout: 20_000 });
	await page.getByText('You can try again now.').waitFor();
});

test('after the wait the right password is let in', async () => {
	await site.signIn(page);
	await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
});
