// SPDX-License-Identifier: GPL-2.0-or-later
// What the gate's level does not allow is not offered, and the page says why.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startStack, until } from '../lib/stack.mjs';
import { openSite, row } from './lib/page.mjs';

const IP = '203.0.113.7';
const stack = await startStack({ bantime: 3600, gate: true, level: 'observe' });
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();
await stack.fail2ban('set', 'sshd', 'banip', IP, '203.0.113.8');
await stack.fail2ban('set', 'mail', 'banip', IP);
const { id } = await until(async () => (await api.get('/api/bans?range=all&jail=sshd&ip=' + IP)).json.items[0], 'the archive has it', 30_000);

const site = await openSite(stack);
after(() => site.close());
const page = await site.page();
await site.signIn(page);
const acts = () => page.getByRole('button', { name: /^(Ban |Unban|Lift|Pause|Stop|Reload|Start|Change settings|Add$)/ });
const choices = () => page.getByRole('checkbox');
const why = () => page.getByText('BanGUI may only look at fail2ban here. The server’s administrator can change that: gate.conf(5).');

/** Each page with acts, what is there once it has been drawn, and how many acts. @type {Record<string, [string, () => any, number]>} */
const PAGES = {
	dashboard: ['/', () => row(page, '203.0.113.8'), 4],
	jails: ['/jails', () => page.locator('.jail-card').first().getByText('Running'), 6 * 3 + 2],
	settings: ['/jails/sshd?tab=settings', () => page.getByText('Encoding of logs'), 5],
	jail: ['/jails/sshd', () => row(page, '203.0.113.8'), 3],
	address: ['/ips/' + IP, () => page.locator('table.active tbody tr').nth(1), 4],
	ban: ['/bans/' + id, () => page.locator('.lede').getByText('In force', { exact: false }), 1],
};

for (const [name, [path, drawn]] of Object.entries(PAGES)) {
	test(`at observe nothing can be done on the page of: ${name}`, async () => {
		await page.goto(stack.url + path);
		await drawn().waitFor();
		await why().waitFor();
		assert.equal(await acts().count(), 0);
		assert.equal(await choices().count(), 0);
		await page.setViewportSize({ width: 390, height: 844 }); // cards in place of tables
		assert.equal(await acts().count(), 0);
		assert.equal(await choices().count(), 0);
		await page.setViewportSize({ width: 1280, height: 860 });
		if (name === 'dashboard' || name === 'address') await site.look(page, 'level-' + name);
	});
}

test('a list of no bans offers none either', async () => {
	await page.goto(stack.url + '/jails/ftp');
	await page.getByText('This jail bans no address').waitFor();
	await why().waitFor();
	assert.equal(await acts().count(), 0);
	assert.equal(await page.getByText('by hand').isVisible(), false);
});

test('until the level is known nothing comes and goes', async () => {
	/** @type {() => void} */
	let release = () => {};
	const held = new Promise((done) => (release = () => done(undefined)));
	await page.route('**/api/status', async (/** @type {any} */ route) => {
		await held;
		await route.continue();
	});
	await page.goto(stack.url);
	await row(page, IP).first().waitFor();
	assert.equal(await acts().count(), 0);
	assert.equal(await why().count(), 0);
	assert.ok(await page.locator('.page-head .btn.primary').boundingBox(), 'its place is kept');
	release();
	await why().waitFor();
	await page.unroute('**/api/status');
	await page.getByRole('button', { name: 'notice' }).click();
	await page.getByText('BanGUI may only look', { exact: true }).waitFor();
});

test('without a gate another manual page is named', async () => {
	await page.route('**/api/status', async (/** @type {any} */ route) => {
		const answer = await route.fetch({ headers: { ...route.request().headers(), 'if-none-match': '' } });
		await route.fulfill({ response: answer, json: { ...(await answer.json()), gate: { mode: 'direct', level: 'observe' } } });
	});
	await page.goto(stack.url);
	await page.getByText('can change that: bangui.conf(5).').waitFor();
	await page.unroute('**/api/status');
});

test('a script is told which level it needs', async () => {
	const { status, json } = await api.post('/api/active-bans', { jail: 'sshd', ips: ['203.0.113.9'] });
	assert.equal(status, 403);
	assert.equal(json.code, 'feature_disabled');
	assert.match(json.detail, /operate/);
});

test('when the level is raised all is offered, without a reload', async () => {
	await page.goto(stack.url);
	await why().waitFor();
	stack.setLevel('operate');
	await why().waitFor({ state: 'detached', timeout: 30_000 });
	for (const [path, drawn, least] of Object.values(PAGES)) {
		await page.goto(stack.url + path);
		await drawn().waitFor();
		await acts().nth(least - 1).waitFor();
		assert.equal(await why().count(), 0);
	}
});
