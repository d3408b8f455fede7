// SPDX-License-Identifier: GPL-2.0-or-later
// Where the bans of a list come from: networks, ASes, countries, each with how
// many addresses of it. Following one narrows the list down to it.
import { html } from '../vendor/preact.js';
import { groups } from '../i18n/en-groups.js';
import { addTexts, country, num, t } from '../lib/i18n.js';
import { ask } from '../lib/listing.js';
import { useKept } from '../lib/resource.js';
import { withQuery } from '../lib/router.js';
import { Ago, network } from './cells.js';
import { Empty, Failure, Loading, Skel } from './states.js';

addTexts(groups);

const LIMIT = '100';
const COLUMNS = ['range', 'addresses', 'bans', 'last', 'where'];

/** What it is called, and the filter that it is. @param {string} by @param {any} x @returns {[string, Record<string, string>]} */
export function groupOf(by, x) {
	if (by === 'asn') return [network(x), { asn: x.range }];
	if (by === 'country') return [country(x.range), { country: x.range }];
	return [x.range, { ip: x.range }];
}

/** Where its last banned address is. @param {any} x */
const place = (x) => [x.country_code && country(x.country_code), x.asn !== null && network(x)].filter(Boolean).join(', ') || '–';

/** A value that needs its name where there are no heads. @param {{ name: string, children?: any }} props */
const Named = ({ name, children }) => html`<span class="only-card muted">${t('group.' + name)} </span>${children}`;

/** @param {{ by: string, x: any }} props */
function Row({ by, x }) {
	const [name, filter] = groupOf(by, x);
	return html`<tr role="row"><td role="cell" class="lead"><a href=${withQuery({ ...filter, group: '', cursor: '' })} aria-label=${t('group.only', { name })}><bdi class=${by.match(/\d/) ? 'mono' : ''}>${name}</bdi></a></td>
		<td role="cell" class="num"><${Named} name="addresses">${x.addresses === null ? '–' : num(x.addresses)}</${Named}></td>
		<td role="cell" class="num"><${Named} name="bans">${num(x.bans)}</${Named}></td>
		<td role="cell" class="when nowrap">${x.last_banned_at ? html`<${Ago} at=${x.last_banned_at} />` : '–'}</td>
		<td role="cell" class="full muted"><bdi>${place(x)}</bdi></td></tr>`;
}

const SkeletonRow = () => html`<tr role="row">${COLUMNS.map((c, i) => html`<td role="cell" key=${c} class=${i ? '' : 'lead'}><${Skel} size=${i ? 's' : 'm'} /></td>`)}</tr>`;

/** @param {{ q: import('../lib/past.js').PastQuery, by: string }} props */
export default function Groups({ q, by }) {
	const { data, error, busy, reload } = useKept(ask('/stats/ranges', { ...q, by, limit: LIMIT }));
	if (error && !data) return html`<${Failure} error=${error} retry=${reload} />`;
	if (data && !data.items.length) return html`<${Empty} icon="search" title=${t('group.none')} text=${t('group.noneHelp')} />`;
	return html`<table class="table groups" role="table" aria-busy=${busy && Boolean(data)}><caption class="sr">${t('group.caption')}</caption>
		<thead role="rowgroup"><tr role="row">${COLUMNS.map((c, i) => html`<th role="columnheader" scope="col" key=${c} class=${i === 1 || i === 2 ? 'num' : ''}>${t('group.' + c)}</th>`)}</tr></thead>
		<tbody role="rowgroup">${data ? data.items.map((/** @type {any} */ x) => html`<${Row} key=${x.range} by=${by} x=${x} />`) : [1, 2, 3, 4].map((i) => html`<${SkeletonRow} key=${i} />`)}</tbody></table>
		${data ? html`<div class="table-foot"><span class="range">${data.exact ? t('group.all', { n: data.total }) : t('group.newest', { n: data.total })}</span></div>` : html`<${Loading} />`}`;
}
