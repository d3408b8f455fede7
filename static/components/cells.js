// SPDX-License-Identifier: GPL-2.0-or-later
// What more than one table shows in a cell, and below its rows.
import { html } from '../vendor/preact.js';
import { UNKNOWN } from '../lib/bans.js';
import { now, unix, useTick } from '../lib/clock.js';
import { ago, left, span } from '../lib/duration.js';
import { country, dateTime, num, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { ipHref, withQuery } from '../lib/router.js';
import { Icon } from './icon.js';

/**
 * Where an address is, as far as is known.
 * @typedef {{ country_code: string | null, country_name: string | null, asn: number | null, as_org: string | null,
 *   kind: string, geo_pending?: boolean }} Place
 */

const METER = 40;
const ORG_MAX = 80;
const ID_MAX = 64; // a filter may ban by any text

/** @param {{ at: string }} props */
export function Ago({ at }) {
	const s = unix(at);
	return html`<time datetime=${at} title=${dateTime(s)}>${useTick((time) => ago(time - s))}</time>`;
}

/**
 * How long it is to last. With an end of ours to the minute: fail2ban may have made it a second later.
 * @param {{ banned_at: string, due_at: string | null, bantime_seconds: number }} ban
 */
export const lengthOf = (ban) => ban.due_at ? Math.round((unix(ban.due_at) - unix(ban.banned_at)) / 60) * 60 || 60 : ban.bantime_seconds;

/** @param {{ ban: { banned_at: string, expires_at: string | null, due_at: string | null, bantime_seconds: number } }} props */
export function Left({ ban }) {
	const ends = ban.due_at || ban.expires_at; // lifted by us, which is never the later one
	const end = ends === null ? null : unix(ends);
	const lasts = lengthOf(ban);
	const text = useTick((time) => (end === null ? t('time.permanent') : left(end - time)));
	const share = end === null ? 1 : Math.max(0, Math.min(1, (end - now()) / Math.max(1, lasts)));
	const title = end === null ? t('bans.never') : t('bans.until', { at: dateTime(end), span: span(lasts) });
	return html`<span class="left" title=${title}>
		<svg class="left-meter" width=${METER} height="4" viewBox=${`0 0 ${METER} 4`} aria-hidden="true">
			<rect class="track" width=${METER} height="4" rx="2" />
			<rect class="fill" width=${Math.max(2, Math.round(share * METER))} height="4" rx="2" />
		</svg>${text}</span>`;
}

/** What is banned, and the way to its page. @param {{ ip: string }} props */
export const Address = ({ ip }) => html`<a href=${ipHref(ip)}><bdi class="mono wrap" title=${ip.length > ID_MAX ? inert(ip) : null}>${inert(ip, ID_MAX)}</bdi></a>`;

/** A network as people write it: number and owner. @param {{ asn: number | null, as_org: string | null }} at */
export const network = (at) => (at.asn === null ? '' : t('place.as', { asn: String(at.asn), org: inert(at.as_org || '', ORG_MAX) }).trim());

/** Why there is no country, in a word. @param {Place} at */
function noCountry(at) {
	if (at.kind !== 'global') return t('place.' + at.kind);
	return t(at.geo_pending ? 'place.pending' : 'place.unknown');
}

/**
 * Country and network of an address.
 * @param {{ at: Place, pick?: boolean }} props pick: following the country lists it alone
 */
export function Where({ at, pick = false }) {
	const name = at.country_code && country(at.country_code, at.country_name), as = network(at);
	const [text, code] = name ? [name, at.country_code] : [noCountry(at), at.kind === 'global' && !at.geo_pending ? UNKNOWN : ''];
	return html`<span class="where">${pick && code
		? html`<a class=${name ? '' : 'muted'} href=${withQuery({ country: code, cursor: '' })} title=${t('place.only', { name: text })}>${text}</a>`
		: html`<span class=${name ? '' : 'muted'}>${text}</span>`}
		${as && html`<span class="network" title=${as}><bdi>${as}</bdi></span>`}</span>`;
}

/** What a list was narrowed down to, and the way back. @param {{ text: any, clear: string, label: string }} props clear: an address of the page */
export const Filter = ({ text, clear, label }) => html`<span class="filter">${text}<a href=${clear} aria-label=${label}><${Icon} name="x" size=${14} /></a></span>`;

/**
 * The filters by place that are on.
 * @param {{ country: string, asn: string, known?: { asn: number | null, as_org: string | null }[] }} props
 *   known: where the network's name may be found
 */
export const PlaceFilters = ({ country: code, asn, known = [] }) => html`${code && html`<${Filter} label=${t('place.clearCountry')}
		text=${code === UNKNOWN ? t('place.unknownCountry') : country(code)} clear=${withQuery({ country: '', cursor: '' })} />`}
	${asn && html`<${Filter} label=${t('place.clearNetwork')} clear=${withQuery({ asn: '', cursor: '' })}
		text=${html`<bdi>${network(known.find((x) => String(x.asn) === asn) || { asn: Number(asn), as_org: null })}</bdi>`} />`}`;

/** @param {{ cursor: string | null, label: string, icon: string }} props */
const Turn = ({ cursor, label, icon }) => cursor
	? html`<a class="btn icon quiet" href=${withQuery({ cursor })} aria-label=${label} title=${label}><${Icon} name=${icon} /></a>`
	: html`<span class="btn icon quiet off" aria-hidden="true"><${Icon} name=${icon} /></span>`;

/** How long a list is, as far as it was counted. @param {{ total: number, total_exact?: boolean }} list */
export const counted = (list) => (list.total_exact === false ? t('page.atLeast', { n: list.total }) : num(list.total));

/** @param {{ list: any, shown: number, total: number, text?: string }} props text: in place of a count of bans */
export const TableFoot = ({ list, shown, total, text }) => html`<div class="table-foot">
	<span class="range">${text || (list.total_exact === false ? t('page.many', { shown, n: total }) : shown < total ? t('page.some', { shown, n: total }) : t('page.all', { n: total }))}</span>
	${(list.next_cursor || list.prev_cursor) && html`<nav class="row" aria-label=${t('page.label')}>
		<${Turn} cursor=${list.prev_cursor} label=${t('page.prev')} icon="left" />
		<${Turn} cursor=${list.next_cursor} label=${t('page.next')} icon="right" /></nav>`}</div>`;
