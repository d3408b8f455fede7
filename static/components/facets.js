// SPDX-License-Identifier: GPL-2.0-or-later
// What the bans of a list have in common, with counts; each line narrows the
// list down to itself, and the one that does leads back.
import { html } from '../vendor/preact.js';
import { compact, country, num, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { ask, useKept } from '../lib/listing.js';
import { jailToggle, ORIGINS, toggle } from '../lib/past.js';
import { network } from './cells.js';
import { explain, Loading, Skel } from './states.js';

const ROWS = 8;
const NAME_MAX = 64;

/** @typedef {{ key: string, name: any, n: number | null, href: string, on: boolean }} FacetItem n: null where nobody counts */

/** @param {{ item: FacetItem }} props */
const Line = ({ item }) => html`<li><a href=${item.href} aria-current=${item.on ? 'true' : null}><span class="name">${item.name}</span>
	${item.n !== null && html`<span class="n" title=${num(item.n)}>${item.n < 10_000 ? num(item.n) : compact(item.n)}</span>`}</a></li>`;

/** A question that the list tells of. @param {any} error */
const isWrong = ({ status }) => status === 400 || status === 422;

/** @param {{ title: string, items: FacetItem[] | null, error?: any }} props items: null while loading */
const Facet = ({ title, items, error }) => html`<div class="facet"><h2>${title}</h2>
	${!items && !error && html`<${Loading} />`}
	${error && !items ? html`<p class="fine">${isWrong(error) ? '–' : explain(error)}</p>`
		: items && !items.length ? html`<p class="fine">${t('facet.none')}</p>`
		: html`<ul class="rank">${items ? items.map((x) => html`<${Line} key=${x.key} item=${x} />`) : [1, 2, 3].map((i) => html`<li key=${i}><span class="line"><${Skel} size="s" /></span></li>`)}</ul>`}</div>`;

/** The first few, and what is chosen. @param {any} state @param {(x: any) => FacetItem} item */
function itemsOf(state, item) {
	const all = state.data && state.data.items.map(item);
	return all && all.filter((/** @type {any} */ x, /** @type {number} */ i) => i < ROWS || x.on);
}

/** Each is asked for without its own filter: what else there is to choose. @param {{ q: import('../lib/past.js').PastQuery }} props */
export default function Facets({ q }) {
	const jails = useKept(ask('/stats/by-jail', { ...q, jail: [] }));
	const countries = useKept(ask('/stats/by-country', { ...q, country: '' }));
	const networks = useKept(ask('/stats/by-asn', { ...q, asn: '', limit: String(ROWS) }));
	return html`<${Facet} title=${t('facet.jails')} error=${jails.error} items=${itemsOf(jails, (x) => ({ key: x.jail, name: html`<bdi>${inert(x.jail, NAME_MAX)}</bdi>`,
			n: x.bans, href: jailToggle(x.jail), on: q.jail.includes(x.jail) }))} />
		<${Facet} title=${t('facet.countries')} error=${countries.error} items=${itemsOf(countries, (x) => ({ key: x.country_code, name: country(x.country_code, x.country_name),
			n: x.bans, href: toggle('country', x.country_code, q.country), on: x.country_code === q.country }))} />
		<${Facet} title=${t('facet.networks')} error=${networks.error} items=${itemsOf(networks, (x) => ({ key: x.asn, name: html`<bdi title=${network(x)}>${network(x)}</bdi>`,
			n: x.bans, href: toggle('asn', String(x.asn), q.asn), on: String(x.asn) === q.asn }))} />
		<${Facet} title=${t('facet.origins')} items=${ORIGINS.map((o) => ({ key: o, name: t('origin.' + o), n: null, href: toggle('origin', o, q.origin), on: o === q.origin }))} />`;
}
