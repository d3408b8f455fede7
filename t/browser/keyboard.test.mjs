// SPDX-License-Identifier: GPL-2.0-or-later
// The page without a pointer: from the sign-in to an unban.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PASSWORD, startStack, until } from '../lib/stack.mjs';
import { openSite, row } from './lib/page.mjs';

const stack = await startStack();
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();
await api.post('/api/active-bans', { jail: 'sshd', ips: ['203.0.113.5'] });
const site = await openSite(stack);
after(() => site.close());
const page = await site.page();
const press = (/** @type {string[]} */ ...keys) => keys.reduce((p, k) => p.then(() => page.keyboard.press(k)), Promise.resolve());
const path = () => new URL(page.url()).pathname;
const named = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') || /** @type {any} */ (document.activeElement)?.innerText);

/** Tab until the focus is on what is named so. @param {RegExp} name */
async function tabTo(name) {
	for (let i = 0; i < 40; i++) {
		await press('Tab');
		if (name.test((await named()) || '')) return;
	}
	assert.fail(`Tab never reached ${name}`);
}

test('the sign-in has the focus in its field', async () => {
	await page.getByLabel('Password').waitFor();
	await page.keyboard.type(PASSWORD);
	await press('Enter');
	await row(page, '203.0.113.5').waitFor();
});

test('the first stop is the way past the navigation', async () => {
	await page.reload();
	await row(page, '203.0.113.5').waitFor();
	await press('Tab');
	assert.equal(await named(), 'Skip to content');
	await press('Enter');
	assert.equal(await page.evaluate(() => document.activeElement?.id), 'content');
	await tabTo(/^Ban addresses$/);
});

test('keys go to pages, and say so in their list', async () => {
	await press('g', 'j');
	await page.getByRole('heading', { name: 'Jails', level: 1 }).waitFor();
	assert.equal(path(), '/jails');
	assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
	await press('g', 'd');
	await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
	await press('?');
	await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
	await site.look(page, 'keys');
	await press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('the slash is the search, and letters typed there are letters', async () => {
	await press('/');
	assert.equal(await page.evaluate(() => document.activeElement?.id), 'search');
	await page.keyboard.type('gj?d');
	assert.equal(path(), '/');
	assert.equal(await page.locator('#search').inputValue(), 'gj?d');
	await page.getByText('No ban in force matches').waitFor();
	await page.locator('#search').fill('');
	await row(page, '203.0.113.5').waitFor();
});

test('from another page the search goes to the dashboard', async () => {
	await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).blur());
	await press('g', 'j');
	await page.getByRole('heading', { name: 'Jails', level: 1 }).waitFor();
	await press('/');
	await page.keyboard.type('203.0.113.5');
	await press('Enter');
	await row(page, '203.0.113.5').waitFor();
	assert.equal(path(), '/');
});

test('an address is banned and unbanned', async () => {
	await page.goto(stack.url + '/');
	await row(page, '203.0.113.5').waitFor();
	await tabTo(/^Ban addresses$/);
	await press('Enter');
	await page.getByLabel('Addresses or networks').waitFor();
	await page.keyboard.type('203.0.113.6');
	await press('Tab');
	await page.keyboard.type('sshd');
	await tabTo(/^Ban 1 address$/);
	await press('Enter');
	await row(page, '203.0.113.6').waitFor();
	await tabTo(/^Unban 203\.0\.113\.6 from/);
	await press('Enter');
	await page.getByText(/^203\.0\.113\.6 is no longer banned/).waitFor();
	await until(async () => /^Unban 203\.0\.113\.5/.test((await named()) || ''), 'the focus goes to the next row');
	await tabTo(/^Ban again$/);
	await press('Enter');
	await page.getByText('203.0.113.6 is banned again', { exact: false }).waitFor();
});

test('the focus is always to be seen', async () => {
	for (let i = 0; i < 25; i++) {
		await press('Tab');
		const seen = await page.evaluate(() => {
			const el = /** @type {Element} */ (document.activeElement);
			const of = el.matches('.seg input') ? /** @type {Element} */ (el.closest('label')) : el;
			return el === document.body || getComputedStyle(of).outlineStyle !== 'none';
		});
		assert.ok(seen, await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 120)));
	}
});

test('every target is at least 24 pixels each way', async () => {
	const small = await page.locator('a, button, input, select').evaluateAll((els) => els.filter((el) => el.checkVisibility() && !el.matches('.skip, .sr, [hidden]')).map((el) => {
		const box = (el.matches('.check input, .seg input') ? /** @type {Element} */ (el.closest('label')) : el).getBoundingClientRect();
		return { html: el.outerHTML.slice(0, 100), w: box.width, h: box.height };
	}).filter((x) => x.w > 1 && (x.w < 24 || x.h < 24)));
	assert.deepEqual(small, []);
});

test('colours follow the choice, and it is kept', async () => {
	const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
	await page.getByRole('radio', { name: 'Dark' }).focus();
	await press('Space');
	assert.equal(await scheme(), 'dark');
	await page.reload();
	assert.equal(await scheme(), 'dark');
	await page.getByRole('radio', { name: 'As the system' }).focus();
	await press('Space');
	assert.equal(await scheme(), 'light dark');
});

test('with forced colours and less motion the page is whole', async () => {
	await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
	await site.look(page, 'forced-colours');
	await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'no-preference' });
});
