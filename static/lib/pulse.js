// SPDX-License-Identifier: GPL-2.0-or-later
// The page's one poll, and what it tells about the connection: whether BanGUI
// answers, and whether fail2ban answers BanGUI.
import { observe } from './api.js';
import { cache } from './resource.js';
import { createStore } from './store.js';

const EVERY = 5_000;
const SLOWEST = 60_000;
/** Nothing touched for so long: then so slowly. */
const IDLE = [[600_000, 60_000], [120_000, 15_000]];

/**
 * Milliseconds to the next poll.
 * @param {{ idleMs: number, failures: number, retryAfterS: number }} s
 */
export function delay({ idleMs, failures, retryAfterS }) {
	const idle = IDLE.find(([since]) => idleMs >= since);
	const base = idle ? idle[1] : EVERY;
	const backed = Math.min(base * 2 ** Math.min(failures, 6), SLOWEST);
	return Math.max(backed, retryAfterS * 1000);
}

/**
 * lost: BanGUI does not answer; offline: fail2ban does not answer BanGUI;
 * next: when it will be asked again, in ms
 */
export const link = createStore({ lost: false, offline: false, next: 0 });

/** @param {Partial<{ lost: boolean, offline: boolean, next: number }>} change */
function setLink(change) {
	const old = link.get(), next = { ...old, ...change };
	if (old.lost !== next.lost || old.offline !== next.offline || old.next !== next.next) link.set(next);
}

let running = false;
let busy = false;
let missed = false; // since the last poll began, a request got no answer
let failures = 0;
let retryAfterS = 0;
let touched = 0;
let last = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

observe(({ path, status, error }) => {
	if (status === 0) {
		missed = true;
		setLink({ lost: true });
		if (running && !busy) schedule();
		return;
	}
	if (status === 502 || status === 504) setLink({ lost: false, offline: true });
	else if (!error && /^\/(active-bans|jails)/.test(path)) setLink({ lost: false, offline: false });
	else setLink({ lost: false });
	if (status === 429 || status === 503) retryAfterS = error?.retryAfter || 0;
});

/**
 * What GET /status says of fail2ban.
 * @param {boolean} online
 */
export const heard = (online) => setLink({ offline: !online });

function schedule() {
	clearTimeout(timer);
	if (!running || document.hidden) return;
	const ms = delay({ idleMs: Date.now() - touched, failures, retryAfterS });
	retryAfterS = 0;
	setLink({ next: Date.now() + ms });
	timer = setTimeout(beat, ms);
}

/** Poll now. */
export async function beat() {
	clearTimeout(timer);
	if (!running || busy || document.hidden) return;
	busy = true;
	missed = false;
	last = Date.now();
	await cache.poll();
	busy = false;
	failures = missed ? failures + 1 : 0;
	schedule();
}

function onTouch() {
	const late = Date.now() - last > EVERY * 2 && Date.now() - touched > IDLE[1][0];
	touched = Date.now();
	if (late) beat();
}

function onVisible() {
	if (document.hidden) return clearTimeout(timer);
	touched = Date.now();
	beat();
}

let bound = false;
export function startPulse() {
	if (running) return;
	running = true;
	failures = 0;
	touched = last = Date.now();
	schedule();
	if (bound) return;
	bound = true;
	document.addEventListener('visibilitychange', onVisible);
	addEventListener('online', beat);
	for (const type of ['pointerdown', 'keydown', 'wheel']) addEventListener(type, onTouch, { passive: true });
}

export function stopPulse() {
	running = false;
	clearTimeout(timer);
}
