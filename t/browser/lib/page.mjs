// SPDX-License-Identifier: GPL-2.0-or-later
// A real Chromium at a real stack, for one test file.
//
//	const site = await openSite(stack);
//	after(() => site.close());
//	const page = await site.page();
//	await site.signIn(page);
//	await site.look(page, 'dashboard');
//
// Every page is watched: whatever it writes to the console, be it a report of
// the Content-Security-Policy or a warning, fails the test that closes it.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PASSWORD } from '../../lib/stack.mjs';
import { BUILD, need } from './deps.mjs';

const { chromium } = need('playwright-core');
const AXE = readFileSync(need.resolve('axe-core/axe.js'), 'utf8');
const OUT = join(BUILD, 't/browser/out');
mkdirSync(OUT, { recursive: true });

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync'];
const DESK = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };
const TABLET = { width: 800, height: 1000 };
const ZOOMED = { width: 320, height: 640 }; // 1280 pixels at 400 %
// The browser's own notes on answers that are no success: the page shows them.
const NETWORK = /^Failed to load resource: /;

class Site {
	/** @param {any} stack @param {any} context @param {string} profile */
	constructor(stack, context, profile) {
		this.stack = stack;
		this.context = context;
		this.profile = profile;
		/** @type {string[]} */
		this.complaints = [];
	}

	/** A tab. @param {string} [path] */
	async page(path = '/') {
		const page = await this.context.newPage();
		page.setDefaultTimeout(10_000);
		page.on('console', (/** @type {any} */ m) => NETWORK.test(m.text()) || this.complaints.push(`${m.type()}: ${m.text()}`));
		page.on('pageerror', (/** @type {any} */ e) => this.complaints.push(`uncaught: ${e.stack}`));
		await page.goto(this.stack.url + path);
		return page;
	}

	/** @param {any} page */
	async signIn(page, password = PASSWORD) {
		await page.getByLabel('Password').fill(password);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.locator('.shell').waitFor();
	}

	/**
	 * Look at what is on show: no rule of axe broken in light and dark, nothing
	 * to scroll sideways on a phone or at 400 %, and pictures for people.
	 * @param {any} page @param {string} name
	 */
	async look(page, name) {
		for (const scheme of ['light', 'dark']) {
			await page.emulateMedia({ colorScheme: scheme });
			await page.screenshot({ path: join(OUT, `${name}-${scheme}.png`) });
			await this.axe(page, `${name}, ${scheme}`);
		}
		await page.emulateMedia({ colorScheme: 'light' });
		for (const [what, size] of /** @type {[string, any][]} */ ([['phone', PHONE], ['tablet', TABLET], ['zoom', ZOOMED]])) {
			await page.setViewportSize(size);
			await page.screenshot({ path: join(OUT, `${name}-${what}.png`) });
			await this.noSideways(page, `${name}, ${what}`);
			if (what === 'phone') await this.axe(page, `${name}, ${what}`);
		}
		await page.setViewportSize(DESK);
	}

	/** @param {any} page @param {string} what */
	async noSideways(page, what) {
		const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
		assert.ok(over <= 0, `${what}: ${over} pixels too wide`);
	}

	/** @param {any} page @param {string} what */
	async axe(page, what) {
		// The protocol's own world: the page's policy does not concern it.
		if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
		const { violations, passes } = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run(document, {
			runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
		}));
		assert.ok(passes.length > 5, `${what}: axe looked at nothing`);
		assert.deepEqual(violations.map((/** @type {any} */ v) => `${what}: ${v.id}: ${v.nodes.map((/** @type {any} */ n) => n.html.slice(0, 160) + ' ' + (n.any[0]?.message || '')).join(' | ')}`), []);
	}

	/** Nothing was written to a console so far. */
	checkConsole() {
		assert.deepEqual(this.complaints, []);
	}

	async close() {
		await this.context.close();
		rmSync(this.profile, { recursive: true, force: true });
		this.checkConsole();
	}
}

/** @param {any} stack a running stack of t/lib/stack.mjs */
export async function openSite(stack) {
	const profile = mkdtempSync(join(tmpdir(), 'bangui-chromium-'));
	const context = await chromium.launchPersistentContext(profile, {
		executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true, args: FLAGS, viewport: DESK, locale: 'en-GB', timezoneId: 'UTC',
		reducedMotion: 'reduce', // or a colour is judged on its way to another
	});
	return new Site(stack, context, profile);
}

/** Rows of the bans table, as text of its cells. @param {any} page */
export const rows = (page) => page.locator('table.bans tbody tr:not(:has(.skel))').evaluateAll((/** @type {HTMLElement[]} */ trs) => trs.map((tr) => ({
	ip: /** @type {HTMLElement} */ (tr.querySelector('.lead')).innerText,
	jail: /** @type {HTMLElement | null} */ (tr.querySelector('.jail'))?.innerText ?? null,
	left: /** @type {HTMLElement} */ (tr.querySelector('.rest')).innerText,
})));

/** The row of an address. @param {any} page @param {string} ip */
export const row = (page, ip) => page.locator('table.bans tbody tr').filter({ has: page.getByText(ip, { exact: true }) });

/**
 * As if the tab were behind another: polls stop, and none is under way.
 * @param {any} page @param {boolean} on
 */
export async function hide(page, on) {
	await page.evaluate((/** @type {boolean} */ hidden) => {
		Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
		document.dispatchEvent(new Event('visibilitychange'));
	}, on);
	if (on) await page.waitForLoadState('networkidle');
}

/** What a link gives to be kept. @param {any} page @param {string} name */
export async function download(page, name) {
	const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name, exact: true }).click()]);
	return readFileSync(await file.path(), 'utf8');
}
