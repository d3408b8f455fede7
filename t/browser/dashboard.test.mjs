// SPDX-License-Identifier: GPL-2.0-or-later
// The dashboard's figures, bans over time and rankings: each leads to its
// bans, follows what happens, and fails by itself.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startStack, until } from '../lib/stack.mjs';
import { makeGeo } from './lib/geo.mjs';
import { hide, openSite } from './lib/page.mjs';

const stack = await startStack({ bantime: 3600, settings: makeGeo() });
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();
const site = await openSite(stack);
after(() => site.close());
const page = await site.page();
await site.signIn(page);

const card = (/** @type {string} */ name) => page.getByRole('region', { name, exact: true });
const trend = card('Bans over time'), bars = trend.getByRole('option'), chart = trend.getByRole('listbox');
const tile = (/** @type {string} */ name) => page.locator('.tile').filter({ hasText: name }).locator('.value');
const query = () => new URL(page.url()).searchParams;
const problem = { status: 500, contentType: 'application/problem+json', body: JSON.stringify({ code: 'internal_error', detail: 'Something went wrong here.', request_id: 'request-1' }) };
const polled = async () => {
	await hide(page, true);
	await hide(page, false); // polls at once
};

test('before the first ban there is an empty drawing, and no ranking', async () => {
	await until(async () => (await bars.count()) >= 24, 'an hour a bar');
	await trend.getByText('None.').waitFor();
	assert.equal(await card('Countries').getByText('None in this time.').count(), 1);
	assert.equal(await tile('New bans').innerText(), '0');
	await site.axe(page, 'empty');
});

test('what happens appears by itself, and what was scrolled to stays', async () => {
	await stack.fail2ban('set', 'sshd', 'banip', ...Array.from({ length: 12 }, (_, i) => `11.0.0.${i + 1}`), '12.0.0.1', '17.0.0.1');
	await stack.fail2ban('set', 'mail', 'banip', '12.0.0.2', '16.0.0.1', '18.0.0.1', '19.0.0.1', '20.0.0.1');
	await page.evaluate(() => scrollTo(0, 120));
	const first = await chart.elementHandle();
	await until(async () => (await tile('New bans').innerText()) === '19', 'the figure', 40_000);
	await until(async () => (await bars.last().getAttribute('aria-label') || '').endsWith(': 19 bans'), 'the bar');
	await card('Countries').getByRole('link', { name: 'United States' }).waitFor();
	assert.ok(await first.evaluate((/** @type {any} */ el) => el.isConnected), 'the drawing was put in anew');
	assert.equal(await page.evaluate(() => scrollY), 120);
	await page.evaluate(() => scrollTo(0, 0));
	await site.look(page, 'dashboard');
});

test('each line of a ranking leads to its bans', async () => {
	assert.match(await card('Jails').innerText(), /sshd\s+14\s+73\.7%\s+mail\s+5/);
	for (const [name, link, key, value] of [['Countries', 'United States', 'country', 'US'], ['Jails', 'mail', 'jail', 'mail'],
		['Networks', 'AS64500 Example Cloud', 'asn', '64500']]) {
		await card(name).getByRole('link', { name: link }).click();
		await page.getByRole('heading', { name: 'Bans & history' }).waitFor();
		assert.deepEqual([query().get(key), query().get('range')], [value, '24h']);
		await page.goBack();
	}
	const first = card('Addresses').locator('li a').first(), ip = await first.locator('.name').innerText();
	await first.click();
	await page.locator('table.history tbody tr:not(:has(.skel))').waitFor();
	assert.equal(query().get('ip'), ip);
	await page.goBack();
	await bars.first().waitFor();
});

test('a ban in force tells when it was made, which leads to why', async () => {
	const when = page.locator('table.bans td.when a').first();
	await when.waitFor();
	assert.equal(await when.getAttribute('title'), 'Why?');
	await when.click();
	await page.waitForURL(/\/bans\/\d+$/);
	await page.goBack();
	await bars.first().waitFor();
});

test('networks are ranked by AS, or by how many addresses of a range were banned', async () => {
	const networks = card('Networks');
	await networks.getByLabel('Networks by').selectOption('/24');
	const first = networks.getByRole('listitem').first();
	await first.getByText('11.0.0.0/24').waitFor();
	assert.match(await first.innerText(), /12 addresses/);
	await site.look(page, 'dashboard-networks');
	assert.match(await networks.getByRole('link', { name: 'Show all: Networks' }).getAttribute('href'), /group=24/);
	assert.match(await first.getByRole('link').getAttribute('href'), /\/history\?range=24h&ip=11\.0\.0\.0%2F24$/);
	await networks.getByLabel('Networks by').selectOption('AS');
	await networks.getByRole('link', { name: /AS64500/ }).waitFor();
});

test('the bars are gone through by keys, and one leads to its bans', async () => {
	await chart.focus();
	await trend.locator('.map-tip').getByText('19 bans').waitFor();
	await trend.locator('.map-tip').getByText('sshd 14').waitFor();
	await page.keyboard.press('ArrowLeft');
	await trend.locator('.map-tip').getByText('0 bans').waitFor();
	await page.keyboard.press('End');
	await page.keyboard.press('Enter');
	await page.getByText('19 bans', { exact: true }).first().waitFor();
	assert.match(query().get('from') || '', /^\d{4}-\d\d-\d\dT\d\d:00:00Z$/);
	await page.goBack();
	await bars.first().waitFor();
	const box = await bars.last().boundingBox();
	await page.mouse.click(box.x + box.width / 2, box.y + 20);
	await page.getByRole('heading', { name: 'Bans & history' }).waitFor();
	await page.goBack();
});

test('the range is the address of the page; the same figures are a table', async () => {
	await trend.getByLabel('30 days', { exact: true }).check();
	await until(async () => query().get('range') === '30d' && (await bars.count()) >= 30, 'a day a bar');
	await trend.getByRole('button', { name: 'Show as table' }).click();
	await until(async () => /19$/.test((await trend.locator('tbody tr').first().innerText()).trim()), 'today is first');
	await site.look(page, 'dashboard-table');
	await trend.getByRole('button', { name: 'Show as chart' }).click();
	await page.reload();
	await until(async () => (await bars.count()) >= 30, 'still a day a bar');
});

test('a gap is drawn and told, and a figure is compared with what is known', async () => {
	await page.route('**/api/stats/trend?*', async (/** @type {any} */ route) => {
		const answer = await route.fetch({ headers: { ...route.request().headers(), 'if-none-match': '' } }), body = await answer.json();
		const before = route.request().url().includes('from='), at = (/** @type {number} */ i) => body.buckets[i].start;
		await route.fulfill({ response: answer, json: { ...body, oldest: '2020-01-01T00:00:00Z', total: before ? 10 : body.total, gaps: before || !gap ? [] : [{ from: at(3), to: at(9) }] } });
	});
	let gap = false;
	await page.goto(stack.url + '/');
	await page.getByText('+90.0% on the time before').waitFor();
	gap = true;
	await polled();
	await trend.getByText('Hatched: a time of which nobody knows', { exact: false }).waitFor();
	assert.match(await bars.nth(4).getAttribute('aria-label') || '', /Not all are known/);
	assert.equal(await page.getByText('on the time before').count(), 0);
	await site.look(page, 'dashboard-gap');
	await page.unrouteAll();
});

test('each part fails in its own place; a hidden tab asks nothing', async () => {
	await page.route(/\/api\/stats\/(trend|ranges)/, (/** @type {any} */ route) => route.fulfill(problem));
	await page.goto(stack.url + '/?range=7d');
	await trend.getByRole('button', { name: 'Try again' }).waitFor();
	await card('Networks').getByText('Something went wrong here.').waitFor();
	await card('Countries').getByRole('link', { name: 'United States' }).waitFor();
	await site.axe(page, 'failed');
	await hide(page, true);
	await page.unrouteAll();
	await trend.getByRole('button', { name: 'Try again' }).click();
	await bars.first().waitFor();
	let asked = 0;
	page.on('request', () => asked++);
	await page.waitForTimeout(5500); // longer than a poll takes to come
	assert.equal(asked, 0);
});
