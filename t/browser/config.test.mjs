// SPDX-License-Identifier: GPL-2.0-or-later
// fail2ban's configuration: names, files, and values with where they are from.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startStack } from '../lib/stack.mjs';
import { openSite } from './lib/page.mjs';

const stack = await startStack();
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();
const tree = join(stack.dir, 'fail2ban');
mkdirSync(join(tree, 'jail.d'), { recursive: true });
writeFileSync(join(tree, 'jail.d/sshd.local'), '# ours\n[sshd]\nmaxretry = 4\n\tignored <b>x</b>\n');
writeFileSync(join(tree, 'jail.d/new.conf'), '[new]\nenabled = false\nfilter = absent\naction = %(nowhere)s\n');

const site = await openSite(stack);
after(() => site.close());
const page = await site.page('/config');
await site.signIn(page);
const pane = (/** @type {string} */ name) => page.getByRole('region', { name, exact: true });

test('every jail is listed with how it is, what works first', async () => {
	const names = pane('Jails').getByRole('listitem');
	await names.filter({ hasText: 'sshd' }).getByText('Running').waitFor();
	await names.filter({ hasText: 'sshd' }).getByText('changed here').waitFor();
	assert.match(await names.last().innerText(), /new\s+Off/);
	await page.getByText('Pick one from the list').waitFor();
	await site.look(page, 'config');
});

test('a value tells where it is from and what it overrides', async () => {
	await page.getByRole('link', { name: /^sshd/ }).click();
	const values = pane('sshd');
	await values.getByText('instead of').first().waitFor();
	await values.getByRole('link', { name: 'jail.d/sshd.local, line 3' }).waitFor();
	await values.getByText(/values from DEFAULT/).waitFor();
	await values.getByRole('link', { name: 'sample-sshd' }).waitFor();
	await site.look(page, 'config-jail');
});

test('the place of a value leads to its line in the file', async () => {
	await pane('sshd').getByRole('link', { name: /^jail\.conf, line/ }).first().click();
	const line = pane('Files').locator('[aria-current]');
	await line.getByText(/=|\[/).waitFor();
	assert.ok(await line.evaluate((/** @type {HTMLElement} */ e) => {
		const box = /** @type {HTMLElement} */ (e.parentElement).getBoundingClientRect(), own = e.getBoundingClientRect();
		return own.top >= box.top && own.bottom <= box.bottom;
	}), 'it is in sight');
	await pane('Files').getByLabel('File').selectOption('jail.d/sshd.local');
	await pane('Files').getByText('ignored <b>x</b>').waitFor();
});

test('what is missing, and what cannot be worked out, is said', async () => {
	await page.getByLabel('Find by name').fill('NE');
	await page.getByRole('link', { name: 'new' }).click();
	await pane('new').getByText('missing').waitFor();
	await pane('new').getByText('cannot be worked out').waitFor();
	await page.getByText('This value refers to an option that is not there.').waitFor();
	await page.getByLabel('Find by name').fill('nothing of it');
	await page.getByText('Nothing of that name').waitFor();
});

test('filters and actions say who uses them', async () => {
	await page.getByRole('radio', { name: 'Filters' }).check();
	await page.getByRole('link', { name: 'sample-sshd' }).click();
	await pane('sample-sshd').getByText('Used by').waitFor();
	await pane('sample-sshd').getByRole('link', { name: 'sshd', exact: true }).waitFor();
	await pane('sample-sshd').getByText('failregex').waitFor();
	await page.getByRole('radio', { name: 'Actions' }).check();
	await page.getByRole('link', { name: 'record' }).click();
	await pane('record').getByText('actionban').first().waitFor();
	await site.look(page, 'config-action');
});

test('what is not there is said', async () => {
	await page.goto(stack.url + '/config?kind=filters&name=nothing');
	await page.getByText('This is not defined any more').waitFor();
});
