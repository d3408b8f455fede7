// SPDX-License-Identifier: GPL-2.0-or-later
// The table of bans in force, and the dialog that makes them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startStack, until } from '../lib/stack.mjs';
import { hide, openSite, row, rows } from './lib/page.mjs';

const stack = await startStack({ bantime: 3600 });
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();
const site = await openSite(stack);
after(() => site.close());
const page = await site.page();
await site.signIn(page);

const banned = async (jail) => (await stack.fail2ban('get', jail, 'banip')).split(/\s+/).filter(Boolean);
const ips = async () => (await rows(page)).map((r) => r.ip);
const addresses = page.getByLabel('Addresses or networks');
const openDialog = async () => {
	await page.locator('.page-head').getByRole('button', { name: 'Ban addresses' }).click();
	await addresses.waitFor();
};
const submit = page.locator('dialog .actions .primary');

test('the dialog takes the focus, and says what is wrong by line', async () => {
	await openDialog();
	assert.equal(await addresses.evaluate((el) => el === document.activeElement), true);
	await submit.click();
	await page.getByText('Enter at least one address.').waitFor();
	assert.equal(await page.locator('dialog').getByLabel('Jail').inputValue(), 'bangui-manual');
	assert.equal(await page.locator('dialog').getByLabel('For how long').inputValue(), '86400', 'for good by mistake');
	await addresses.fill('203.0.113.7\nfoo\n300.1.1.1\n203.0.113.7\n198.51.100.0/24');
	await page.getByText('2 of these are no addresses: line 2 “foo” · line 3 “300.1.1.1”').waitFor();
	await page.getByText('2 entries · 198.51.100.0/24 holds 256 addresses · 1 repeated').waitFor();
	await site.look(page, 'ban-invalid');
	await submit.click();
	assert.equal(await page.locator('dialog').count(), 1, 'an invalid list was sent');
});

test('Escape closes it and the focus goes back to its button', async () => {
	await page.keyboard.press('Escape');
	await page.locator('dialog').waitFor({ state: 'detached' });
	assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Ban addresses');
});

test('many at once are banned in the jail that was chosen', async () => {
	await openDialog();
	await addresses.fill('203.0.113.7, 203.0.113.8\n2001:db8::7\n198.51.100.0/24');
	await page.locator('dialog').getByLabel('Jail').selectOption('mail');
	await page.getByText('This jail bans for 4 weeks.').waitFor();
	await page.getByLabel('Reason (optional)').fill('a test');
	await submit.click();
	await page.getByText('4 addresses are banned in mail.').waitFor();
	assert.deepEqual((await banned('mail')).sort(), ['198.51.100.0/24', '2001:db8::7', '203.0.113.7', '203.0.113.8']);
	await row(page, '2001:db8::7').waitFor();
	assert.match((await rows(page))[0].left, /^(28 d 0 h|27 d 23 h)$/);
});

test('each address has its own result', async () => {
	await openDialog();
	await page.locator('dialog').getByLabel('Jail').selectOption('mail');
	await addresses.fill('203.0.113.7\n0.0.0.0\n203.0.113.9');
	await submit.click();
	const result = page.locator('dialog .outcome');
	await result.getByText('was banned already').waitFor();
	await result.getByText('refused').waitFor();
	await page.getByText('2 of 3 addresses are banned now.').waitFor();
	await site.look(page, 'ban-outcome');
	await page.getByRole('button', { name: 'Done' }).click();
	await row(page, '203.0.113.9').waitFor();
});

test('what would lock somebody out is not banned until a sentence is typed', async () => {
	await openDialog();
	await page.locator('dialog').getByLabel('Jail').selectOption('mail');
	await addresses.fill('127.0.0.0/8\n198.18.0.10\n127.0.0.1');
	await submit.click();
	await page.getByText('This could lock you out').waitFor();
	const list = page.locator('dialog .outcome');
	await list.getByText('your own address').first().waitFor();
	await list.getByText('127.0.0.0/8 covers 127.0.0.1').waitFor();
	assert.ok(!(await banned('mail')).includes('198.18.0.10'), 'nothing was banned');
	await site.look(page, 'ban-lock-out');
	const force = page.getByRole('button', { name: 'Ban all the same' });
	assert.ok(await force.isDisabled());
	await page.getByRole('button', { name: 'Change the list' }).click();
	assert.equal(await addresses.inputValue(), '127.0.0.0/8\n198.18.0.10\n127.0.0.1');
	await submit.click();
	await page.getByRole('button', { name: 'Ban the other one' }).click();
	await page.getByText('198.18.0.10 is banned in mail.').waitFor();
	await api.delete('/api/active-bans', { jail: 'mail', ips: ['198.18.0.10'] });
	await openDialog();
	await page.locator('dialog').getByLabel('Jail').selectOption('mail');
	await addresses.fill('127.0.0.1');
	await submit.click();
	const sentence = page.getByLabel('To do it all the same, type: another way in');
	await sentence.fill('another way');
	assert.ok(await force.isDisabled());
	await sentence.fill('Another way in ');
	await force.click();
	await page.getByText('127.0.0.1 is banned in mail.').waitFor();
	await row(page, '127.0.0.1').waitFor();
});

test('a ban has a time of its own, which no jail can exceed, and a reason', async () => {
	await openDialog();
	await addresses.fill('203.0.113.77');
	const dialog = page.locator('dialog'), time = dialog.getByLabel('For how long');
	await dialog.getByLabel('Jail').selectOption('sshd');
	assert.equal(await time.inputValue(), '');
	assert.deepEqual(await time.locator('option[disabled]').evaluateAll((all) => all.map((o) => o.value)), ['86400', '604800', '2592000', '-1']);
	await time.selectOption('other');
	await submit.click();
	await page.getByText('Enter a whole number, at most ten years.').waitFor();
	assert.ok(await dialog.getByLabel('How many').evaluate((el) => el === document.activeElement));
	await dialog.getByLabel('How many').fill('2');
	await page.getByText('This jail lifts its bans sooner.').waitFor();
	await site.look(page, 'ban-time');
	await dialog.getByLabel('Jail').selectOption('bangui-manual');
	await page.getByLabel('Reason (optional)').fill('for <i>two</i> days');
	await submit.click();
	await page.getByText('203.0.113.77 is banned in bangui-manual.').waitFor();
	await row(page, '203.0.113.77').waitFor();
	assert.match((await rows(page)).find((r) => r.ip === '203.0.113.77').left, /^(2 d 0 h|1 d 23 h)$/);
	const past = await until(async () => (await api.get('/api/bans?range=all&ip=203.0.113.77')).json.items[0], 'it is in the archive');
	const why = await site.page('/bans/' + past.id);
	await why.getByText('for 2 days', { exact: false }).waitFor();
	await why.getByText('The owner banned it by hand. Reason: “for <i>two</i> days”.', { exact: false }).waitFor();
	await why.close();
	await api.delete('/api/active-bans', { jail: 'bangui-manual', ips: ['203.0.113.77'] });
});

test('unban can be taken back: a new ban', async () => {
	await row(page, '203.0.113.7').getByRole('button', { name: 'Unban' }).click();
	await page.getByText('203.0.113.7 is no longer banned in mail.').waitFor();
	await site.look(page, 'unbanned');
	assert.ok(!(await banned('mail')).includes('203.0.113.7'));
	await page.getByRole('button', { name: 'Ban again' }).click();
	await page.getByText('203.0.113.7 is banned again', { exact: false }).waitFor();
	assert.ok((await banned('mail')).includes('203.0.113.7'));
	await row(page, '203.0.113.7').waitFor();
});

test('several are chosen and lifted together, over two jails', async () => {
	await api.post('/api/active-bans', { jail: 'sshd', ips: ['198.18.0.1', '198.18.0.2'] });
	await row(page, '198.18.0.2').waitFor();
	for (const ip of ['198.18.0.1', '127.0.0.1', '203.0.113.9']) await page.getByLabel(new RegExp(`^Choose ${ip.replaceAll('.', '\\.')} in`)).check();
	await page.getByText('3 bans chosen').waitFor();
	await site.look(page, 'chosen');
	await page.getByRole('button', { name: 'Unban 3 addresses' }).click();
	await page.getByText('3 addresses are no longer banned.').waitFor();
	await until(async () => !(await ips()).some((ip) => ['198.18.0.1', '127.0.0.1', '203.0.113.9'].includes(ip)), 'they leave the table');
	assert.deepEqual(await banned('sshd'), ['198.18.0.2']);
	assert.equal(await page.locator('.chosen-bar').count(), 0);
});

test('what was lifted meanwhile is said, and is no failure', async () => {
	await hide(page, true); // the table does not learn of it
	await api.delete('/api/active-bans', { jail: 'sshd', ips: ['198.18.0.2'] });
	await row(page, '198.18.0.2').getByRole('button', { name: 'Unban' }).click();
	await page.getByText('The ban of 198.18.0.2 had already ended.').waitFor();
	await hide(page, false);
	await until(async () => !(await ips()).includes('198.18.0.2'), 'it leaves the table');
});

test('the search finds an address, a beginning and a network', async () => {
	// an address banned twice is in jail recidive as well
	const search = page.getByLabel('Find a banned address');
	for (const [text, found] of [['203.0.113.8', ['203.0.113.8']], ['203.0.', ['203.0.113.7', '203.0.113.8']], ['203.0.113.0/24', ['203.0.113.7', '203.0.113.8']], ['2001:db8::/32', ['2001:db8::7']]]) {
		await search.fill(text);
		await until(async () => new URL(page.url()).searchParams.get('ip') === text && JSON.stringify([...new Set(await ips())].sort()) === JSON.stringify(found), text);
	}
	await search.fill('203.0.113.0/99');
	await page.getByText('This cannot be searched for').waitFor();
	await site.look(page, 'bad-search');
	await search.fill('198.18.0.99');
	await page.getByText('No ban in force matches').waitFor();
	await site.look(page, 'no-match');
	await page.getByRole('button', { name: 'Show all bans' }).click();
	await row(page, '198.51.100.0/24').waitFor();
	assert.equal(await search.inputValue(), '');
});

test('jail and order are the address of the page, and Back works', async () => {
	await api.post('/api/active-bans', { jail: 'blocked', ips: ['198.18.0.50'] });
	await page.getByLabel('Jail', { exact: true }).selectOption('blocked');
	await until(async () => (await ips()).join() === '198.18.0.50', 'the jail alone');
	assert.equal((await rows(page))[0].left, 'permanent');
	await page.goBack();
	await row(page, '203.0.113.8').waitFor();
	await page.getByRole('button', { name: 'Address', exact: true }).click();
	await until(async () => (await ips())[0] === '198.18.0.50' && (await ips()).at(-1) === '2001:db8::7', 'sorted as addresses');
	await page.getByRole('columnheader', { name: 'Address' }).and(page.locator('[aria-sort="ascending"]')).waitFor();
	await page.reload();
	await page.getByRole('columnheader', { name: 'Address' }).and(page.locator('[aria-sort="ascending"]')).waitFor();
});

test('a long list has pages that go forth and back', async () => {
	await page.goto(stack.url + '/?jail=ftp&sort=ip');
	const many = Array.from({ length: 120 }, (_, i) => `198.18.0.${i + 1}`);
	assert.equal((await api.post('/api/active-bans', { jail: 'ftp', ips: many })).status, 200);
	await page.getByText('50 of 120 bans').waitFor();
	const seen = new Set(await ips());
	for (const n of [50, 20]) {
		const before = (await ips())[0];
		await page.getByRole('link', { name: 'Next page' }).click();
		await until(async () => (await ips())[0] !== before && (await rows(page)).length === n, 'the next page');
		for (const ip of await ips()) seen.add(ip);
	}
	assert.equal(seen.size, 120);
	await site.look(page, 'last-page');
	await page.getByRole('link', { name: 'Previous page' }).click();
	await until(async () => (await rows(page)).length === 50, 'the page before');
});

test('a cursor that is none begins at the first page', async () => {
	await page.goto(stack.url + '/?jail=ftp&cursor=nonsense');
	await page.getByText('50 of 120 bans').waitFor();
	assert.equal(new URL(page.url()).searchParams.get('cursor'), null);
});

test('after an unban the focus is on the next row', async () => {
	await page.goto(stack.url + '/?jail=ftp&sort=ip');
	await row(page, '198.18.0.1').waitFor();
	const [first, second] = await ips();
	await row(page, first).getByRole('button', { name: 'Unban' }).focus();
	await page.keyboard.press('Enter');
	await until(() => page.evaluate((key) => document.activeElement?.getAttribute('data-unban') === key, 'ftp ' + second), 'the focus moves on');
});
