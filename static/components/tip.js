// SPDX-License-Identifier: GPL-2.0-or-later
import { html, useLayoutEffect, useRef } from '../vendor/preact.js';

const GAP = 14; // between a place and its note

/** @typedef {{ x: number, y: number, right: boolean }} At pixels within the drawing; right: it is in the right half */

/** A note at a place of a drawing; what it says is said elsewhere as well. @param {{ at: At, children?: any }} props */
export function Tip({ at, children }) {
	const tip = useRef(/** @type {HTMLElement | null} */ (null));
	useLayoutEffect(() => {
		const el = /** @type {HTMLElement} */ (tip.current);
		const x = at.right ? at.x - GAP - el.offsetWidth : at.x + GAP;
		el.style.translate = `${Math.round(Math.max(0, x))}px ${Math.round(at.y)}px`;
	});
	return html`<div class="map-tip" ref=${tip} aria-hidden="true">${children}</div>`;
}
