// SPDX-License-Identifier: GPL-2.0-or-later
// What the dashboard shows of the record: bans over time, and which countries,
// jails, networks and addresses had most of them. Each bar and line leads to
// its bans. The rankings are read again when the bans over time have changed.
import { html, useEffect, useMemo, useRef, useState } from '../vendor/preact.js';
import { span } from '../lib/buckets.js';
import { iso, unix } from '../lib/clock.js';
import { typed } from '../lib/dom.js';
import { addTexts, country, date, num, t, timeOfDay } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { ask } from '../lib/listing.js';
import { useKept } from '../lib/resource.js';
import { go, withQuery } from '../lib/router.js';
import { BarChart } from './barchart.js';
import { network } from './cells.js';
import { Icon } from './icon.js';
import { RankList } from './rank.js';
import { Segmented } from './segmented.js';
import { explain, Failure, Loading, Stale } from './states.js';
import { filters } from '../i18n/en-filters.js';
import { overview } from '../i18n/en-overview.js';

addTexts(filters);
addTexts(overview);

const TOP = 5, TOP_COUNTRIES = 7; // beside the bars there is room for so many
const NAME_MAX = 64;

// --------------------------------------------------------------------- trend

/** The bans of one piece of the time. @param {any} data @param {number} start */
function bucketHref(data, start) {
	const from = Math.max(start, data.from ? unix(data.from) : start), to = Math.min(start + data.bucket_seconds, data.to ? unix(data.to) : Infinity);
	return ask('/history', { from: iso(from), to: iso(to) });
}

/** @param {any} data @returns {import('./barchart.js').Bucket[]} */
const bucketsOf = (data) => data.buckets.map((/** @type {any} */ b) => ({ start: unix(b.start), bans: b.bans,
	jails: Object.entries(b.by_jail).sort((x, y) => y[1] - x[1]).map(([jail, n]) => [inert(jail, NAME_MAX), n]) }));

/** @param {{ data: any, buckets: import('./barchart.js').Bucket[] }} props */
const Twin = ({ data, buckets }) => html`<div class="twin"><table class="table countries" role="table"><caption class="sr">${t('trend.title')}</caption>
	<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">${t('trend.when')}</th><th role="columnheader" scope="col" class="num">${t('trend.head')}</th></tr></thead>
	<tbody role="rowgroup">${[...buckets].reverse().map((b) => html`<tr role="row" key=${b.start}><td role="cell" class="lead"><a href=${bucketHref(data, b.start)}>${span(b.start, data.bucket_seconds)}</a></td>
		<td role="cell" class="num">${num(b.bans)}</td></tr>`)}</tbody></table></div>`;

/** @param {{ data: any, buckets: import('./barchart.js').Bucket[] }} props */
function Words({ data, buckets }) {
	const most = buckets.reduce((a, b) => (b.bans > a.bans ? b : a));
	const young = data.oldest && data.from && data.oldest > data.from;
	return html`<p class="trend-words">${data.total ? html`<strong>${t('trend.total', { n: data.total })}</strong> ${t('trend.most', { n: most.bans, when: span(most.start, data.bucket_seconds) })}` : t('trend.none')}
		${young && ' ' + t('trend.since', { date: date(unix(data.oldest)) })}
		${data.gaps.length > 0 && html` <span class="stale"><${Icon} name="warn" size=${14} />${t('trend.gap', { n: data.gaps.length })}</span>`}</p>`;
}

/** @param {{ state: any, range: string, ranges: string[] }} props */
function Trend({ state: { data, error, at, busy, reload }, range, ranges }) {
	const [table, turn] = useState(false);
	const buckets = useMemo(() => data && bucketsOf(data), [data]);
	const gaps = useMemo(() => data && data.gaps.map((/** @type {any} */ g) => ({ from: unix(g.from), to: unix(g.to) })), [data]);
	const pick = (/** @type {number} */ start) => go(bucketHref(data, start));
	return html`<section class="card trend" aria-labelledby="trend-title" aria-busy=${busy}><div class="card-head"><h2 id="trend-title">${t('trend.title')}</h2>
			${error && data && html`<${Stale} at=${timeOfDay(at / 1000)} />`}
			<button type="button" class="btn quiet small" disabled=${!data} onClick=${() => turn(!table)}>${t(table ? 'trend.asChart' : 'trend.asTable')}</button>
			<${Segmented} label=${t('range.label')} name="range" value=${range} options=${ranges.map((r) => [r, t('range.' + r)])}
				onPick=${(/** @type {string} */ r) => go(withQuery({ range: r === ranges[0] ? '' : r }), { replace: true })} /></div>
		${error && !data ? html`<${Failure} error=${error} retry=${reload} />` : !data ? html`<${Loading} />`
			: html`${table ? html`<${Twin} data=${data} buckets=${buckets} />`
				: html`<div class="card-body"><${BarChart} buckets=${buckets} step=${data.bucket_seconds} gaps=${gaps} label=${t('trend.label')} onPick=${pick} /></div>`}
				<${Words} data=${data} buckets=${buckets} />`}</section>`;
}

// ------------------------------------------------------------------ rankings

/** @param {string} path @param {any} trend what is read again together with it */
function useRanking(path, trend) {
	const state = useKept(path, { live: false });
	const seen = useRef(trend);
	useEffect(() => {
		if (seen.current && seen.current !== trend && state.at) state.reload();
		seen.current = trend;
	}, [trend]);
	return state;
}

/**
 * @param {{ title: string, all: string, state: any, top?: number, item: (x: any) => { key: string, badge?: string, name: string, href: string, n?: number, text?: string }, children?: any }} props
 *   all: where the rest is; children: in the head
 */
function Ranking({ title, all, state: { data, error, reload }, top = TOP, item, children }) {
	const items = data && data.items.slice(0, top).map((/** @type {any} */ x) => ({ n: x.bans, ...item(x), current: false }));
	return html`<section class="card" aria-label=${title}><div class="card-head"><h2>${title}</h2>${children}<a class="btn quiet small" href=${all} aria-label=${`${t('rank.all')}: ${title}`}>${t('rank.all')}</a></div>
		${error && !data ? html`<div class="card-body"><p class="muted">${explain(error)}</p><p><button type="button" class="btn small" onClick=${reload}>${t('error.retry')}</button></p></div>`
			: items && !items.length ? html`<div class="card-body"><p class="muted">${t('rank.none')}</p></div>`
			: html`<div class="rank-top"><${RankList} label=${title} total=${data?.total || 1} items=${items} most=${top} /></div>`}</section>`;
}

/** By AS, which sums count, or by the size of a network, with how many addresses of it were banned. */
const BY = ['asn', '24', '16', '64'];
/** @param {{ range: string, trend: any }} props */
function Networks({ range, trend }) {
	const [by, setBy] = useState(BY[0]), as = by === 'asn';
	const state = useRanking(ask('/stats/ranges', { range, by, limit: String(TOP) }), trend);
	const item = (/** @type {any} */ x) => (x.addresses === null ? { key: x.range, name: network(x), href: ask('/history', { range, asn: x.range }) }
		: { key: x.range, name: x.range, href: ask('/history', { range, ip: x.range }), n: x.addresses, text: t('rank.ofAddresses', { n: x.addresses }) });
	return html`<${Ranking} title=${t('rank.networks')} all=${as ? ask('/map', { range, rank: 'networks' }) : ask('/history', { range, group: by })} state=${state} item=${item}>
		<select class="select by" aria-label=${t('rank.by')} value=${by} onChange=${typed(setBy)}>${BY.map((x) => html`<option key=${x} value=${x}>${t('net.' + x)}</option>`)}</select></${Ranking}>`;
}

/** @param {{ range: string, ranges: string[] }} props */
export default function Overview({ range, ranges }) {
	const trend = useKept(ask('/stats/trend', { range }));
	const rank = (/** @type {string} */ by, /** @type {string} */ limit = '') => useRanking(ask('/stats/' + by, { range, limit }), trend.data);
	const countries = rank('by-country'), jails = rank('by-jail'), addresses = rank('top-ips', String(TOP));
	const only = (/** @type {Record<string, string>} */ filter) => ask('/history', { range, ...filter });
	return html`<div class="overview"><${Trend} state=${trend} range=${range} ranges=${ranges} /><div class="ranks">
		<${Ranking} title=${t('rank.countries')} all=${ask('/map', { range })} state=${countries} top=${TOP_COUNTRIES} item=${(/** @type {any} */ x) => ({ key: x.country_code, badge: x.country_code,
			name: country(x.country_code, x.country_name), href: only({ country: x.country_code }) })} />
		<${Ranking} title=${t('rank.jails')} all="/jails" state=${jails} item=${(/** @type {any} */ x) => ({ key: x.jail, name: inert(x.jail, NAME_MAX), href: only({ jail: x.jail }) })} />
		<${Networks} range=${range} trend=${trend.data} />
		<${Ranking} title=${t('rank.addresses')} all=${only({})} state=${addresses} item=${(/** @type {any} */ x) => ({ key: x.ip, name: inert(x.ip, NAME_MAX), href: only({ ip: x.ip }) })} /></div></div>`;
}
