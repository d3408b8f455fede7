// SPDX-License-Identifier: GPL-2.0-or-later
// The whole story on real parts: a hostile log line, a ban, an unban in the
// page, a ban through the API.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PASSWORD, startStack, until } from '../lib/stack.mjs';
import { openSite, row, rows } from './lib/page.mjs';

const ATTACKER = '203.0.113.66';
const stack = await startStack({ bantime: 600 });
after(() => stack.stop());
const site = await openSite(stack);
after(() => site.close());
const page = await site.page();
const banned = async () => (await stack.fail2ban('get', 'sshd', 'banip')).split(/\s+/);

test('a fresh installation asks for the code and a password, and signs in', async () => {
	await page.getByRole('heading', { name: 'Set up BanGUI' }).waitFor();
	await site.look(page, 'setup');
	await page.getByLabel('One-time code').fill(stack.env.BANGUI_SETUP_CODE);
	await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await page.getByLabel('Password again').fill(PASSWORD);
	await page.getByRole('button', { name: 'Set password and sign in' }).click();
	await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
});

test('with nothing banned, the page says what that means', async () => {
	await page.getByText('No address is banned').waitFor();
	await page.getByText(/fail2ban \d.* running/).first().waitFor();
	await site.look(page, 'dashboard-empty');
});

test('attack lines become a ban on the page, with its time left', async () => {
	await stack.hit('sshd', ATTACKER);
	await until(async () => (await banned()).includes(ATTACKER), 'fail2ban bans');
	await row(page, ATTACKER).waitFor();
	const [shown] = await rows(page);
	assert.equal(shown.jail, 'sshd');
	assert.match(shown.left, /^9 min \d\d s$/);
});

test('the time left ticks', async () => {
	const left = () => row(page, ATTACKER).locator('.rest').innerText();
	const before = await left();
	await until(async () => (await left()) !== before, 'it ticks', 3000);
});

test('unban in the page lifts the ban in fail2ban', async () => {
	await row(page, ATTACKER).getByRole('button', { name: 'Unban' }).click();
	await page.getByText(`${ATTACKER} is no longer banned in sshd.`).waitFor();
	assert.ok(!(await banned()).includes(ATTACKER), 'fail2ban still lists it');
	assert.equal(await row(page, ATTACKER).count(), 0);
	await page.getByText('No address is banned').waitFor();
});

test('a ban by hand through the API appears by itself', async () => {
	const script = stack.client();
	await script.signIn();
	const answer = await script.post('/api/active-bans', { jail: 'sshd', ips: ['198.51.100.77'] });
	assert.deepEqual(answer.json.results.map((r) => r.outcome), ['banned']);
	await row(page, '198.51.100.77').waitFor();
	assert.ok((await banned()).includes('198.51.100.77'));
});

test('after a reload the page is the same, without signing in again', async () => {
	await page.reload();
	await row(page, '198.51.100.77').waitFor();
	await site.look(page, 'dashboard-one');
});

test('what the operator should know is behind a button', async () => {
	await page.getByRole('button', { name: '1 notice' }).click();
	await page.getByRole('dialog', { name: 'What you should know' }).getByText(/fail2ban's own socket/).waitFor();
	await site.look(page, 'notices');
	await page.keyboard.press('Escape');
	await page.locator('dialog').waitFor({ state: 'detached' });
});
