// SPDX-License-Identifier: GPL-2.0-or-later
// Paths to pages, and the query string as the state of a page.
import { createStore, useStore } from './store.js';

/**
 * @typedef {{ path: string, name: string, group?: string, view: any }} Route
 * @typedef {{ route: Route | null, params: Record<string, string> }} Match
 * @typedef {Match & { query: URLSearchParams, path: string }} Location
 */

/**
 * @param {Route[]} routes
 * @returns {(path: string) => Match}
 */
export function createMatcher(routes) {
	const table = routes.map((route) => {
		/** @type {string[]} */
		const keys = [];
		const source = route.path.replace(/:(\w+)/g, (_, k) => (keys.push(k), '([^/]+)'));
		return { route, keys, re: new RegExp('^' + source.replace(/\/$/, '') + '/?$') };
	});
	return (path) => {
		for (const { route, keys, re } of table) {
			const m = re.exec(path);
			if (!m) continue;
			try {
				return { route, params: Object.fromEntries(keys.map((k, i) => [k, decodeURIComponent(m[i + 1])])) };
			} catch {
				break; // a broken % escape is no page of ours
			}
		}
		return { route: null, params: {} };
	};
}

/**
 * A query string with some values changed; an empty value drops its key.
 * @param {string} search
 * @param {Record<string, string | null | undefined>} change
 */
export function changed(search, change) {
	const q = new URLSearchParams(search);
	for (const [k, v] of Object.entries(change)) {
		if (v) q.set(k, v);
		else q.delete(k);
	}
	const s = q.toString();
	return s ? '?' + s : '';
}

let match = createMatcher([]);
export const location = createStore(/** @type {Location} */ ({ route: null, params: {}, query: new URLSearchParams(), path: '' }));
export const useLocation = () => useStore(location);

function sync() {
	const { pathname, search } = window.location;
	location.set({ ...match(pathname), query: new URLSearchParams(search), path: pathname });
}

/**
 * @param {string} href a path of ours
 * @param {{ replace?: boolean }} [opt]
 */
export function go(href, opt = {}) {
	const before = window.location.pathname;
	if (opt.replace) history.replaceState(null, '', href);
	else history.pushState(null, '', href);
	sync();
	if (before !== window.location.pathname) window.scrollTo(0, 0);
}

/**
 * This page with some query values changed.
 * @param {Record<string, string | null | undefined>} change
 */
export const withQuery = (change) => window.location.pathname + changed(window.location.search, change);

/** @param {string} name */
export const jailHref = (name) => '/jails/' + encodeURIComponent(name);
/** @param {string} ip an address or a network */
export const ipHref = (ip) => '/ips/' + encodeURIComponent(ip);

/** @param {MouseEvent} ev */
function onClick(ev) {
	if (ev.defaultPrevented || ev.button || ev.metaKey || ev.ctrlKey || ev.shiftKey || ev.altKey) return;
	const a = /** @type {Element} */ (ev.target).closest?.('a');
	if (!(a instanceof HTMLAnchorElement) || a.target || a.origin !== window.location.origin) return;
	if (a.hash || !match(a.pathname).route) return;
	ev.preventDefault();
	go(a.href);
}

/** @param {Route[]} routes */
export function startRouter(routes) {
	match = createMatcher(routes);
	addEventListener('popstate', sync);
	document.addEventListener('click', onClick);
	sync();
}
