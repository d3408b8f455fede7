// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from '../vendor/preact.js';
import { num } from '../lib/i18n.js';
import { Skel } from './states.js';

/**
 * A row of figures.
 * @param {{ label: string, items: { label: string, value: number | string | null, note?: any, tone?: string, href?: string }[] }} props
 *   value: null while it is loading
 */
export const Tiles = ({ label, items }) => html`<section class="tiles" aria-label=${label}>${items.map((x) => {
	const body = html`<dl><dt>${x.label}</dt><dd>${x.value === null ? html`<${Skel} size="l" />`
		: html`<span class=${'value ' + (x.tone || '')}>${typeof x.value === 'number' ? num(x.value) : x.value}</span>${x.note && html` <span class="note">${x.note}</span>`}`}</dd></dl>`;
	return x.href ? html`<a class="tile" href=${x.href}>${body}</a>` : html`<div class="tile">${body}</div>`;
})}</section>`;
