// SPDX-License-Identifier: GPL-2.0-or-later
// Where bans come from: a map, a ranking of countries and of networks, and
// the bans themselves. Range, choice and views are the address of the page.
import { html, useMemo } from '../vendor/preact.js';
import { placeOf, UNKNOWN } from '../lib/bans.js';
import { unix } from '../lib/clock.js';
import { addTexts, country, date, num, percent, rich, t, timeOfDay } from '../lib/i18n.js';
import { ask, useRestart } from '../lib/listing.js';
import { rangeOf } from '../lib/range.js';
import { useKept, useResource } from '../lib/resource.js';
import { go, withQuery } from '../lib/router.js';
import { counted, network, PlaceFilters, TableFoot } from '../components/cells.js';
import { RangePicker } from '../components/filters.js';
import { HistoryTable } from '../components/history.js';
import { Icon } from '../components/icon.js';
import { RankList } from '../components/rank.js';
import { Segmented } from '../components/segmented.js';
import { Empty, Failure, lazy, Loading, PageHead, Skel, Stale } from '../components/states.js';
import { banTexts } from '../i18n/en-bans.js';
import { filters } from '../i18n/en-filters.js';
import { places } from '../i18n/en-places.js';

addTexts(filters);
addTexts(places);
addTexts(banTexts);

const WorldMap = lazy(() => import('../components/worldmap.js'));

/** @typedef {import('../components/worldmap.js').Row} Row */

const ROWS = '25';
const MOST_NETWORKS = '100';
/** Warnings of the server that concern what is shown here. */
const CONCERNS = ['geo_http_fallback', 'geoip_unusable', 'history_unavailable'];
const SETTING = 'BANGUI_GEOIP_DB_PATH', FILE = 'bangui.conf';

// ------------------------------------------------------------------- choices

/** This page, narrowed down to a country, or no longer. @param {string} code @param {string} chosen */
const countryHref = (code, chosen) => withQuery({ country: code === chosen ? '' : code, cursor: '' });
/** @param {string} asn @param {string} chosen */
const networkHref = (asn, chosen) => withQuery({ asn: asn === chosen ? '' : asn, cursor: '' });

// ----------------------------------------------------------------------- map

/** @param {{ rows: Row[] | null, total: number, chosen: string }} props */
const Twin = ({ rows, total, chosen }) => html`<div class="twin"><table class="table countries" role="table">
	<caption class="sr">${t('map.table')}</caption><thead role="rowgroup"><tr role="row">
		<th role="columnheader" scope="col">${t('map.country')}</th><th role="columnheader" scope="col" class="num">${t('map.bansHead')}</th>
		<th role="columnheader" scope="col" class="num">${t('map.share')}</th><th role="columnheader" scope="col" class="num">${t('map.addressesHead')}</th></tr></thead>
	<tbody role="rowgroup">${(rows || []).map((r) => html`<tr role="row" key=${r.code} class=${r.code === chosen ? 'chosen' : ''}>
		<td role="cell" class="lead"><a href=${countryHref(r.code, chosen)} aria-current=${r.code === chosen ? 'true' : null}>${r.name}</a></td>
		<td role="cell" class="num">${num(r.bans)}</td><td role="cell" class="num">${percent(r.bans / total)}</td>
		<td role="cell" class="num">${r.addresses === null ? '–' : num(r.addresses)}</td></tr>`)}</tbody></table></div>`;

/** What the map cannot show, in words. @param {{ data: any, chosen: string }} props */
const Words = ({ data, chosen }) => html`<p class="map-words">${data ? html`<strong>${t('map.total', { n: data.total })}</strong>
	${data.unresolved > 0 && html` <a href=${countryHref(UNKNOWN, chosen)} aria-current=${chosen === UNKNOWN ? 'true' : null}>${t('map.unresolved', { n: data.unresolved })}</a>`}
	${data.special > 0 && html` <span title=${t('map.specialHelp')}>${t('map.special', { n: data.special })}</span>`}
	${data.oldest && html` <span>${t('map.oldest', { date: date(unix(data.oldest)) })}</span>`}` : html`<${Skel} size="xl" />`}</p>`;

/** @param {{ oldest: string | null, narrow: boolean }} props narrow: not all that is on record was asked for */
const NoBans = ({ oldest, narrow }) => (oldest && narrow
	? html`<${Empty} icon="map" title=${t('map.noBans')} text=${t('map.oldest', { date: date(unix(oldest)) })}>
		<a class="btn" href=${withQuery({ range: 'all', asn: '', country: '', cursor: '' })}>${t('map.showAll')}</a></${Empty}>`
	: html`<${Empty} icon="map" title=${t('map.never')} text=${t('map.neverHelp')} />`);

/**
 * @param {{ state: any, rows: Row[] | null, range: string, code: string, view: string }} props
 */
function MapCard({ state: { data, error, at, reload }, rows, range, code, view }) {
	const label = t('map.label', { range: t('within.' + range) });
	const before = html`<div class="map-figure"><div class="map-box"></div><div class="legend"><${Skel} size="xl" /></div></div>`;
	const body = error && !data ? html`<${Failure} error=${error} retry=${reload} />`
		: html`${view === 'table' ? html`<${Twin} rows=${rows} total=${data?.total || 1} chosen=${code} />`
			: html`<${WorldMap} rows=${rows} selected=${code} label=${label} fallback=${before} onPick=${(/** @type {string} */ c) => go(countryHref(c, code))} />`}
			<${Words} data=${data} chosen=${code} />`;
	return html`<section class="card map-card" aria-labelledby="map-title"><div class="card-head"><h2 id="map-title">${t('map.where')}</h2>
		${error && data && html`<${Stale} at=${timeOfDay(at / 1000)} />`}
		<${Segmented} label=${t('map.view')} name="view" value=${view} options=${[['map', t('map.asMap')], ['table', t('map.asTable')]]}
			onPick=${(/** @type {string} */ v) => go(withQuery({ view: v === 'table' ? v : '' }), { replace: true })} /></div>
		${!data && !error && html`<${Loading} />`}${body}</section>`;
}

// ------------------------------------------------------------------- ranking

/** @param {{ rows: Row[] | null, total: number, code: string }} props */
const Countries = ({ rows, total, code }) => html`<${RankList} label=${t('map.byCountry')} total=${total} items=${rows && rows.map((r) => ({
	key: r.code, badge: r.code, name: r.name, n: r.bans, href: countryHref(r.code, code), current: r.code === code }))} />`;

/** @param {{ state: any, asn: string, files: any }} props files: what GET /status says of the databases */
function Networks({ state: { data, error, reload }, asn, files }) {
	if (error && !data) return html`<${Failure} error=${error} retry=${reload} />`;
	if (data && !data.items.length) {
		return html`<${Empty} icon="map" title=${t('map.noNetworks')} text=${files && !files.asn_db && !files.http_fallback ? t('map.noNetworksFile') : ''} />`;
	}
	return html`<${RankList} label=${t('map.byNetwork')} total=${data?.total || 1} items=${data && data.items.map((/** @type {any} */ x) => ({
		key: x.asn, name: network(x), n: x.bans, href: networkHref(String(x.asn), asn), current: String(x.asn) === asn }))} />`;
}

/** @param {{ rank: string, children?: any }} props */
const RankCard = ({ rank, children }) => html`<section class="card rank-card" aria-labelledby="rank-title"><div class="card-head"><h2 id="rank-title">${t('map.ranking')}</h2>
	<${Segmented} label=${t('map.rankBy')} name="rank" value=${rank} options=${[['countries', t('map.countries')], ['networks', t('map.networks')]]}
		onPick=${(/** @type {string} */ v) => go(withQuery({ rank: v === 'networks' ? v : '' }), { replace: true })} /></div>
	<div class="rank-body">${children}</div></section>`;

// ---------------------------------------------------------------------- bans

/** @param {{ range: string, code: string, asn: string, cursor: string, networks: any }} props */
function Bans({ range, code, asn, cursor, networks }) {
	const l = useKept(ask('/bans', { range, country: code, asn, limit: ROWS, cursor }));
	useRestart(l.error, cursor);
	const body = l.error && !l.data ? html`<${Failure} error=${l.error} retry=${l.reload} />`
		: l.data && !l.data.items.length ? html`<${Empty} icon="search" title=${t('map.noneHere')} text="" />`
		: html`<${HistoryTable} items=${l.data && l.data.items} caption=${t('map.recent')} busy=${l.busy && Boolean(l.data)} />
			${l.data && html`<${TableFoot} list=${l.data} shown=${l.data.items.length} total=${l.data.total} />`}`;
	return html`<section class="card" aria-labelledby="recent-title"><div class="card-head"><h2 id="recent-title" tabindex="-1">${t('map.recent')}
			${l.data && html` <span class="count">${counted(l.data)}</span>`}</h2>
		${l.error && l.data && html`<${Stale} at=${timeOfDay(l.at / 1000)} />`}
		<div class="filters"><${PlaceFilters} country=${code} asn=${asn} known=${networks?.items} /></div></div>
		${!l.data && !l.error && html`<${Loading} />`}${body}
		<span class="sr" role="status">${l.data && !l.busy && (code || asn) ? t('page.all', { n: l.data.total }) : ''}</span></section>`;
}

// ---------------------------------------------------------------------- page

/** @param {{ title: string, text: any, icon: string }} props */
const Banner = ({ title, text, icon }) => html`<div class="banner"><${Icon} name=${icon} /><div><strong>${title}</strong><p>${text}</p></div></div>`;

/** What of the server's state makes this page say less, or more than it should. @param {{ status: any }} props */
function Concerns({ status: { geoip, warnings } }) {
	const found = warnings.filter((/** @type {any} */ w) => CONCERNS.includes(w.code));
	const noFile = geoip.source === 'none' && !found.some((/** @type {any} */ w) => w.code === 'geoip_unusable');
	return html`${found.map((/** @type {any} */ w) => html`<${Banner} key=${w.code} icon="warn" title=${t('notice.' + w.code)} text=${w.detail} />`)}
		${noFile && html`<${Banner} icon="info" title=${t('map.noFile')}
			text=${rich('map.noFileHelp', { setting: html`<code>${SETTING}</code>`, file: html`<code>${FILE}</code>` })} />`}`;
}

/** @param {any} data @returns {Row[] | null} */
const rowsOf = (data) => data && data.items.map((/** @type {any} */ x, /** @type {number} */ i) => ({
	code: x.country_code, name: country(x.country_code, x.country_name), bans: x.bans, addresses: x.addresses, rank: i + 1 }));

/** @param {{ query: URLSearchParams }} props */
export default function MapPage({ query }) {
	const { country: code, asn } = placeOf(query), range = rangeOf(query), cursor = query.get('cursor') || '';
	const view = query.get('view') === 'table' ? 'table' : 'map', rank = query.get('rank') === 'networks' ? 'networks' : 'countries';
	const byCountry = useKept(ask('/stats/by-country', { range, asn }));
	const byNetwork = useKept(ask('/stats/by-asn', { range, country: code, limit: MOST_NETWORKS }));
	const { data: status } = useResource('/status', { live: true });
	const rows = useMemo(() => rowsOf(byCountry.data), [byCountry.data]);
	const head = html`<${PageHead} title=${t('nav.map')} name=${t('nav.map')}>
		<${RangePicker} range=${range} /></${PageHead}>
		${status && html`<${Concerns} status=${status} />`}`;
	if (byCountry.data?.total === 0) {
		return html`${head}<section class="card" aria-label=${t('map.where')}><${NoBans} oldest=${byCountry.data.oldest} narrow=${range !== 'all' || asn !== ''} /></section>`;
	}
	return html`${head}
	<div class="map-grid"><${MapCard} state=${byCountry} rows=${rows} range=${range} code=${code} view=${view} />
		<${RankCard} rank=${rank}>${rank === 'networks' ? html`<${Networks} state=${byNetwork} asn=${asn} files=${status?.geoip} />`
			: byCountry.error && !byCountry.data ? html`<${Failure} error=${byCountry.error} retry=${byCountry.reload} />`
			: rows && !rows.length ? html`<${Empty} icon="map" title=${t('map.noCountries')} text="" />`
			: html`<${Countries} rows=${rows} total=${byCountry.data?.total || 1} code=${code} />`}</${RankCard}></div>
	<${Bans} range=${range} code=${code} asn=${asn} cursor=${cursor} networks=${byNetwork.data} />`;
}
