// SPDX-License-Identifier: GPL-2.0-or-later
// The first view as a browser gets it: how much, how often, how still.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startStack, until } from '../lib/stack.mjs';
import { openSite, rows } from './lib/page.mjs';

const BYTES = 60 * 1024;
const REQUESTS = 30;
const stack = await startStack();
after(() => stack.stop());
const api = stack.client();
await api.setUp();
await api.signIn();
await api.post('/api/active-bans', { jail: 'ftp', ips: Array.from({ length: 60 }, (_, i) => `198.18.0.${i + 1}`) });
const site = await openSite(stack);
after(() => site.close());
const page = await site.page();
await site.signIn(page);
await until(async () => (await rows(page)).length === 50, 'the list is there');

/** What loading the page fetched. */
async function load() {
	/** @type {any[]} */
	const got = [];
	const note = (/** @type {any} */ res) => got.push(res);
	page.on('response', note);
	await page.goto('about:blank');
	await page.goto(stack.url);
	await until(async () => (await rows(page)).length === 50, 'the list is there');
	page.off('response', note);
	return got;
}

const session = await site.context.newCDPSession(page);
await session.send('Network.clearBrowserCache');
const first = await load();
const files = first.filter((r) => !new URL(r.url()).pathname.startsWith('/api/'));
const html = await (await fetch(stack.url + '/', { headers: { host: new URL(stack.url).host } })).text();
const named = [...html.matchAll(/(?:href|src)="(\/s\/[^"]+)"/g)].map((m) => m[1]);
/** What the page names, as opposed to what it fetches once it is on show. */
const atOnce = files.filter((r) => ['/', ...named].includes(new URL(r.url()).pathname));

test('it is within its budget of requests and bytes', async (t) => {
	const bytes = (await Promise.all(atOnce.map(async (r) => Number((await r.allHeaders())['content-length'])))).reduce((a, b) => a + b, 0);
	t.diagnostic(`${atOnce.length} files, ${(bytes / 1024).toFixed(1)} KB; then ${files.length - atOnce.length} files; ${first.length - files.length} calls of the API`);
	assert.ok(atOnce.length > 20 && atOnce.length <= REQUESTS, `${atOnce.length} requests`);
	assert.ok(bytes > 0 && bytes <= BYTES, `${bytes} bytes`);
});

test('every file comes compressed, and what has the hash in its name for ever', async () => {
	for (const r of files) {
		const h = await r.allHeaders(), path = new URL(r.url()).pathname;
		assert.equal(h['content-encoding'], 'gzip', path);
		assert.match(h['cache-control'], path.startsWith('/s/') ? /immutable/ : /no-cache/, path);
	}
});

test('all modules are asked for in one round, others only when those are there', async () => {
	const [names, late] = await page.evaluate(() => {
		const own = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType('resource')).filter((e) => e.name.endsWith('.js'));
		const preloaded = [...document.querySelectorAll('link[rel=modulepreload]')].map((l) => /** @type {HTMLLinkElement} */ (l).href);
		const round = own.filter((e) => preloaded.includes(e.name) || e.name.endsWith('boot.js'));
		const firstEnd = Math.min(...round.map((e) => e.responseEnd)), lastEnd = Math.max(...round.map((e) => e.responseEnd));
		return [round.map((e) => e.name), own.filter((e) => (round.includes(e) ? e.startTime > firstEnd + 1000 : e.startTime < lastEnd)).map((e) => e.name)];
	});
	assert.ok(names.length > 20);
	assert.deepEqual(late, []);
});

test('the second time, no file comes over the line but the page itself', async () => {
	await load();
	const transferred = await page.evaluate(() => /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType('resource')).filter((e) => e.name.includes('/s/') && e.transferSize > 0).map((e) => e.name));
	assert.deepEqual(transferred, []);
});

test('nothing moves while it loads, and the polls move nothing', async (t) => {
	await page.addInitScript(() => {
		const w = /** @type {any} */ (globalThis);
		w.shifts = [];
		new PerformanceObserver((list) => w.shifts.push(...list.getEntries().map((e) => /** @type {any} */ (e).value))).observe({ type: 'layout-shift', buffered: true });
		new PerformanceObserver((list) => { w.lcp = list.getEntries().at(-1)?.startTime; }).observe({ type: 'largest-contentful-paint', buffered: true });
	});
	await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
	await load();
	await page.waitForTimeout(6000);
	await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
	const { shifts, lcp } = await page.evaluate(() => ({ shifts: /** @type {any} */ (globalThis).shifts, lcp: /** @type {any} */ (globalThis).lcp }));
	t.diagnostic(`largest paint after ${Math.round(lcp)} ms at a quarter of the speed`);
	assert.deepEqual(shifts.filter((v) => v > 0.001), []);
});
