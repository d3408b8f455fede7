// SPDX-License-Identifier: GPL-2.0-or-later
// What a query may go on with, asked a moment after the last key.
import { useEffect, useRef, useState } from '../vendor/preact.js';
import { request } from './api.js';

/**
 * @typedef {{ insert: string, label: string | null, count: number | null }} Completion
 * @typedef {{ items: Completion[], from: number, to: number }} Completions from, to: the characters that one takes the place of
 */

const TYPING_MS = 150;
/** @type {Completions} */
const NONE = { items: [], from: 0, to: 0 };

/** A text with a completion in it, and where the cursor is then. @param {string} text @param {Completions} list @param {Completion} item */
export function completed(text, { from, to }, item) {
	const chars = [...text];
	const head = chars.slice(0, from).join('') + item.insert;
	return { text: head + chars.slice(to).join(''), at: head.length };
}

export function useCompletions() {
	const [list, setList] = useState(NONE);
	const run = useRef(/** @type {{ timer: any, abort: AbortController | null }} */ ({ timer: 0, abort: null }));
	const stop = () => {
		clearTimeout(run.current.timer);
		run.current.abort?.abort();
	};
	useEffect(() => stop, []);
	const close = () => {
		stop();
		setList(NONE);
	};
	/** @param {string} text @param {number} at in UTF-16 units, as the browser counts */
	const ask = (text, at) => {
		stop();
		run.current.timer = setTimeout(async () => {
			const abort = run.current.abort = new AbortController();
			const query = new URLSearchParams({ q: text, at: String([...text.slice(0, at)].length) });
			try {
				const { data } = await request('GET', '/bans/completions?' + query, { signal: abort.signal });
				if (!abort.signal.aborted) setList(data);
			} catch { // a help that does not come is none
				if (!abort.signal.aborted) setList(NONE);
			}
		}, TYPING_MS);
	};
	return { list, ask, close };
}
