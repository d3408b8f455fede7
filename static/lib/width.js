// SPDX-License-Identifier: GPL-2.0-or-later
// How wide a drawing may be, in pixels of the screen.
import { useLayoutEffect, useRef, useState } from '../vendor/preact.js';

/** Put `box` on the element that holds the drawing; px is 0 until it is there. */
export function useWidth() {
	const box = useRef(/** @type {HTMLElement | null} */ (null));
	const [px, setPx] = useState(0);
	useLayoutEffect(() => {
		const el = /** @type {HTMLElement} */ (box.current);
		const measure = () => setPx(el.clientWidth);
		const seen = new ResizeObserver(measure);
		seen.observe(el);
		measure();
		return () => seen.disconnect();
	}, []);
	return { box, px };
}
