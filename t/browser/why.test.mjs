// SPDX-License-Identifier: GPL-2.0-or-later
// The page of one ban: what led to it, its rule, what came before and after,
// what was done about it, and each state.
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startStack, until } from '../lib/stack.mjs';
import { makeGeo } from './lib/geo.mjs';
import { download, hide, openSite } from './lib/page.mjs';

const ATTACKER = '11.0.0.7';
const HOSTILE = '<img/src=x/onerror=alert(1)>\u202e\u001b[31m';
const stack = await startStack({ bantime: 3600, settings: makeGeo() });
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();

/** A line of a log as sshd writes it, so many seconds ago. @param {number} ago @param {string} user */
function line(ago, user) {
	const [, month, day, , time] = /** @type {string[]} */ (/** @type {unknown} */ (/ (\w+) (\d+) (\d+) ([\d:]+)/.exec(new Date(Date.now() - ago * 1000).toString())));
	return `${month} ${day.padStart(2)} ${time} host sshd[7]: Failed password for invalid user ${user} from ${ATTACKER} port 4711 ssh2\n`;
}
appendFileSync(join(stack.dir, 'log/auth.log'), line(95, 'root') + line(40, HOSTILE) + line(2, 'admin'));
await api.post('/api/active-bans', { jail: 'mail', ips: ['17.0.0.1'], reason: 'by <b>hand</b>' });
await stack.fail2ban('set', 'sshd', 'banip', '11.0.0.8', '11.0.0.9');
const bans = async (/** @type {string} */ search) => (await api.get('/api/bans?range=all&' + search)).json.items;
const [attack] = await until(async () => (await bans('')).length === 4 && bans('ip=' + ATTACKER), 'the archive has them', 30_000);
const [byHand] = await bans('ip=17.0.0.1');

const site = await openSite(stack);
after(() => site.close());
const page = await site.page('/history?range=all');
await site.signIn(page);
const card = (/** @type {string} */ name) => page.getByRole('region', { name });
const why = (/** @type {number | string} */ id) => page.goto(`${stack.url}/bans/${id}`);
const problem = { status: 500, contentType: 'application/problem+json', body: JSON.stringify({ code: 'internal_error', detail: 'Something went wrong here.', request_id: 'request-1' }) };

/** The page with an answer that differs. @param {number} id @param {(ban: any) => any} change */
async function told(id, change) {
	await page.route(`**/api/bans/${id}`, async (/** @type {any} */ route) => {
		const answer = await route.fetch({ headers: { ...route.request().headers(), 'if-none-match': '' } });
		await route.fulfill({ response: answer, json: { ...(await answer.json()), ...change(await answer.json()) } });
	});
	await why(id);
	await page.locator('.log li:not(:has(.skel)), .muted').first().waitFor();
}

test('a ban in a list leads to what led to it', async () => {
	await page.getByRole('link', { name: `Why ${ATTACKER} was banned in sshd` }).click();
	await page.getByRole('heading', { name: `Why ${ATTACKER} was banned`, level: 1 }).waitFor();
	await page.locator('.lede').getByText('for 1 hour').waitFor();
	assert.match(await page.locator('.lede').innerText(), /^Banned in sshd on .* for 1 hour\. It took 3 failures\. In force, \s*59 min/);
	await card('What led to it').getByText('The jail bans after 3 within 10 minutes', { exact: false }).waitFor();
	assert.match(await card('What led to it').locator('p').first().innerText(), /^3 failures in 1 minute 3\d seconds\./);
	assert.equal(await page.locator('.count-line circle').count(), 3);
	await site.look(page, 'why');
});

test('hostile lines are text, with the address marked and what hides written out', async () => {
	const lines = page.locator('.log li');
	assert.equal(await lines.count(), 3);
	assert.match(await lines.nth(1).innerText(), /invalid user <img\/src=x\/onerror=alert\(1\)>\\u202e\\u001b\[31m from 11\.0\.0\.7 port/);
	assert.deepEqual(await lines.nth(1).locator('.odd').allInnerTexts(), ['\\u202e', '\\u001b']);
	assert.deepEqual(await lines.locator('mark').allInnerTexts(), [ATTACKER, ATTACKER, ATTACKER]);
	assert.equal(await page.locator('.log img').count(), 0);
	assert.equal(JSON.parse(await download(page, 'Save what fail2ban wrote')).failures, 3);
});

test('the rule, the neighbours and the provider are told, and lead on', async () => {
	await card('The jail and its rule').getByText('2 that count as a failure').waitFor();
	await card('The jail and its rule').getByText('3 failures within 10 minutes ban for 1 hour.').waitFor();
	const around = card('Around it');
	await around.getByText('3 bans of 11.0.0.0/24').waitFor();
	await around.getByText('3 addresses').waitFor();
	await around.getByRole('link', { name: '3 bans of AS64500 Example Cloud' }).click();
	await page.getByRole('heading', { name: 'Bans & history' }).waitFor();
	await until(async () => (await page.locator('table.history tbody tr:not(:has(.skel))').count()) === 3, 'those of the provider');
	await page.goBack();
	await page.locator('.log').waitFor();
});

test('a ban by hand says so, and who did what', async () => {
	await why(byHand.id);
	await page.getByText('The owner banned it by hand.').waitFor();
	await page.getByText('A ban by hand needs none.').waitFor();
	const act = card('What was done here').locator('li');
	assert.match(await act.innerText(), /^Ban\s+Done\s+Session \d+, /);
	await act.getByText('by <b>hand</b>').waitFor();
	await card('Bans of this address').getByText('It is the only one on record.').waitFor();
	await site.look(page, 'why-by-hand');
});

test('it is unbanned here; bans before and after are beside it', async () => {
	await page.getByRole('button', { name: 'Unban 17.0.0.1 from mail' }).click();
	await page.getByText('17.0.0.1 is no longer banned in mail.').waitFor();
	await page.locator('.lede').getByText('The ban has ended.').waitFor();
	await api.post('/api/active-bans', { jail: 'sshd', ips: ['17.0.0.1'] });
	await until(async () => (await bans('ip=17.0.0.1&jail=sshd')).length === 1, 'the archive has both', 30_000);
	await hide(page, true);
	await hide(page, false); // polls at once
	const rows = card('Bans of this address').locator('tbody tr');
	await rows.filter({ hasText: 'sshd' }).waitFor();
	assert.match(await rows.last().innerText(), /mail/);
	assert.equal(await rows.last().getAttribute('aria-current'), 'true');
	await rows.getByRole('link', { name: 'Why 17.0.0.1 was banned in sshd' }).click();
	await page.locator('.lede').getByText('sshd').waitFor();
	assert.match(await page.locator('tr[aria-current]').innerText(), /sshd/);
	await site.axe(page, 'again');
});

test('an address leads to its bans as well', async () => {
	await page.getByRole('link', { name: 'All of this address' }).click();
	await page.getByRole('link', { name: 'Why 17.0.0.1 was banned in mail' }).click();
	await page.getByRole('heading', { name: 'Why 17.0.0.1 was banned', level: 1 }).waitFor();
	await page.getByText('The owner banned it by hand.').waitFor();
});

test('what is cut, broken, late or unknown is told as that', async () => {
	await told(attack.id, (ban) => ({ matches: ban.matches.map((/** @type {any} */ m, /** @type {number} */ i) => ({ ...m, time: null, text: 'once ' + m.text, truncated: i === 0, escaped: i === 1 })),
		matches_total: 120, matches_complete: false, failures: 150, max_retry: null, find_time_seconds: null, acts: null,
		neighbours: { network: '11.0.0.0/24', bans: 10000, addresses: 900, exact: false, asn: null } }));
	await page.getByText('150 failures.', { exact: true }).waitFor();
	await page.getByText('3 of 120 lines').waitFor();
	await page.getByText('(shortened)').waitFor();
	await page.getByText('there may have been more lines', { exact: false }).waitFor();
	await page.getByText('more than 10,000 bans of 11.0.0.0/24').waitFor();
	await page.getByText('Who may not read the audit log is not shown this.').waitFor();
	assert.equal(await page.locator('.count-line').count(), 0);
	await site.look(page, 'why-partial');
	await page.unrouteAll();
	await told(attack.id, () => ({ matches: [], matches_total: 0, evidence_bytes: 0, neighbours: { network: null, bans: null, addresses: null, exact: true, asn: null } }));
	await page.getByText('No line is kept of it').waitFor();
	await page.getByText('It lies in no network of addresses.').waitFor();
	assert.equal(await page.getByRole('link', { name: 'Save what fail2ban wrote' }).count(), 0);
	await page.unrouteAll();
});

test('a ban that is none says so, and leads back', async () => {
	for (const id of ['999999', 'x', '-1']) {
		await why(id);
		await page.getByText('No such ban is on record').waitFor();
	}
	await site.look(page, 'why-missing');
	await page.getByRole('link', { name: 'Show all bans on record' }).click();
	await page.getByRole('heading', { name: 'Bans & history' }).waitFor();
});

test('while it loads there are grey bars; a failure can be tried again', async () => {
	let open = () => {};
	const gate = new Promise((resolve) => { open = () => resolve(null); });
	await page.route('**/api/bans/*', async (/** @type {any} */ route) => {
		await gate;
		await route.fulfill(problem);
	});
	await why(attack.id);
	await page.locator('.log .skel').first().waitFor();
	await site.axe(page, 'loading');
	open();
	await page.getByRole('button', { name: 'Try again' }).waitFor();
	await hide(page, true); // no poll tries first
	await page.unrouteAll();
	await page.getByRole('button', { name: 'Try again' }).click();
	await page.locator('.log mark').first().waitFor();
});

test('without fail2ban all is there but the rule of today', async () => {
	await stack.stopFail2ban();
	await why(attack.id);
	await page.locator('.log mark').first().waitFor();
	await card('The jail and its rule').getByText('fail2ban does not answer.').waitFor();
	await until(async () => (await page.locator('.count-line .limit').count()) === 0, 'nobody knows the limit');
	await site.axe(page, 'without fail2ban');
});
