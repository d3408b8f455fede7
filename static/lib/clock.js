// SPDX-License-Identifier: GPL-2.0-or-later
// One clock for every ticking text: the server's, as far as its Date header
// tells, so that a wrong clock in the browser does not make bans end early.
import { useEffect, useRef, useState } from '../vendor/preact.js';

let offset = 0;
/** @type {Set<() => void>} */
const ticking = new Set();
/** @type {ReturnType<typeof setInterval> | undefined} */
let timer;

/** Unix seconds by the server's clock. */
export const now = () => Math.floor((Date.now() + offset) / 1000);

/** @param {string | null} header value of an answer's Date header */
export function syncClock(header) {
	const server = Date.parse(header || '');
	// The header has whole seconds and the answer travelled: below two seconds
	// a difference means nothing.
	if (server) offset = Math.abs(server - Date.now()) > 2000 ? server - Date.now() : 0;
}

function tick() {
	if (!document.hidden) for (const fn of [...ticking]) fn();
}

/**
 * A text that depends on the time: drawn again only when it has changed.
 * @param {(now: number) => string} text
 */
export function useTick(text) {
	const latest = useRef(text);
	latest.current = text;
	const [, redraw] = useState('');
	useEffect(() => {
		const see = () => redraw(latest.current(now()));
		ticking.add(see);
		if (!timer) timer = setInterval(tick, 1000);
		return () => {
			ticking.delete(see);
			if (ticking.size) return;
			clearInterval(timer);
			timer = undefined;
		};
	}, []);
	return text(now());
}

/** @param {string} iso a time as the API writes it */
export const unix = (iso) => Math.floor(Date.parse(iso) / 1000);
/** The same the other way round. @param {number} unix */
export const iso = (unix) => new Date(unix * 1000).toISOString().slice(0, 19) + 'Z';
