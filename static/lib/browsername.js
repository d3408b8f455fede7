// SPDX-License-Identifier: GPL-2.0-or-later
// What a browser calls itself, in two words. A guess, for an owner to know
// their own browsers by; nothing hangs on it. Pure.

/** The first that fits names it: most call themselves Chrome and Safari too. @type {[RegExp, string][]} */
const BROWSERS = [[/\bFirefox\//, 'Firefox'], [/\bEdgA?\//, 'Edge'], [/\bOPR\//, 'Opera'], [/\bSamsungBrowser\//, 'Samsung Internet'],
	[/\b(?:Headless)?Chrom(?:e|ium)\//, 'Chrome'], [/\bSafari\//, 'Safari'], [/^curl\//, 'curl']];
/** @type {[RegExp, string][]} */
const SYSTEMS = [[/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bAndroid\b/, 'Android'], [/\bWindows\b/, 'Windows'],
	[/\bMac OS X\b/, 'macOS'], [/\bCrOS\b/, 'ChromeOS'], [/\bLinux\b/, 'Linux']];

/** @param {string} text @param {[RegExp, string][]} table */
const first = (text, table) => table.find(([re]) => re.test(text))?.[1] || '';

/**
 * @param {string | null} agent User-Agent as it was sent
 * @returns {{ browser: string, system: string }} empty where it cannot be told
 */
export function browserName(agent) {
	return { browser: first(agent || '', BROWSERS), system: first(agent || '', SYSTEMS) };
}
