// SPDX-License-Identifier: GPL-2.0-or-later
// Bans on record, ended ones among them, newest first.
import { html } from '../vendor/preact.js';
import { span } from '../lib/duration.js';
import { num, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { jailHref } from '../lib/router.js';
import { Address, Ago, Left, Where } from './cells.js';
import { Skel } from './states.js';

const ID_MAX = 64;

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

/** A value that needs its name where there are no heads. @param {{ name: string, children?: any }} props */
const Named = ({ name, children }) => html`<span class="only-card muted">${t('history.' + name)} </span>${children}`;

/** By name: the class of its cells, and what stands in one. @type {Record<string, [string, (ban: any) => any]>} */
const CELLS = {
	ip: ['lead', (b) => html`<${Address} ip=${b.ip} />`],
	where: ['place', (b) => html`<${Where} at=${b} pick />`],
	jail: ['jail', (b) => html`<a class="chip" href=${jailHref(b.jail)}><bdi>${inert(b.jail, ID_MAX)}</bdi></a>`],
	banned: ['when nowrap', (b) => html`<${Ago} at=${b.banned_at} />`],
	failures: ['num nowrap', (b) => html`<${Why} ban=${b} />`],
	lasts: ['more', (b) => html`<${Named} name="lasts">${b.bantime_seconds < -1 ? t('history.unknown') : span(b.bantime_seconds)}</${Named}>`],
	times: ['more', (b) => html`<${Named} name="times">${num(b.ban_count)}</${Named}>`],
	origin: ['more', (b) => html`<${Named} name="origin">${t('origin.' + b.origin)}</${Named}>`],
	ends: ['rest nowrap', (b) => html`<${End} ban=${b} />`],
};
export const COLUMNS = Object.keys(CELLS);
export const USUAL_COLUMNS = ['ip', 'where', 'jail', 'banned', 'failures', 'ends'];

/** The way to what led to it. @param {{ ban: any }} props */
const WhyLink = ({ ban }) => html`<a class="btn small row-act" href=${'/bans/' + ban.id}
	aria-label=${t('history.whyOne', { ip: inert(ban.ip, ID_MAX), jail: inert(ban.jail, ID_MAX) })}>${t('history.why')}</a>`;

/** @param {{ ban: any, columns: string[], here: boolean }} props here: it is the one that the page is about */
const Row = ({ ban, columns, here }) => html`<tr role="row" class=${here ? 'chosen' : ''} aria-current=${here ? 'true' : null}>${columns.map((c) => html`<td role="cell" key=${c} class=${CELLS[c][0]}>${CELLS[c][1](ban)}</td>`)}
	<td role="cell" class="act">${here ? html`<span class="muted">${t('history.here')}</span>` : html`<${WhyLink} ban=${ban} />`}</td></tr>`;

/** @param {{ n: number }} props */
const SkeletonRow = ({ n }) => html`<tr role="row">${Array.from({ length: n }, (_, i) => html`<td role="cell" key=${i} class=${i ? '' : 'lead'}><${Skel} size=${i ? 's' : 'm'} /></td>`)}<td role="cell" class="act"></td></tr>`;

/** Where all bans are of one address, which need not be said. */
export const OF_ONE_ADDRESS = USUAL_COLUMNS.slice(2);

/**
 * @param {{ items: any[] | null, caption: string, columns?: string[], busy?: boolean, here?: number }} props
 *   items: null while loading; here: id of the one that the page is about
 */
export function HistoryTable({ items, caption, columns = USUAL_COLUMNS, busy = false, here }) {
	return html`<table class=${'table history' + (columns.includes('ip') ? '' : ' one-address')} role="table" aria-busy=${busy}><caption class="sr">${caption}</caption>
		<thead role="rowgroup"><tr role="row">${columns.map((c) => html`<th role="columnheader" scope="col" key=${c} class=${CELLS[c][0]}>${t('history.' + c)}</th>`)}
			<th role="columnheader" scope="col" class="act"><span class="sr">${t('history.why')}</span></th></tr></thead>
		<tbody role="rowgroup">${items ? items.map((b) => html`<${Row} key=${b.id} ban=${b} columns=${columns} here=${b.id === here} />`)
			: [1, 2, 3, 4, 5, 6].map((i) => html`<${SkeletonRow} key=${i} n=${columns.length} />`)}</tbody></table>`;
}
