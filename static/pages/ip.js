// SPDX-License-Identifier: GPL-2.0-or-later
// One address: where it is and how that is known, where it is banned now, and
// what is on record of it.
import { html, useRef, useState } from '../vendor/preact.js';
import { isLifted } from '../lib/bans.js';
import { unix } from '../lib/clock.js';
import { addTexts, country, dateTime, num, t, timeOfDay } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { link } from '../lib/pulse.js';
import { useResource } from '../lib/resource.js';
import { ipHref, jailHref } from '../lib/router.js';
import { useStore } from '../lib/store.js';
import { useUnban } from '../components/bans.js';
import { Ago, Left, network } from '../components/cells.js';
import { HistoryTable, OF_ONE_ADDRESS } from '../components/history.js';
import { Icon } from '../components/icon.js';
import { Empty, Failure, lazy, Loading, LookOnly, PageHead, Skel, Stale } from '../components/states.js';
import { banTexts } from '../i18n/en-bans.js';
import { places } from '../i18n/en-places.js';

addTexts(places);
addTexts(banTexts);

const BanDialog = lazy(() => import('../components/bandialog.js'));

/** @typedef {import('../lib/bans.js').Ban} Ban */

// --------------------------------------------------------------------- where

/** How a place came to be known. @param {any} geo */
function source(geo) {
	if (geo.pending) return t('place.pending');
	const at = geo.resolved_at && dateTime(unix(geo.resolved_at));
	if (geo.source === 'cache') return t(at ? 'ip.fromCacheAt' : 'ip.fromCache', { resolver: inert(geo.resolver || '?', 40), at: at || '' });
	return t('from.' + geo.source);
}

/** @param {any} geo @returns {[string, any][]} */
function facts(geo) {
	if (geo.kind !== 'global') return [['kind', t('place.' + geo.kind)], ['source', source(geo)]];
	const name = geo.country_code && country(geo.country_code, geo.country_name), as = network(geo);
	return [
		['country', name ? html`<a href=${'/map?country=' + geo.country_code}>${name}</a>` : t(geo.pending ? 'place.pending' : 'place.unknown')],
		['network', as ? html`<a href=${'/map?asn=' + geo.asn}><bdi>${as}</bdi></a>` : t('place.unknown')],
		['source', source(geo)],
	];
}

/** @param {{ name: string, value: any }} props value: null while loading */
const Fact = ({ name, value }) => html`<div><dt>${t('ip.' + name)}</dt><dd>${value === null ? html`<${Skel} size="m" />` : value}</dd></div>`;

/** @param {{ title: string, rows: [string, any][] }} props */
const Facts = ({ title, rows }) => html`<section class="card" aria-label=${title}><div class="card-head"><h2>${title}</h2></div>
	<div class="card-body"><dl class="facts">${rows.map(([name, value]) => html`<${Fact} key=${name} name=${name} value=${value} />`)}</dl></div></section>`;

/** @param {any} h @returns {[string, any][]} */
const record = (h) => [
	['bans', num(h.bans)],
	['first', h.first_banned_at && dateTime(unix(h.first_banned_at))],
	['last', h.last_banned_at && html`<${Ago} at=${h.last_banned_at} />`],
	['jails', html`<ul class="chips">${h.jails.map((/** @type {any} */ j) => html`<li key=${j.jail}><a class="chip" href=${jailHref(j.jail)}><bdi>${inert(j.jail, 60)}</bdi></a> ${num(j.bans)}</li>`)}</ul>`],
];

// ----------------------------------------------------------------- in force

/** @param {{ ban: Ban, off: boolean, onUnban: (bans: Ban[]) => void }} props */
const ActiveRow = ({ ban, off, onUnban }) => html`<tr role="row">
	<td role="cell" class="lead"><a class="chip" href=${jailHref(ban.jail)}><bdi>${inert(ban.jail, 60)}</bdi></a></td>
	<td role="cell" class="full nowrap"><span class="muted">${t('ip.banned')} <${Ago} at=${ban.banned_at} /></span>
		${ban.ban_id && html` <a href=${'/bans/' + ban.ban_id} aria-label=${t('history.whyOne', { ip: inert(ban.ip, 64), jail: inert(ban.jail, 60) })}>${t('history.why')}</a>`}</td>
	<td role="cell" class="full nowrap"><${Left} ban=${ban} /></td>
	<td role="cell" class="act needs-operate"><button type="button" class="btn small row-act" disabled=${off} aria-label=${t('bans.unbanOne', { ip: inert(ban.ip, 64), jail: inert(ban.jail, 60) })}
		onClick=${() => onUnban([ban])}>${t('bans.unban')}</button></td></tr>`;

/** @param {{ bans: Ban[] | null, loading: boolean, off: boolean, onUnban: (bans: Ban[]) => void }} props bans: null while it is not known */
const Active = ({ bans, loading, off, onUnban }) => html`<section class="card" aria-labelledby="active-title"><div class="card-head"><h2 id="active-title" tabindex="-1">${t('ip.active')}
		${bans && html` <span class="count">${bans.length}</span>`}</h2>
		${bans && bans.length > 1 && html`<button type="button" class="btn small needs-operate" disabled=${off} onClick=${() => onUnban(bans)}>${t('ip.unbanAll')}</button>`}</div><${LookOnly} />
	${!loading && !bans?.length ? html`<div class="card-body"><p class="muted">${t(bans ? 'ip.notBanned' : 'offline.card')}</p></div>`
		: html`<table class="table active" role="table"><caption class="sr">${t('ip.active')}</caption><tbody role="rowgroup">${bans
			? bans.map((b) => html`<${ActiveRow} key=${b.jail} ban=${b} off=${off} onUnban=${onUnban} />`)
			: html`<tr role="row"><td role="cell"><${Skel} size="m" /></td></tr>`}</tbody></table>`}</section>`;

/** What the API says of bans in force, as the rest of the page knows bans. @param {any} data @returns {Ban[] | null} */
const activeOf = (data) => data?.active && data.active.map((/** @type {any} */ b) => ({ ...data.geo, ...b, ip: data.ip,
	bantime_seconds: b.permanent ? -1 : unix(b.expires_at) - unix(b.banned_at) })).filter((/** @type {Ban} */ b) => !isLifted(b));

// ---------------------------------------------------------------------- page

/** @param {{ ip: string, state: any, off: boolean, onBan: () => void }} props */
const Head = ({ ip, state: { data, error, at }, off, onBan }) => html`<${PageHead} title=${html`<bdi class="mono">${ip}</bdi>`} name=${ip}>
	${error && data && html`<${Stale} at=${timeOfDay(at / 1000)} />`}<span class="grow"></span>
	<button type="button" class="btn primary needs-operate" disabled=${off || !data} onClick=${onBan}><${Icon} name="ban" />${t('ip.ban')}</button></${PageHead}>`;

/** @param {{ data: any, bans: Ban[] | null }} props */
function Lede({ data, bans }) {
	const now = !bans ? t('offline.title') + '.' : bans.length ? t('ip.nowBanned', { n: bans.length }) : t(data.history.bans ? 'ip.nowFree' : 'ip.never');
	const special = data.geo.kind !== 'global' && t(data.geo.kind === 'text' ? 'ip.text' : 'ip.special');
	return html`<p class="lede">${now}${special && ' ' + special}</p>`;
}

/** @param {{ data: any }} props data: null while loading */
const Recent = ({ data }) => html`<section class="card" aria-labelledby="recent-title"><div class="card-head"><h2 id="recent-title">${t('ip.recent')}
		${data?.history.bans > 0 && html` <span class="count">${num(data.history.bans)}</span>`}</h2></div>
	${data && !data.recent.length ? html`<${Empty} title=${t('ip.noRecord')} text=${t('ip.noRecordHelp')} />`
		: html`<${HistoryTable} items=${data && data.recent} caption=${t('ip.recent')} columns=${OF_ONE_ADDRESS} />`}
	${data && data.history.bans > data.recent.length && html`<div class="table-foot"><span class="range">${t('ip.newest', { n: data.recent.length })}</span></div>`}</section>`;

/** @param {{ params: { ip: string } }} props */
export default function Ip({ params: { ip } }) {
	const state = useResource(ipHref(ip), { live: true });
	const { data, error, reload } = state;
	const { offline } = useStore(link);
	const [banning, setBanning] = useState(false);
	const card = useRef(/** @type {HTMLElement | null} */ (null));
	const bans = activeOf(data);
	const { busy, run } = useUnban(bans || [], card);
	const off = offline || Boolean(error && data);
	const head = html`<${Head} ip=${inert(data?.ip || ip, 80)} state=${state} off=${off} onBan=${() => setBanning(true)} />`;
	if (error && !data) return html`${head}<section class="card"><${Failure} error=${error} retry=${reload} /></section>`;
	return html`${head}${data ? html`<${Lede} data=${data} bans=${bans} />` : html`<p class="lede"><${Loading} /><${Skel} size="xl" /></p>`}
	<div class="columns" ref=${card}><${Facts} title=${t('ip.where')} rows=${data ? facts(data.geo) : [['country', null], ['network', null], ['source', null]]} />
		<div class="stack"><${Active} bans=${bans} loading=${!data} off=${off || busy.size > 0} onUnban=${run} />
			${(!data || data.history.bans > 0) && html`<${Facts} title=${t('ip.record')} rows=${data ? record(data.history) : [['bans', null], ['first', null], ['last', null]]} />`}</div></div>
	<${Recent} data=${data} />
	${banning && html`<${BanDialog} ips=${data.ip} onClose=${() => setBanning(false)} />`}`;
}
