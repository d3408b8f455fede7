// SPDX-License-Identifier: GPL-2.0-or-later
// What has been read: one entry a path, shared by everything that shows it.
// Identical requests in flight are one; an older answer never overwrites a
// newer one; what nobody shows any more is no longer waited for.
import { useEffect, useRef, useState } from '../vendor/preact.js';
import { request } from './api.js';

/**
 * @typedef {{ data: any, error: any, loading: boolean, at: number }} State
 *   at: when the data was last known to be right, in ms; 0 for never
 * @typedef {{ signal?: AbortSignal, etag?: string, poll?: boolean }} Options
 * @typedef {(path: string, opt: Options) => Promise<{ data: any, etag: string, notModified: boolean }>} Read
 * @typedef {{ path: string, state: State, etag: string, users: Set<() => void>, live: number,
 *   sent: number, shown: number, flight: { n: number, abort: AbortController, done: Promise<void> } | null }} Entry
 */

const KEEP = 30; // entries nobody shows, for going back without a wait

/**
 * @param {Read} read
 * @param {() => number} [clock] ms
 */
export function createCache(read, clock = Date.now) {
	/** @type {Map<string, Entry>} */
	const entries = new Map();

	/** @param {string} path */
	function entry(path) {
		let e = entries.get(path);
		if (e) return e;
		e = {
			path, etag: '', users: new Set(), live: 0, sent: 0, shown: 0, flight: null,
			state: { data: null, error: null, loading: true, at: 0 },
		};
		entries.set(path, e);
		for (const [key, old] of entries) {
			if (entries.size <= KEEP) break;
			if (!old.users.size && key !== path) entries.delete(key);
		}
		return e;
	}

	/** @param {Entry} e @param {Partial<State>} change */
	function show(e, change) {
		e.state = { ...e.state, ...change };
		for (const fn of [...e.users]) fn();
	}

	/** @param {Entry} e @param {number} n @param {AbortController} abort @param {boolean} poll */
	async function fetchInto(e, n, abort, poll) {
		/** @type {Partial<State>} */
		let change;
		try {
			const res = await read(e.path, { signal: abort.signal, etag: e.state.data ? e.etag : '', poll });
			if (n < e.shown) return;
			change = { error: null, at: clock() };
			if (!res.notModified) {
				e.etag = res.etag;
				change.data = res.data;
			}
		} catch (error) {
			if (abort.signal.aborted || n < e.shown) return;
			change = { error };
		}
		e.shown = n;
		if (e.flight?.n === n) e.flight = null;
		show(e, { ...change, loading: e.flight !== null });
	}

	/**
	 * @param {Entry} e
	 * @param {{ poll?: boolean, again?: boolean }} [opt] again: an answer asked
	 *   for before now would be too old
	 * @returns {Promise<void>}
	 */
	function load(e, { poll = false, again = false } = {}) {
		if (e.flight && !again) return e.flight.done;
		const n = ++e.sent, abort = new AbortController();
		const done = fetchInto(e, n, abort, poll);
		e.flight = { n, abort, done };
		if (!poll) show(e, { loading: true });
		return done;
	}

	const used = () => [...entries.values()].filter((e) => e.users.size);

	return {
		entry,
		load,
		/** Read again what is on show and asked to be kept fresh. */
		poll: () => Promise.all(used().filter((e) => e.live).map((e) => load(e, { poll: true }))),
		/**
		 * Something was changed: read again all that begins so.
		 * @param {string} prefix
		 */
		refresh: (prefix) => Promise.all(used().filter((e) => e.path.startsWith(prefix)).map((e) => load(e, { again: true }))),
		/** Forget everything: the next reader may be somebody else. */
		clear() {
			for (const e of entries.values()) {
				e.flight?.abort.abort();
				e.flight = null;
				e.etag = '';
				e.shown = ++e.sent; // whatever is on its way is too old by now
				show(e, { data: null, error: null, loading: true, at: 0 });
			}
			for (const [path, e] of entries) if (!e.users.size) entries.delete(path);
		},
		/**
		 * @param {string} path
		 * @param {() => void} fn called when the state has changed
		 * @param {boolean} live
		 */
		use(path, fn, live) {
			const e = entry(path);
			e.users.add(fn);
			if (live) e.live++;
			load(e);
			return () => {
				e.users.delete(fn);
				if (live) e.live--;
				if (e.users.size) return;
				e.flight?.abort.abort();
				e.flight = null;
			};
		},
	};
}

export const cache = createCache((path, opt) => request('GET', path, opt));

/** @type {State} */
const NOTHING = { data: null, error: null, loading: false, at: 0 };

/**
 * @param {string | null} path
 * @param {{ live?: boolean }} [opt] live: polled while shown
 */
export function useResource(path, { live = false } = {}) {
	const [, redraw] = useState(0);
	useEffect(() => (path ? cache.use(path, () => redraw((n) => n + 1), live) : undefined), [path, live]);
	const state = path ? cache.entry(path).state : NOTHING;
	const reload = () => void (path && cache.load(cache.entry(path), { again: true }));
	return { ...state, reload };
}

/** The same; what was there is kept on show until the next answer. @param {string} path */
export function useKept(path, { live = true } = {}) {
	const state = useResource(path, { live });
	const last = useRef(/** @type {any} */ (null));
	// 400, 422: the question was wrong, so an earlier answer is none to it.
	const wrong = state.error?.status === 400 || state.error?.status === 422;
	last.current = state.data || (wrong ? null : last.current);
	return { ...state, data: last.current, busy: !state.data && !state.error };
}
