// SPDX-License-Identifier: GPL-2.0-or-later
// Bans on record, ended ones among them, newest first.
import { html } from '../vendor/preact.js';
import { num, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { jailHref } from '../lib/router.js';
import { Address, Ago, Left, Where } from './cells.js';
import { Skel } from './states.js';

const ID_MAX = 64;
const COLUMNS = ['ip', 'where', 'jail', 'banned', 'failures', 'ends'];

/** @param {{ ban: any }} props */
function End({ ban }) {
	if (!ban.active) return html`<span class="muted">${t('history.ended')}</span>`;
	// A ban of which nobody noted how long it lasts is in force all the same.
	if (ban.expires_at === null && !ban.permanent) return t('history.inForce');
	return html`<${Left} ban=${ban} />`;
}

/** How many failures it took, or who banned without any. @param {{ ban: any }} props */
const Why = ({ ban }) => (ban.origin === 'fail2ban'
	? html`<span class="only-card muted">${t('history.failures')} </span>${ban.failures === null ? '–' : num(ban.failures)}`
	: html`<span class="muted">${t('origin.' + ban.origin)}</span>`);

/** @param {{ ban: any, address: boolean }} props */
const Row = ({ ban, address }) => html`<tr role="row">
	${address && html`<td role="cell" class="lead"><${Address} ip=${ban.ip} /></td>
		<td role="cell" class="place"><${Where} at=${ban} pick /></td>`}
	<td role="cell" class="jail"><a class="chip" href=${jailHref(ban.jail)}><bdi>${inert(ban.jail, ID_MAX)}</bdi></a></td>
	<td role="cell" class="when nowrap"><${Ago} at=${ban.banned_at} /></td>
	<td role="cell" class="num nowrap"><${Why} ban=${ban} /></td>
	<td role="cell" class="rest nowrap"><${End} ban=${ban} /></td></tr>`;

/** @param {{ n: number }} props */
const SkeletonRow = ({ n }) => html`<tr role="row">${Array.from({ length: n }, (_, i) => html`<td role="cell" key=${i} class=${i ? '' : 'lead'}><${Skel} size=${i ? 's' : 'm'} /></td>`)}</tr>`;

/**
 * @param {{ items: any[] | null, caption: string, address?: boolean, busy?: boolean }} props
 *   items: null while loading; address: false where all are of one
 */
export function HistoryTable({ items, caption, address = true, busy = false }) {
	const columns = COLUMNS.slice(address ? 0 : 2);
	return html`<table class=${'table history' + (address ? '' : ' one-address')} role="table" aria-busy=${busy}><caption class="sr">${caption}</caption>
		<thead role="rowgroup"><tr role="row">${columns.map((c) => html`<th role="columnheader" scope="col" key=${c} class=${c === 'failures' ? 'num' : ''}>${t('history.' + c)}</th>`)}</tr></thead>
		<tbody role="rowgroup">${items ? items.map((b) => html`<${Row} key=${b.id} ban=${b} address=${address} />`)
			: [1, 2, 3, 4, 5, 6].map((i) => html`<${SkeletonRow} key=${i} n=${columns.length} />`)}</tbody></table>`;
}
