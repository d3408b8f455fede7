// SPDX-License-Identifier: GPL-2.0-or-later
// Where addresses are: in the table of bans in force, and each on its page.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startStack, until } from '../lib/stack.mjs';
import { makeGeo } from './lib/geo.mjs';
import { hide, openSite, row, rows } from './lib/page.mjs';

const stack = await startStack({ bantime: 3600, settings: makeGeo() });
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();
await stack.fail2ban('set', 'sshd', 'banip', '16.0.0.1', '14.1.2.3', '9.9.9.9', '10.1.2.3', '203.0.113.7', '2a00::1', '17.1.1.1');
await stack.fail2ban('set', 'blocked', 'banip', '11.1.1.1', '21.0.0.9', 'alice');
const site = await openSite(stack);
after(() => site.close());
const page = await site.page();
await site.signIn(page);

/** What a row says of where its address is. @param {string} ip */
const where = (ip) => row(page, ip).locator('.place').innerText();

test('each address shows its country and its network, or why it has none', async () => {
	await row(page, '16.0.0.1').waitFor();
	assert.equal(await where('16.0.0.1'), 'Singapore\nAS64505 Example Data Centre');
	assert.equal(await where('2a00::1'), 'Germany\nAS64506 Example Hosting');
	assert.equal(await where('9.9.9.9'), 'Unknown');
	assert.equal(await where('10.1.2.3'), 'Private');
	assert.equal(await where('203.0.113.7'), 'Documentation');
	assert.equal(await where('alice'), 'Not an address');
	await site.look(page, 'places');
});

/** Addresses on show. */
const shown = async () => (await rows(page)).map((r) => r.ip).sort();

test('following a country lists it alone, and Back lists all again', async () => {
	await row(page, '2a00::1').getByRole('link', { name: 'Germany' }).click();
	await until(async () => (await shown()).join() === '17.1.1.1,2a00::1', 'Germany alone');
	assert.equal(new URL(page.url()).searchParams.get('country'), 'DE');
	await page.locator('.filter').getByText('Germany').waitFor();
	await site.look(page, 'places-country');
	await page.goBack();
	await row(page, '10.1.2.3').waitFor();
	await page.goto(stack.url + '/?asn=64500');
	await until(async () => (await shown()).join() === '11.1.1.1,21.0.0.9', 'one network alone');
	await page.locator('.filter').getByText('AS64500 Example Cloud').waitFor();
	await page.getByRole('link', { name: 'Show all networks' }).click();
	await row(page, '10.1.2.3').waitFor();
	await row(page, '9.9.9.9').getByRole('link', { name: 'Unknown' }).click();
	await until(async () => (await shown()).join() === '9.9.9.9', 'what is unknown alone');
	await page.getByRole('link', { name: 'Show all countries' }).click();
	await row(page, '10.1.2.3').waitFor();
});

test('a country without a ban, and one that is none, say so', async () => {
	await page.goto(stack.url + '/?country=JP');
	await page.getByText('No ban in force matches').waitFor();
	await page.goto(stack.url + '/?country=QQ');
	await page.getByText('This cannot be searched for').waitFor();
	await page.getByRole('button', { name: 'Show all bans' }).click();
	await row(page, '10.1.2.3').waitFor();
});

test('the page of a jail shows them as well', async () => {
	await page.goto(stack.url + '/jails/sshd');
	await row(page, '14.1.2.3').waitFor();
	assert.match(await where('14.1.2.3'), /^India\nAS64503 Example Broadband/);
	await site.axe(page, 'jail');
});

test('what is being looked up says so, and is filled in by the next poll', async () => {
	let told = false;
	await page.route('**/api/active-bans**', async (route) => {
		const answer = await route.fetch({ headers: { ...route.request().headers(), 'if-none-match': '' } }), body = await answer.json();
		for (const b of body.items) if (b.ip === '9.9.9.9') Object.assign(b, told ? { country_code: 'JP', country_name: 'Japan' } : { geo_pending: true });
		told = true;
		await route.fulfill({ response: answer, json: body });
	});
	await page.goto(stack.url + '/?jail=sshd');
	await row(page, '9.9.9.9').getByText('Being looked up…').waitFor();
	await hide(page, true);
	await hide(page, false); // polls at once
	await until(async () => (await where('9.9.9.9')) === 'Japan', 'the poll brings the answer');
	await page.unroute('**/api/active-bans**');
});

// ------------------------------------------------------- the page of an address

const fact = (/** @type {string} */ name) => page.locator('.facts > div').filter({ has: page.locator('dt', { hasText: name }) }).locator('dd').first();
const active = page.locator('table.active tbody tr:not(:has(.skel))');

test('an address leads to its page: where it is, how that is known, what bans it', async () => {
	await page.goto(stack.url + '/');
	await row(page, '16.0.0.1').getByRole('link', { name: '16.0.0.1' }).click();
	await page.getByRole('heading', { name: '16.0.0.1', level: 1 }).waitFor();
	await page.getByText('Banned in 1 jail now.').waitFor();
	assert.equal(await fact('Country').innerText(), 'Singapore');
	assert.equal(await fact('Network').innerText(), 'AS64505 Example Data Centre');
	assert.equal(await fact('Known from').innerText(), 'a MaxMind DB file on this server');
	await page.locator('table.history tbody').getByText('sshd').waitFor({ timeout: 20_000 });
	await site.look(page, 'ip');
	await fact('Country').getByRole('link').click();
	await page.getByRole('heading', { name: 'World map' }).waitFor();
	await page.locator('.filter').getByText('Singapore').waitFor();
	await page.goBack();
});

test('it is unbanned and banned here', async () => {
	await active.getByRole('button', { name: 'Unban 16.0.0.1 from sshd' }).click();
	await page.getByText('16.0.0.1 is no longer banned in sshd.').waitFor();
	await page.getByText('No jail bans it at this moment.').waitFor();
	await page.getByText('Not banned now.').waitFor();
	assert.ok(!(await stack.fail2ban('get', 'sshd', 'banip')).split(/\s+/).includes('16.0.0.1'));
	await page.getByRole('button', { name: 'Ban this address' }).click();
	assert.equal(await page.getByLabel('Addresses or networks').inputValue(), '16.0.0.1');
	await page.locator('dialog').getByLabel('Jail').selectOption('mail');
	await page.locator('dialog .actions .primary').click();
	await active.getByRole('link', { name: 'mail' }).waitFor();
	await site.axe(page, 'banned again');
});

test('an address that was never seen, one that is nowhere, and what is none', async () => {
	await page.goto(stack.url + '/ips/18.5.5.5');
	await page.getByText('Not banned now, and never before as far as the record goes.').waitFor();
	assert.equal(await fact('Country').innerText(), 'France');
	await page.getByText('No ban is on record').waitFor();
	await site.look(page, 'ip-never');
	await page.goto(stack.url + '/ips/10.1.2.3');
	await page.getByText('Addresses of this kind are nowhere', { exact: false }).waitFor();
	assert.equal(await fact('Kind of address').innerText(), 'Private');
	await page.goto(stack.url + '/ips/9.9.9.9');
	await page.getByText('nothing: no file that is configured has it').waitFor();
	await page.goto(stack.url + '/?jail=blocked');
	await row(page, 'alice').getByRole('link', { name: 'alice' }).click();
	await page.getByText('It is not an address, but a text that a filter bans by.').waitFor();
	await active.getByRole('link', { name: 'blocked' }).waitFor();
	await page.locator('table.history tbody').getByText('blocked').waitFor();
});

test('a network has a page as well, with the bans of the network itself', async () => {
	await page.goto(stack.url + '/ips/' + encodeURIComponent('14.0.0.0/8'));
	await page.getByRole('heading', { name: '14.0.0.0/8', level: 1 }).waitFor();
	assert.equal(await fact('Country').innerText(), 'India');
	await page.getByText('Not banned now, and never before as far as the record goes.').waitFor();
});

test('without fail2ban the record is still there', async () => {
	await stack.stopFail2ban();
	await page.goto(stack.url + '/ips/14.1.2.3');
	await page.locator('table.history tbody').getByText('sshd').waitFor();
	await until(async () => (await api.get('/api/ips/14.1.2.3')).json.active === null, 'the server has noticed');
	await hide(page, true);
	await hide(page, false); // polls at once
	await page.locator('.lede').getByText('fail2ban does not answer.').waitFor();
	await page.locator('table.history tbody').getByText('sshd').waitFor();
	assert.ok(await page.getByRole('button', { name: 'Ban this address' }).isDisabled());
	await site.axe(page, 'without fail2ban');
});
