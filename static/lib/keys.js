// SPDX-License-Identifier: GPL-2.0-or-later
// Keyboard shortcuts; none of them while something is being typed.
import { go } from './router.js';
import { session } from './session.js';
import { createStore } from './store.js';

const PLACES = /** @type {Record<string, string>} */ ({ d: '/', m: '/map', b: '/history', j: '/jails' });
const CHORD_MS = 1000;

export const helpOpen = createStore(false);
let armed = 0;

/** @param {EventTarget | null} el */
const typing = (el) => el instanceof HTMLElement && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !/^(checkbox|radio)$/.test(/** @type {any} */ (el).type));

/** @param {KeyboardEvent} ev */
function onKey(ev) {
	if (ev.ctrlKey || ev.metaKey || ev.altKey || typing(ev.target)) return;
	if (session.get().standing !== 'in' || document.querySelector('dialog[open]')) return;
	const chord = Date.now() - armed < CHORD_MS;
	armed = 0;
	if (chord && PLACES[ev.key]) go(PLACES[ev.key]);
	else if (ev.key === 'g') armed = Date.now();
	else if (ev.key === '?') helpOpen.set(true);
	else if (ev.key === '/') {
		ev.preventDefault();
		document.getElementById('search')?.focus();
	}
}

export const bindKeys = () => document.addEventListener('keydown', onKey);
