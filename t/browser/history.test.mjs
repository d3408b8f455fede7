// SPDX-License-Identifier: GPL-2.0-or-later
// Bans on record: filters in the address, facets that narrow down, columns and
// views that the browser keeps, pages, and each state.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startStack, until } from '../lib/stack.mjs';
import { makeGeo } from './lib/geo.mjs';
import { download, hide, openSite } from './lib/page.mjs';

const stack = await startStack({ bantime: 3600, settings: makeGeo() });
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();
const site = await openSite(stack);
after(() => site.close());
const page = await site.page('/history?range=all');

const rows = page.locator('table.history tbody tr:not(:has(.skel))');
const ips = () => rows.locator('.lead').allInnerTexts();
const shows = (/** @type {(ips: string[]) => boolean} */ fn, /** @type {string} */ what) => until(async () => fn(await ips()), what);
const query = () => new URL(page.url()).searchParams;
const facet = (/** @type {string} */ name) => page.locator('.facet').filter({ has: page.getByRole('heading', { name }) });
const dialog = page.getByRole('dialog');
const problem = { status: 500, contentType: 'application/problem+json', body: JSON.stringify({ code: 'internal_error', detail: 'Something went wrong here.', request_id: 'request-1' }) };
const total = async (/** @type {string} */ search) => (await api.get('/api/bans?' + search)).json.total;

test('before the first ban, the page says what it waits for', async () => {
	await site.signIn(page);
	await page.getByText('No ban is on record yet').waitFor();
	await site.axe(page, 'never');
});

test('every ban is there, the newest first, with what they have in common', async () => {
	await stack.fail2ban('set', 'sshd', 'banip', ...Array.from({ length: 52 }, (_, i) => `11.0.0.${i + 1}`));
	await stack.fail2ban('set', 'mail', 'banip', '12.0.0.1', '17.0.0.1', '2a00::7', '9.9.9.9');
	await api.post('/api/active-bans', { jail: 'mail', ips: ['19.0.0.1'], reason: 'by hand' });
	await until(async () => (await total('range=all')) >= 57, 'the archive has them', 30_000);
	await page.reload();
	await page.getByText('50 of 57 bans').waitFor();
	await facet('Countries').getByRole('link', { name: 'United States' }).waitFor();
	assert.match(await facet('Jails').innerText(), /sshd\s+52\s+mail\s+5/);
	assert.match(await facet('Networks').innerText(), /AS64500 Example Cloud\s+52/);
	await site.look(page, 'history');
});

test('a facet narrows the list down, says so, and leads back', async () => {
	await facet('Jails').getByRole('link', { name: 'mail' }).click();
	await shows((a) => a.length === 5, 'the bans of one jail');
	assert.deepEqual(query().getAll('jail'), ['mail']);
	await facet('Jails').getByRole('link', { name: 'sshd' }).click();
	await shows((a) => a.length === 50, 'those of both');
	assert.deepEqual(query().getAll('jail'), ['mail', 'sshd']);
	await page.getByRole('link', { name: 'Show sshd no longer' }).click();
	await shows((a) => a.length === 5, 'those of one again');
	await facet('Countries').getByRole('link', { name: 'Germany' }).click();
	await shows((a) => a.toSorted().join() === '17.0.0.1,2a00::7', 'of one country as well');
	assert.equal(await facet('Countries').getByRole('link', { name: 'Germany' }).getAttribute('aria-current'), 'true');
	await site.look(page, 'history-narrow');
	await page.goBack();
	await shows((a) => a.length === 5, 'as it was before');
	await facet('Banned by').getByRole('link', { name: 'by hand' }).click();
	await shows((a) => a.length === 5, 'what was banned by hand');
	assert.equal(query().get('origin'), 'manual');
	await page.goto(stack.url + '/history?origin=blocklist');
	await page.getByText('No ban matches').waitFor();
	await page.getByRole('link', { name: 'Show bans by all' }).click();
	await shows((a) => a.length === 50, 'all of them');
});

test('an address finds its bans, and what is none is said', async () => {
	await page.goto(stack.url + '/history');
	await page.getByLabel('Address or network').fill('11.0.0.1');
	await shows((a) => a.join() === '11.0.0.1', 'one address');
	await page.getByLabel('Address or network').fill('11.0.0.0/29');
	await shows((a) => a.length === 7, 'a network');
	await page.getByLabel('Address or network').fill('x');
	await page.getByRole('alert').getByText('Is neither an address nor a network').waitFor();
	await page.getByRole('link', { name: 'Clear all filters' }).click();
	await shows((a) => a.length === 50, 'all of them');
	assert.equal(await page.getByLabel('Address or network').inputValue(), '');
	await page.goto(stack.url + '/history?ip=203.0.113.9');
	await page.getByText('No ban matches').waitFor();
	await site.axe(page, 'no match');
});

const field = page.getByLabel('Query');

test('a question in the query language, and where it is wrong', async () => {
	await page.goto(stack.url + '/history');
	await field.fill('jail:mail (country:DE OR ip:9.9.9.9)');
	await page.keyboard.press('Enter');
	await shows((a) => a.toSorted().join() === '17.0.0.1,2a00::7,9.9.9.9', 'what was asked for');
	assert.match(await facet('Jails').innerText(), /mail\s+3/);
	await field.fill('jail:mail colour:red');
	await page.keyboard.press('Enter');
	await page.locator('#query-error').getByText('Character 11:', { exact: false }).waitFor();
	assert.equal(await page.locator('#query-error mark').innerText(), 'c');
	assert.equal(await field.evaluate((/** @type {HTMLInputElement} */ el) => el.selectionStart), 10);
	await site.look(page, 'history-fault');
	await page.goBack();
	await shows((a) => a.length === 3, 'the question before');
	assert.equal(await field.inputValue(), 'jail:mail (country:DE OR ip:9.9.9.9)');
	await site.look(page, 'history-query');
	await field.fill('');
	await shows((a) => a.length === 50, 'all of them');
	assert.equal(query().get('q'), null);
});

test('what a query may go on with is offered, and taken by the keyboard', async () => {
	await page.goto(stack.url + '/history');
	await field.pressSequentially('country:DE ja');
	const options = page.locator('.completions').getByRole('option');
	await options.filter({ hasText: 'jail:' }).waitFor();
	await page.keyboard.press('ArrowDown');
	assert.equal(await field.getAttribute('aria-activedescendant'), await options.first().getAttribute('id'));
	await page.keyboard.press('Enter');
	await options.filter({ hasText: 'mail' }).waitFor();
	assert.equal(await field.inputValue(), 'country:DE jail:');
	await site.look(page, 'history-completions');
	await field.pressSequentially('m');
	await until(async () => (await options.count()) === 1, 'one is left');
	await page.keyboard.press('Escape');
	await options.waitFor({ state: 'detached' });
	assert.equal(await field.inputValue(), 'country:DE jail:m');
	await field.pressSequentially('a');
	await options.click();
	assert.equal((await field.inputValue()).trim(), 'country:DE jail:mail');
	await options.waitFor({ state: 'detached' });
	await page.keyboard.press('Enter');
	await shows((a) => a.toSorted().join() === '17.0.0.1,2a00::7', 'what was asked for');
});

test('pages lead on and back, and leave the filters alone', async () => {
	await page.goto(stack.url + '/history?jail=sshd');
	await shows((a) => a.length === 50, 'the first page');
	await page.getByRole('link', { name: 'Next page' }).click();
	await shows((a) => a.length === 2, 'the second');
	assert.equal(query().get('jail'), 'sshd');
	await page.getByRole('link', { name: 'Previous page' }).click();
	await shows((a) => a.length === 50, 'the first again');
});

test('bans are put together by where they come from, and one network is listed', async () => {
	await page.goto(stack.url + '/history?range=all');
	await page.getByLabel('Group by').selectOption('Networks /24');
	const groups = page.locator('table.groups tbody tr:not(:has(.skel))');
	await groups.first().getByText('11.0.0.0/24').waitFor();
	assert.match(await groups.first().innerText(), /11\.0\.0\.0\/24\s+52\s+52/);
	await page.getByText('Of 57 bans.').waitFor();
	await site.look(page, 'history-groups');
	await page.getByLabel('Group by').selectOption('Countries');
	await groups.filter({ hasText: 'Germany' }).waitFor();
	await page.goBack();
	await groups.first().getByRole('link').click();
	await shows((a) => a.length === 50, 'the bans of that network');
	assert.deepEqual([query().get('ip'), query().get('group')], ['11.0.0.0/24', null]);
	await page.getByText('50 of 52 bans').waitFor();
});

test('the whole list is downloaded, under its filters', async () => {
	await page.goto(stack.url + '/history?jail=sshd&jail=mail&country=US');
	await rows.first().waitFor();
	assert.equal((await download(page, 'Save as CSV')).trim().split('\r\n').length, 1 + 52);
	assert.equal((await download(page, 'Save as JSON lines')).trim().split('\n').length, 52);
});

test('columns are chosen by the keyboard, and stay chosen', async () => {
	await page.getByRole('button', { name: 'Columns and views' }).focus();
	await page.keyboard.press('Enter');
	await dialog.getByLabel('Ban time').focus();
	await page.keyboard.press('Space');
	await dialog.getByLabel('Failures').uncheck();
	await dialog.getByLabel('Banned by').check();
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	const heads = () => page.locator('table.history th').allInnerTexts();
	assert.deepEqual(await heads(), ['Address', 'Country', 'Jail', 'Banned', 'Ban time', 'Banned by', 'Time left', 'Why?']);
	await page.getByText('1 hour').first().waitFor();
	await page.reload();
	await rows.first().waitFor();
	assert.deepEqual((await heads()).length, 8);
	await site.look(page, 'history-columns');
});

test('views are saved by name, one click away, and deleted', async () => {
	await page.goto(stack.url + '/history?jail=mail&country=DE&cursor=');
	await page.getByRole('button', { name: 'Columns and views' }).click();
	await dialog.getByRole('button', { name: 'Save' }).click();
	await dialog.getByText('Give the view a name.').waitFor();
	await dialog.getByLabel('Save these filters as').fill('<b>Mail</b> \u202efrom Germany');
	await page.keyboard.press('Enter');
	await dialog.getByRole('list', { name: 'Saved views' }).waitFor();
	await site.look(page, 'history-views');
	await dialog.getByRole('button', { name: 'Done' }).click();
	const view = page.getByRole('navigation', { name: 'Saved views' }).getByRole('link');
	assert.equal(await view.innerText(), '<b>Mail</b> \\u202efrom Germany');
	await page.goto(stack.url + '/history?range=7d');
	await shows((a) => a.length === 50, 'all of them');
	assert.equal(await view.getAttribute('aria-current'), null);
	await view.click();
	await shows((a) => a.length === 2, 'what the view shows');
	assert.equal(await view.getAttribute('aria-current'), 'true');
	await page.getByRole('button', { name: 'Columns and views' }).click();
	await dialog.getByRole('button', { name: 'Delete the view' }).click();
	await dialog.getByRole('button', { name: 'Done' }).click();
	await view.waitFor({ state: 'detached' });
});

test('what lies in the browser under our names is input like any other', async () => {
	await page.evaluate(() => {
		localStorage.setItem('bangui.history.views', '{"name":');
		localStorage.setItem('bangui.history.columns', '["nothing"]');
	});
	await page.goto(stack.url + '/history');
	await rows.first().waitFor();
	assert.equal(await page.locator('table.history th').count(), 7);
});

test('while it loads there are grey bars; each part fails in its own place', async () => {
	const failing = { facets: false };
	let open = () => {};
	const gate = new Promise((resolve) => { open = () => resolve(null); });
	await page.route(/\/api\/bans/, async (route) => {
		await gate;
		if (route.request().url().includes('facets') === failing.facets) await route.fulfill(problem);
		else await route.continue();
	});
	await page.goto(stack.url + '/history');
	await page.locator('table.history .skel').first().waitFor();
	await page.locator('.facet .skel').first().waitFor();
	await site.axe(page, 'loading');
	open();
	await page.locator('.card').getByRole('button', { name: 'Try again' }).waitFor();
	await facet('Countries').getByRole('link', { name: 'Malta' }).waitFor();
	await site.axe(page, 'failed');
	await hide(page, true); // no poll tries first
	failing.facets = true;
	await page.getByRole('button', { name: 'Try again' }).click();
	await rows.first().waitFor();
	await page.reload();
	await facet('Networks').getByText('Something went wrong here.').waitFor();
	await rows.first().waitFor();
	await site.axe(page, 'no facets');
	await page.unroute(/\/api\/bans/);
});

test('a gap in the record is shown as one', async () => {
	await page.route('**/api/bans?*', async (route) => {
		const answer = await route.fetch({ headers: { ...route.request().headers(), 'if-none-match': '' } });
		await route.fulfill({ response: answer, json: { ...(await answer.json()), gaps: [{ from: '2026-01-02T00:00:00Z', to: '2026-01-03T12:00:00Z' }] } });
	});
	await page.goto(stack.url + '/history?range=all');
	await page.getByText('nobody knows which bans there were: Jan 2, 2026, 00:00:00 to Jan 3, 2026, 12:00:00', { exact: false }).waitFor();
	await site.axe(page, 'gap');
	await page.unroute('**/api/bans?*');
});

test('keys and the bar of a phone lead here; the facets open by a button', async () => {
	await page.goto(stack.url + '/jails');
	await page.getByRole('heading', { name: 'Jails' }).waitFor();
	await page.keyboard.press('g');
	await page.keyboard.press('b');
	await rows.first().waitFor();
	await page.setViewportSize({ width: 390, height: 844 });
	await page.locator('.bottom').getByRole('link', { name: 'Dashboard' }).click();
	await page.locator('.bottom').getByRole('link', { name: 'History' }).click();
	await rows.first().waitFor();
	assert.ok(!(await facet('Jails').isVisible()));
	await page.getByRole('button', { name: 'Narrow down to' }).click();
	await facet('Jails').getByRole('link', { name: 'mail' }).waitFor();
	await site.look(page, 'history-facets');
});
