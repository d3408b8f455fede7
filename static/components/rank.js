// SPDX-License-Identifier: GPL-2.0-or-later
// A ranking with bars; each line narrows the page down to itself.
import { html } from '../vendor/preact.js';
import { num, percent } from '../lib/i18n.js';
import { Skel } from './states.js';

/** @typedef {{ key: string, badge?: string, name: string, n: number, text?: string, href: string, current: boolean }} RankItem text: of n, where that is no part of a whole */

/** @param {{ item: RankItem, max: number, total: number }} props */
const Line = ({ item, max, total }) => html`<li><a href=${item.href} aria-current=${item.current ? 'true' : null} class=${item.badge ? 'badged' : ''}>
	<svg class="bar" aria-hidden="true"><rect width=${(100 * item.n) / max + '%'} height="100%" rx="4" /></svg>
	${item.badge && html`<span class="badge" aria-hidden="true">${item.badge}</span>`}
	<span class="name" title=${item.name}><bdi>${item.name}</bdi></span>${item.text ? html`<span class="n wide">${item.text}</span>` : html`<span class="n">${num(item.n)}</span><span class="pct">${percent(item.n / total)}</span>`}</a></li>`;

/** @param {{ items: RankItem[] | null, total: number, label: string, most?: number }} props items: null while loading; most: lines to expect */
export const RankList = ({ items, total, label, most = 8 }) => html`<ol class="rank" aria-label=${label}>${items
	? items.map((x) => html`<${Line} key=${x.key} item=${x} max=${items[0].n} total=${total} />`)
	: [9, 8, 7, 6, 5, 4, 3, 2].slice(0, most).map((n) => html`<li key=${n}><span class="line"><${Skel} size=${n > 5 ? 'm' : 's'} /></span></li>`)}</ol>`;
