// SPDX-License-Identifier: GPL-2.0-or-later
// What more than one table shows in a cell, and below its rows.
import { html } from '../vendor/preact.js';
import { now, unix, useTick } from '../lib/clock.js';
import { ago, left, span } from '../lib/duration.js';
import { country, dateTime, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { withQuery } from '../lib/router.js';
import { Icon } from './icon.js';

/**
 * Where an address is, as far as is known.
 * @typedef {{ country_code: string | null, country_name: string | null, asn: number | null, as_org: string | null,
 *   kind: string, geo_pending?: boolean }} Place
 */

const METER = 40;
const ORG_MAX = 80;

/** @param {{ at: string }} props */
export function Ago({ at }) {
	const s = unix(at);
	return html`<time datetime=${at} title=${dateTime(s)}>${useTick((time) => ago(time - s))}</time>`;
}

/** @param {{ ban: { expires_at: string | null, bantime_seconds: number } }} props */
export function Left({ ban }) {
	const end = ban.expires_at === null ? null : unix(ban.expires_at);
	const text = useTick((time) => (end === null ? t('time.permanent') : left(end - time)));
	const share = end === null ? 1 : Math.max(0, Math.min(1, (end - now()) / Math.max(1, ban.bantime_seconds)));
	const title = end === null ? t('bans.never') : t('bans.until', { at: dateTime(end), span: span(ban.bantime_seconds) });
	return html`<span class="left" title=${title}>
		<svg class="left-meter" width=${METER} height="4" viewBox=${`0 0 ${METER} 4`} aria-hidden="true">
			<rect class="track" width=${METER} height="4" rx="2" />
			<rect class="fill" width=${Math.max(2, Math.round(share * METER))} height="4" rx="2" />
		</svg>${text}</span>`;
}

/** A network as people write it: number and owner. @param {Place} at */
export const network = (at) => (at.asn === null ? '' : t('place.as', { asn: String(at.asn), org: inert(at.as_org || '', ORG_MAX) }).trim());

/** Why there is no country, in a word. @param {Place} at */
function noCountry(at) {
	if (at.kind !== 'global') return t('place.' + at.kind);
	return t(at.geo_pending ? 'place.pending' : 'place.unknown');
}

/**
 * Country and network of an address. Picking the country lists it alone.
 * @param {{ at: Place, pick?: boolean }} props
 */
export function Where({ at, pick = false }) {
	const name = at.country_code && country(at.country_code, at.country_name), as = network(at);
	return html`<span class="where">${name
		? pick ? html`<a class="place" href=${withQuery({ country: at.country_code, cursor: '' })} title=${t('place.only', { name })}>${name}</a>` : html`<span>${name}</span>`
		: html`<span class="muted">${noCountry(at)}</span>`}
		${as && html`<bdi class="network" title=${as}>${as}</bdi>`}</span>`;
}

/** @param {{ cursor: string | null, label: string, icon: string }} props */
const Turn = ({ cursor, label, icon }) => cursor
	? html`<a class="btn icon quiet" href=${withQuery({ cursor })} aria-label=${label} title=${label}><${Icon} name=${icon} /></a>`
	: html`<span class="btn icon quiet off" aria-hidden="true"><${Icon} name=${icon} /></span>`;

/** @param {{ list: any, shown: number, total: number }} props */
export const TableFoot = ({ list, shown, total }) => html`<div class="table-foot">
	<span class="range">${shown < total ? t('page.some', { shown, n: total }) : t('page.all', { n: total })}</span>
	${(list.next_cursor || list.prev_cursor) && html`<nav class="row" aria-label=${t('page.label')}>
		<${Turn} cursor=${list.prev_cursor} label=${t('page.prev')} icon="left" />
		<${Turn} cursor=${list.next_cursor} label=${t('page.next')} icon="right" /></nav>`}</div>`;
