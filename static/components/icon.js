// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from '../vendor/preact.js';

// 24-unit outlines.
const SHAPES = {
	dashboard: 'M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z',
	map: 'M12 3a9 9 0 100 18 9 9 0 000-18zM3.500 9h17M3.500 15h17M12 3c5 5.500 5 12.500 0 18-5-5.500-5-12.500 0-18z',
	history: 'M4 12a8 8 0 102.500-5.800M4 4v4h4M12 8v4l3 2',
	jails: 'M5 10h14v10H5zM8 10V7a4 4 0 018 0v3M12 14v2',
	config: 'M4 7h9M17 7h3M4 17h3M11 17h9M13 5v4M11 15v4',
	account: 'M12 4a4 4 0 100 8 4 4 0 000-8zM5 20c.5-4 3-5.500 7-5.500s6.500 1.500 7 5.500',
	audit: 'M6 3h12v18H6zM9 8h6M9 12h6M9 16h3',
	logs: 'M4 6h16M4 12h16M4 18h9',
	search: 'M11 4a7 7 0 100 14 7 7 0 000-14zM16 16l4 4',
	more: 'M5 12h.01M12 12h.01M19 12h.01',
	shield: 'M12 3l8 3v6c0 4.5-3.3 7.6-8 9-4.700-1.400-8-4.500-8-9V6zM8.500 15.500l7-7',
	left: 'M14 6l-6 6 6 6',
	right: 'M10 6l6 6-6 6',
	up: 'M7 14l5-5 5 5',
	down: 'M7 10l5 5 5-5',
	warn: 'M12 4l9 16H3zM12 10v4M12 17v.5',
	info: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v5M12 8v.5',
	offline: 'M3 3l18 18M8.500 4.600L12 3l8 3v6c0 1.500-.4 2.900-1 4M16.500 18.600A14 14 0 0112 21c-4.700-1.400-8-4.500-8-9V6.400',
	out: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
	keys: 'M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8',
	auto: 'M4 5h16v11H4zM9 20h6M12 16v4',
	light: 'M12 8a4 4 0 100 8 4 4 0 000-8zM12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600L7 7M17 17l1.400 1.400M18.400 5.600L17 7M7 17l-1.400 1.400',
	dark: 'M20 14.500A8 8 0 119.500 4 6.500 6.500 0 0020 14.500z',
	ban: 'M12 4a8 8 0 100 16 8 8 0 000-16zM6.500 6.500l11 11',
	check: 'M5 12.500l4.500 4.500L19 7.500',
	x: 'M6 6l12 12M18 6L6 18',
};

/** @param {{ name: string, size?: number }} props */
export const Icon = ({ name, size = 16 }) => html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24"
	fill="none" stroke="currentColor" stroke-width=${name === 'more' ? 2.75 : 1.75} stroke-linecap="round" stroke-linejoin="round"
	aria-hidden="true"><path d=${SHAPES[/** @type {keyof typeof SHAPES} */ (name)]} /></svg>`;
