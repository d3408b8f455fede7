// SPDX-License-Identifier: GPL-2.0-or-later
// The world map on real parts: bans that fail2ban made, placed by files of a
// made-up world.
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
const page = await site.page('/map');
const ban = (/** @type {string} */ jail, /** @type {string[]} */ ...ips) => stack.fail2ban('set', jail, 'banip', ...ips);
const byCountry = async (query = 'range=30d') => (await api.get('/api/stats/by-country?' + query)).json;

const map = page.getByRole('listbox');
const option = (/** @type {string} */ name) => map.getByRole('option', { name: new RegExp(`^${name}, `) });
const tip = page.locator('.map-tip');
const query = () => new URL(page.url()).searchParams;
/** The ranking as it stands. */
const ranking = () => page.locator('.rank li a').evaluateAll((/** @type {HTMLElement[]} */ as) => as.map((a) => [/** @type {HTMLElement} */ (a.querySelector('.name')).innerText, Number(/** @type {HTMLElement} */ (a.querySelector('.n')).innerText)]));
const addresses = () => page.locator('table.history tbody tr:not(:has(.skel)) .lead').allInnerTexts();
const problem = { status: 500, contentType: 'application/problem+json', body: JSON.stringify({ code: 'internal_error', detail: 'Something went wrong here.', request_id: 'request-1' }) };

test('before the first ban, the page says what it waits for', async () => {
	await site.signIn(page);
	await page.getByText('No ban is on record yet').waitFor();
	await site.axe(page, 'never');
});

test('bans appear by themselves, in the tones of their counts', async () => {
	await ban('sshd', '11.0.0.1', '11.0.0.2', '11.0.0.3', '11.0.0.4', '11.0.0.5', '11.0.0.6', '12.0.0.1', '12.0.0.2', '12.0.0.3',
		'17.0.0.1', '2a00::7', '16.0.0.1', '19.0.0.1', '20.0.0.1', '9.9.9.9', '10.1.2.3', '203.0.113.7');
	await ban('mail', '11.0.0.1', '12.0.0.1');
	await until(async () => (await byCountry()).total >= 19, 'the archive has them', 30_000);
	await hide(page, true);
	await hide(page, false); // polls at once
	await option('United States').waitFor({ timeout: 20_000 });
	// what is banned twice is banned by jail recidive as well, a little later
	await until(async () => {
		const [first] = (await byCountry()).items;
		return first.bans >= 8 && (await option('United States').getAttribute('aria-label')) === `United States, ${first.bans} bans, number 1`;
	}, 'the map says what the API says');
	assert.equal(await map.getByRole('option').count(), 6);
	const fill = (/** @type {string} */ name) => option(name).locator('path, circle').first().getAttribute('fill');
	assert.match(await fill('United States') || '', /5\)$/, 'the most is in the strongest tone');
	assert.notEqual(await fill('Germany'), await fill('United States'));
	await page.getByText('1 is from an unknown country.').waitFor();
	await page.getByText('2 are of private or reserved addresses, which have no country.').waitFor();
	await site.look(page, 'map');
});

test('pointing at a country says its name and its bans, at one without bans as well', async () => {
	await option('Nigeria').hover();
	await tip.getByText('Nigeria').waitFor();
	await tip.getByText('1 ban', { exact: true }).waitFor();
	await page.locator('path.land[data-code=BR]').hover();
	await tip.getByText('Brazil').waitFor();
	await tip.getByText('0 bans').waitFor();
	await page.mouse.move(1, 1);
	await tip.waitFor({ state: 'detached' });
});

test('arrows walk by rank, Enter lists the bans of a country, and Back lists all', async () => {
	await map.focus();
	await tip.getByText('United States').waitFor();
	await page.keyboard.press('ArrowRight');
	await tip.getByText('China').waitFor();
	await page.keyboard.press('End');
	await page.keyboard.press('Home');
	await page.keyboard.press('ArrowDown');
	assert.equal(await map.getAttribute('aria-activedescendant'), await option('China').getAttribute('id'));
	await page.locator('.ring.focus').waitFor();
	await page.keyboard.press('Enter');
	await until(async () => (await addresses()).every((ip) => ip.startsWith('12.')) && (await addresses()).length > 3, 'the bans of China alone');
	assert.equal(query().get('country'), 'CN');
	assert.equal(await option('China').getAttribute('aria-selected'), 'true');
	await page.locator('.filter').getByText('China').waitFor();
	assert.equal(await page.locator('.rank [aria-current]').innerText().then((s) => s.includes('China')), true);
	await site.look(page, 'map-country');
	await page.goBack();
	await until(async () => (await addresses()).length > 4, 'all of them');
});

test('a state too small to see is a dot that can be pointed at', async () => {
	const dot = option('Singapore').locator('.reach');
	const box = await dot.boundingBox();
	assert.ok(box && box.width >= 23 && box.height >= 23, JSON.stringify(box));
	await dot.click();
	await until(async () => (await addresses()).join() === '16.0.0.1', 'the one ban of Singapore');
	await page.getByRole('link', { name: 'Show all countries' }).click();
	await until(async () => (await addresses()).length > 4, 'all of them');
});

test('what has no country can be listed as well', async () => {
	await page.getByRole('link', { name: '1 is from an unknown country.' }).click();
	await until(async () => (await addresses()).join() === '9.9.9.9', 'the one that nobody knows');
	await page.goBack();
	await until(async () => (await addresses()).length > 4, 'all of them');
});

test('the table twin holds the figures of the map', async () => {
	await page.getByRole('radio', { name: 'Table' }).check();
	const cells = await page.locator('table.countries tbody tr').evaluateAll((/** @type {HTMLElement[]} */ trs) => trs.map((tr) => [.../** @type {any} */ (tr).cells].map((c) => c.innerText)));
	const { items } = await byCountry();
	assert.deepEqual(cells.map((c) => Number(c[1])), items.map((/** @type {any} */ x) => x.bans));
	assert.deepEqual(cells.map((c) => c[0]).slice(0, 2), ['United States', 'China']);
	assert.equal(query().get('view'), 'table');
	await site.look(page, 'map-table');
	await page.reload();
	await page.locator('table.countries').waitFor();
	await page.getByRole('radio', { name: 'Map' }).check();
	await map.waitFor();
});

test('networks are ranked too, and one of them narrows the map', async () => {
	await page.getByRole('radio', { name: 'Networks' }).check();
	await until(async () => (await ranking())[0]?.[0] === 'AS64500 Example Cloud', 'networks');
	await page.getByRole('link', { name: /AS64501 Example Telecom/ }).click();
	await until(async () => (await map.getByRole('option').count()) === 1, 'China alone is on the map');
	assert.equal(query().get('asn'), '64501');
	await page.locator('.filter').getByText('AS64501 Example Telecom').waitFor();
	await site.axe(page, 'networks');
	await page.getByRole('link', { name: 'Show all networks' }).click();
	await until(async () => (await map.getByRole('option').count()) === 6, 'all countries are');
});

test('the range is the address of the page, and Back takes it back', async () => {
	await page.goto(stack.url + '/map');
	await option('Malta').waitFor();
	const asked = page.waitForRequest((r) => /by-country\?range=24h/.test(r.url()));
	await page.getByRole('radio', { name: '24 hours' }).check();
	await asked;
	assert.equal(query().get('range'), '24h');
	await page.goBack();
	assert.ok(await page.getByRole('radio', { name: '30 days' }).isChecked());
	await page.goto(stack.url + '/map?range=24h&asn=1');
	await page.getByText('No ban in this time').waitFor();
	await page.getByRole('link', { name: 'Show everything on record' }).click();
	await option('Malta').waitFor();
	assert.ok(await page.getByRole('radio', { name: 'All' }).isChecked());
});

test('while it loads there are grey bars, in the shape of what comes', async () => {
	let open = () => {};
	const gate = new Promise((resolve) => { open = () => resolve(null); });
	await page.route(/\/api\/(stats|bans)/, async (route) => {
		await gate;
		await route.continue();
	});
	await page.goto(stack.url + '/map');
	await page.locator('.rank .skel').first().waitFor();
	await page.locator('.map .land').first().waitFor();
	const before = await page.locator('.map-box').boundingBox();
	await site.axe(page, 'loading');
	open();
	await option('Malta').waitFor();
	const later = await page.locator('.map-box').boundingBox();
	assert.deepEqual(later, before, 'the map moved');
	assert.equal(await page.locator('.skel').count(), 0);
	await page.unroute(/\/api\/(stats|bans)/);
});

test('what fails says so in its own place, and can be tried again', async () => {
	await page.route('**/api/stats/by-country*', (route) => route.fulfill(problem));
	await page.goto(stack.url + '/map');
	await page.locator('.map-card').getByText('Something went wrong here.').waitFor();
	await page.locator('table.history').waitFor();
	await page.unroute('**/api/stats/by-country*');
	await page.locator('.map-card').getByRole('button', { name: 'Try again' }).click();
	await option('Malta').waitFor();
});

test('without the outlines there is still the table', async () => {
	await page.route('**/data/world.json', (route) => route.abort());
	await page.goto(stack.url + '/map');
	await page.getByText('The map could not be fetched', { exact: false }).waitFor();
	await page.unroute('**/data/world.json');
	await page.locator('.map-card').getByRole('button', { name: 'Try again' }).click();
	await option('Malta').waitFor();
});

test('what the server lacks or does is said where it matters', async () => {
	let change = (/** @type {any} */ status) => { status.geoip = { source: 'none', country_db: null, asn_db: null, http_fallback: false }; };
	await page.route('**/api/status', async (route) => {
		const answer = await route.fetch({ headers: { ...route.request().headers(), 'if-none-match': '' } }), body = await answer.json();
		change(body);
		await route.fulfill({ response: answer, json: body });
	});
	await page.goto(stack.url + '/map');
	await page.getByText('BanGUI does not know where addresses are').waitFor();
	await site.axe(page, 'no file');
	change = ({ warnings }) => void warnings.push({ code: 'geo_http_fallback', detail: 'They do.' }, { code: 'history_unavailable', detail: 'It is off.' }, { code: 'new_one', detail: 'New.' });
	await page.reload();
	await page.getByText('Addresses leave this server unencrypted').waitFor();
	await page.getByText('New bans are not put on record').waitFor();
	await page.goto(stack.url + '/');
	await page.getByRole('button', { name: '4 notices' }).click();
	const dialog = page.getByRole('dialog', { name: 'What you should know' });
	await dialog.getByText('BanGUI is as good as root').waitFor();
	await dialog.getByText('New bans are not put on record').waitFor();
	await dialog.getByText('New.', { exact: true }).waitFor();
	await site.axe(page, 'notices');
	await page.unroute('**/api/status');
});

test('keys and the bar of a phone lead here', async () => {
	await page.goto(stack.url + '/');
	await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
	await page.keyboard.press('g');
	await page.keyboard.press('m');
	await option('Malta').waitFor();
	await page.setViewportSize({ width: 390, height: 844 });
	await page.locator('.bottom').getByRole('link', { name: 'Dashboard' }).click();
	await page.locator('.bottom').getByRole('link', { name: 'World map' }).click();
	await option('Malta').waitFor();
	await page.setViewportSize({ width: 1280, height: 860 });
});

test('with forced colours the map is whole', async () => {
	await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
	await site.look(page, 'map-forced-colours');
	await page.emulateMedia({ forcedColors: 'none' });
});

test('fail2ban stopped: what is on record goes on', async () => {
	await stack.stopFail2ban();
	await page.goto(stack.url + '/map');
	await option('Malta').waitFor();
	await page.getByRole('alert').getByText('fail2ban does not answer').waitFor({ timeout: 20_000 });
	await option('Malta').locator('.reach').click();
	await until(async () => (await addresses()).join() === '19.0.0.1', 'the one ban of Malta');
	await site.look(page, 'map-offline');
});
