// SPDX-License-Identifier: GPL-2.0-or-later
// What the bans of a list have in common, with counts; each line narrows the
// list down to itself, and the one that does leads back.
import { html } from '../vendor/preact.js';
import { UNKNOWN } from '../lib/bans.js';
import { compact, country, num, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { ask } from '../lib/listing.js';
import { jailToggle, toggle } from '../lib/past.js';
import { useKept } from '../lib/resource.js';
import { network } from './cells.js';
import { explain, Loading, Skel } from './states.js';

const ROWS = 8;
const NAME_MAX = 64;

/**
 * @typedef {{ key: string, name: any, n: number, href: string, on: boolean }} FacetItem
 * @typedef {import('../lib/past.js').PastQuery} PastQuery
 */

/** @param {{ item: FacetItem }} props */
const Line = ({ item }) => html`<li><a href=${item.href} aria-current=${item.on ? 'true' : null}><span class="name">${item.name}</span>
	<span class="n" title=${num(item.n)}>${item.n < 10_000 ? num(item.n) : compact(item.n)}</span></a></li>`;

/** A question that the list tells of. @param {any} error */
const isWrong = ({ status }) => status === 400 || status === 422;

/** @param {{ title: string, items: FacetItem[] | null, error?: any }} props items: null while loading */
const Facet = ({ title, items, error }) => html`<div class="facet"><h2>${title}</h2>
	${!items && !error && html`<${Loading} />`}
	${error && !items ? html`<p class="fine">${isWrong(error) ? '–' : explain(error)}</p>`
		: items && !items.length ? html`<p class="fine">${t('facet.none')}</p>`
		: html`<ul class="rank">${items ? items.map((x) => html`<${Line} key=${x.key} item=${x} />`) : [1, 2, 3].map((i) => html`<li key=${i}><span class="line"><${Skel} size="s" /></span></li>`)}</ul>`}</div>`;

/** The first few, and what is chosen. @param {any[] | null} values @param {(x: any) => FacetItem} item */
const itemsOf = (values, item) => values && values.map(item).filter((x, i) => i < ROWS || x.on);

/** Each is asked for without its own filter: what else there is to choose. @param {{ q: PastQuery }} props */
export default function Facets({ q }) {
	const without = (/** @type {Partial<PastQuery>} */ change) => useKept(ask('/bans/facets', { ...q, ...change })); // the same question is asked once
	const all = { jails: without({ jail: [] }), countries: without({ country: '' }), networks: without({ asn: '' }), origins: without({ origin: '' }) };
	const facet = (/** @type {keyof typeof all} */ name, /** @type {(x: any) => [any, string, boolean]} */ line) => html`<${Facet} title=${t('facet.' + name)} error=${all[name].error}
		items=${itemsOf(all[name].data && all[name].data[name], (x) => {
			const [text, href, on] = line(x);
			return { key: x.value, name: text, n: x.count, href, on };
		})} />`;
	const { data } = all.origins;
	return html`${facet('jails', ({ value }) => [html`<bdi>${inert(value, NAME_MAX)}</bdi>`, jailToggle(value), q.jail.includes(value)])}
		${facet('countries', ({ value }) => [value === UNKNOWN ? t('place.unknownCountry') : country(value), toggle('country', value, q.country), value === q.country])}
		${facet('networks', ({ value, label }) => {
			const name = network({ asn: Number(value), as_org: label });
			return [html`<bdi title=${name}>${name}</bdi>`, toggle('asn', value, q.asn), value === q.asn];
		})}
		${facet('origins', ({ value }) => [t('origin.' + value), toggle('origin', value, q.origin), value === q.origin])}
		${data && !data.exact && html`<p class="fine">${t('facet.newest', { n: data.counted })}</p>`}`;
}
