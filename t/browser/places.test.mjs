// SPDX-License-Identifier: GPL-2.0-or-later
// Where addresses are: in the table of bans in force.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startStack, until } from '../lib/stack.mjs';
import { makeGeo } from './lib/geo.mjs';
import { openSite, row } from './lib/page.mjs';

const stack = await startStack({ bantime: 3600, settings: makeGeo() });
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();
await stack.fail2ban('set', 'sshd', 'banip', '16.0.0.1', '14.1.2.3', '9.9.9.9', '10.1.2.3', '203.0.113.7', '2a00::1');
await stack.fail2ban('set', 'blocked', 'banip', '11.1.1.1', 'alice');
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

test('the page of a jail shows them as well', async () => {
	await page.goto(stack.url + '/jails/sshd');
	await row(page, '14.1.2.3').waitFor();
	assert.match(await where('14.1.2.3'), /^India\nAS64503 Example Broadband/);
	await site.look(page, 'places-jail');
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
	await until(async () => (await where('9.9.9.9')) === 'Japan', 'the poll brings the answer');
	await page.unroute('**/api/active-bans**');
});
