// SPDX-License-Identifier: GPL-2.0-or-later
// Short notes at the edge of the page. A note with something to do in it stays
// longer, and none goes while it is pointed at or has the focus.
import { createStore } from './store.js';

/**
 * @typedef {{ label: string, run: () => unknown }} Action
 * @typedef {{ id: number, text: string, tone: 'plain' | 'danger', action?: Action }} Toast
 */
const PLAIN_MS = 6_000;
const ACTION_MS = 12_000;
const MOST = 3;

export const toasts = createStore(/** @type {Toast[]} */ ([]));
let next = 1;
/** @type {Map<number, ReturnType<typeof setTimeout>>} */
const timers = new Map();

/** @param {number} id */
export function dismiss(id) {
	clearTimeout(timers.get(id));
	timers.delete(id);
	toasts.set(toasts.get().filter((x) => x.id !== id));
}

/** @param {Toast} toast */
function wait(toast) {
	clearTimeout(timers.get(toast.id));
	timers.set(toast.id, setTimeout(() => dismiss(toast.id), toast.action || toast.tone === 'danger' ? ACTION_MS : PLAIN_MS));
}

/** @param {boolean} on */
export function holdToasts(on) {
	for (const x of toasts.get()) on ? clearTimeout(timers.get(x.id)) : wait(x);
}

/**
 * @param {string} text
 * @param {{ action?: Action, tone?: 'plain' | 'danger' }} [opt]
 */
export function toast(text, { action, tone = 'plain' } = {}) {
	const item = { id: next++, text, tone, action };
	for (const old of toasts.get().slice(0, Math.max(0, toasts.get().length - MOST + 1))) dismiss(old.id);
	toasts.set([...toasts.get(), item]);
	wait(item);
}
