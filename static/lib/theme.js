// SPDX-License-Identifier: GPL-2.0-or-later
// Light, dark, or as the system says. boot.js applies it before first paint.
import { createStore } from './store.js';

export const THEMES = ['auto', 'light', 'dark'];
export const theme = createStore(document.documentElement.dataset.theme || 'auto');

/** @param {string} name one of THEMES */
export function setTheme(name) {
	theme.set(name);
	if (name === 'auto') delete document.documentElement.dataset.theme;
	else document.documentElement.dataset.theme = name;
	try {
		if (name === 'auto') localStorage.removeItem('bangui.theme');
		else localStorage.setItem('bangui.theme', name);
	} catch { /* storage may be blocked: then it lasts as long as the page */ }
}
