// SPDX-License-Identifier: GPL-2.0-or-later
// The audit log on real parts: who did what, filters in the address, pages,
// what an entry holds, and each state.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { PASSWORD, startStack, until } from '../lib/stack.mjs';
import { openSite } from './lib/page.mjs';

const HOSTILE = '<img src=x onerror=alert(1)> \u202egnp.exe';

const stack = await startStack();
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();
const { token } = (await stack.client().post('/api/auth/token', { password: PASSWORD, name: HOSTILE, scopes: ['ban'] })).json;
const many = Array.from({ length: 60 }, (_, i) => `198.51.100.${i + 1}`);
await api.post('/api/active-bans', { jail: 'sshd', ips: many, reason: 'a scan of ports' });
await stack.client().request('POST', '/api/active-bans', { json: { jail: 'mail', ips: ['2001:db8:85a3:8d3:1319:8a2e:370:7348'] }, headers: { Authorization: `Bearer ${token}` } });
await api.post('/api/active-bans', { jail: 'sshd', ips: ['127.0.0.1'] });
await api.delete('/api/active-bans', { jail: 'none', ips: ['198.51.100.7'] });
await stack.client({ from: '127.0.0.9' }).post('/api/auth/login', { password: 'not the password' });

const site = await openSite(stack);
after(() => site.close());
const page = await site.page('/audit');

const rows = page.locator('table.audit tbody tr:not(.detail):not(:has(.skel))');
/** Act and target of each row. */
const acts = () => rows.locator('.lead').allInnerTexts();
const list = async (/** @type {string} */ query) => (await api.get('/api/audit?limit=50&' + query)).json;
const query = () => new URL(page.url()).searchParams;
const shows = (/** @type {(acts: string[]) => boolean} */ fn, /** @type {string} */ what) => until(async () => fn(await acts()), what);
const problem = (/** @type {number} */ status, /** @type {string} */ code, /** @type {string} */ detail) => ({ status, contentType: 'application/problem+json', body: JSON.stringify({ code, detail, request_id: 'request-1' }) });

test('who did what to what, from where and how it went, the last act first', async () => {
	await site.signIn(page);
	await rows.first().waitFor();
	assert.deepEqual((await acts()).slice(0, 5).map((s) => s.replace(/\s+/g, ' ')), [
		'Sign-in', 'Failed sign-in', 'Unban 198.51.100.7', 'Ban 127.0.0.1', 'Ban 2001:db8:85a3:8d3:1319:8a2e:370:7348']);
	assert.deepEqual(await rows.locator('.rest').allInnerTexts().then((x) => x.slice(0, 5)), ['Done', 'Refused', 'Failed', 'Refused', 'Done']);
	const who = await rows.locator('.who').allInnerTexts();
	assert.match(who[1], /^Not signed in\s+127\.0\.0\.9$/);
	assert.match(who[4], /^<img src=x onerror=alert\(1\)> \\u202egnp\.exe\s+127\.0\.0\.1$/);
	await page.getByText('bangui audit verify').waitFor();
	await site.look(page, 'audit');
});

test('an entry opens by the keyboard, and is part of the address', async () => {
	const button = rows.nth(2).getByRole('button');
	await button.focus();
	await page.keyboard.press('Enter');
	const detail = page.locator('tr.detail');
	await detail.waitFor();
	assert.equal(await button.getAttribute('aria-expanded'), 'true');
	assert.equal(await detail.getAttribute('id'), await button.getAttribute('aria-controls'));
	const facts = await detail.locator('dt').allInnerTexts();
	assert.deepEqual(facts, ['Time', 'Jail', 'Error', 'From', 'Request', 'Entry']);
	assert.match(await detail.locator('code').innerText(), /^[0-9a-f]{32}$/);
	await site.look(page, 'audit-open');
	await page.reload();
	await detail.waitFor();
	await rows.nth(2).getByRole('button').click();
	await detail.waitFor({ state: 'detached' });
	assert.equal(query().get('open'), null);
});

test('filters stand in the address, Back undoes them, and a link repeats them', async () => {
	await page.getByLabel('Outcome').selectOption('refused');
	await shows((a) => a.length === 2, 'what was refused');
	await page.getByLabel('What', { exact: true }).selectOption('ban');
	await shows((a) => a.length === 1, 'the ban that was refused');
	assert.deepEqual([query().get('action'), query().get('outcome')], ['ban', 'refused']);
	await page.goBack();
	await shows((a) => a.length === 2, 'what was refused');
	await page.goto(stack.url + '/audit?range=all&ip=127.0.0.9');
	await shows((a) => a.join() === 'Failed sign-in', 'the acts from an address');
	assert.equal(await page.getByLabel('From address').inputValue(), '127.0.0.9');
	await page.goto(stack.url + '/audit?target=198.51.100.7');
	await shows((a) => a.length === 2, 'what was done to an address');
	await page.getByLabel('Done to').fill('198.51.100.6*');
	await shows((a) => a.length === 2 && a.every((x) => x.includes('198.51.100.6')), 'what begins so');
	assert.equal(query().get('target'), '198.51.100.6*');
});

test('one actor is listed by a link, and all of them again', async () => {
	await page.goto(stack.url + '/audit');
	await rows.nth(4).locator('.who a').click();
	await shows((a) => a.length === 1, 'the acts of one token');
	assert.match(query().get('actor') || '', /^token:\d+$/);
	await page.getByRole('link', { name: 'Show the acts of everybody' }).click();
	await shows((a) => a.length === 50, 'the acts of everybody');
	await page.getByLabel('Who', { exact: true }).selectOption('nobody');
	await shows((a) => a.includes('Failed sign-in') && !a.some((x) => x.startsWith('Unban')), 'who had not signed in');
});

test('pages lead on and back, and a cursor of nothing begins again', async () => {
	await page.goto(stack.url + '/audit?action=ban');
	await page.getByText('50 of 62 entries').waitFor();
	const first = await acts();
	await page.getByRole('link', { name: 'Next page' }).click();
	await shows((a) => a.length === 12, 'the rest');
	await page.getByRole('link', { name: 'Previous page' }).click();
	await shows((a) => a.join() === first.join(), 'the first page again');
	await page.goto(stack.url + '/audit?action=ban&cursor=nonsense');
	await shows((a) => a.join() === first.join(), 'the first page');
	assert.equal(query().get('cursor'), null);
});

test('two times stand in place of a range', async () => {
	const { at } = (await list('action=unban')).items[0];
	await page.goto(stack.url + `/audit?from=${at}&action=unban`);
	await shows((a) => a.length === 1, 'the one since then');
	await page.getByText('Since', { exact: false }).waitFor();
	assert.equal(await page.getByRole('radio', { checked: true, name: /days|hours|year|All/ }).count(), 0);
	await page.getByRole('link', { name: 'Show no special time' }).click();
	assert.ok(await page.getByRole('radio', { name: '30 days' }).isChecked());
	await page.goto(stack.url + '/audit?from=2001-01-01T00:00:00Z&to=2001-01-02T00:00:00Z');
	await page.getByText('No entry matches').waitFor();
	await site.look(page, 'audit-empty');
	await page.getByRole('link', { name: 'Clear all filters' }).click();
	await rows.first().waitFor();
	assert.ok(await page.getByRole('radio', { name: 'All' }).isChecked());
});

test('what cannot be asked is said at its field', async () => {
	await page.getByLabel('From address').fill('203.0.113.999');
	await page.getByRole('alert').getByText('Is neither an address nor a network').waitFor();
	assert.equal(await page.getByLabel('From address').getAttribute('aria-invalid'), 'true');
	await site.look(page, 'audit-wrong');
	await page.getByLabel('From address').fill('');
	await rows.first().waitFor();
});

test('all pages are saved as a file, and that is an entry', async () => {
	await page.goto(stack.url + '/audit?action=ban');
	const link = page.getByRole('link', { name: 'Save as CSV' });
	const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
	assert.match(file.suggestedFilename(), /^bangui-audit-\d{4}-\d\d-\d\d\.csv$/);
	const lines = readFileSync(await file.path(), 'utf8').split('\r\n');
	assert.equal(lines.filter((line) => line.includes(',ban,')).length, 62);
	assert.equal(await link.getAttribute('href'), '/api/export/audit.csv?range=30d&action=ban');
	await page.goto(stack.url + '/audit?action=audit_exported');
	await shows((a) => a.join() === 'Audit log exported', 'the entry');
	await rows.first().getByRole('button').click();
	await page.locator('tr.detail').getByText('range=30d&action=ban').waitFor();
});

test('new entries appear by themselves', async () => {
	await page.goto(stack.url + '/audit?action=unban_all');
	await page.getByText('No entry matches').waitFor();
	await api.delete('/api/active-bans/all', { confirm: 'unban all' });
	await shows((a) => a.join() === 'Unban all', 'the new one');
});

test('while it loads there are grey bars; what fails, or is forbidden, says so', async () => {
	let open = () => {};
	const gate = new Promise((resolve) => { open = () => resolve(null); });
	await page.route('**/api/audit*', async (route) => {
		await gate;
		await route.fulfill(problem(500, 'internal_error', 'Something went wrong here.'));
	});
	await page.goto(stack.url + '/audit');
	await page.locator('table.audit .skel').first().waitFor();
	await site.axe(page, 'loading');
	open();
	await page.getByText('Something went wrong here.').waitFor();
	await page.unroute('**/api/audit*');
	await page.getByRole('button', { name: 'Try again' }).click();
	await rows.first().waitFor();
	await page.route('**/api/audit*', (route) => route.fulfill(problem(403, 'scope_missing', 'Ask for a token with the scope admin.')));
	await page.goto(stack.url + '/audit');
	await page.getByText('You may not see this').waitFor();
	await site.axe(page, 'forbidden');
	await page.unroute('**/api/audit*');
});

test('on a phone the sheet leads to what the bar has no room for', async () => {
	await page.setViewportSize({ width: 390, height: 844 });
	await page.goto(stack.url + '/audit');
	await page.locator('.bottom').getByRole('button', { name: 'More' }).click();
	await site.axe(page, 'sheet');
	await page.locator('#sheet').getByRole('link', { name: 'Account' }).click();
	await page.getByRole('heading', { name: 'Account' }).waitFor();
	await page.locator('#sheet').waitFor({ state: 'detached' });
	await page.locator('.bottom').getByRole('button', { name: 'More' }).click();
	await page.locator('#sheet').getByRole('link', { name: 'Audit log' }).click();
	await rows.first().waitFor();
	await page.setViewportSize({ width: 1280, height: 860 });
});
