// SPDX-License-Identifier: GPL-2.0-or-later
// The bans in force: filters, order and page are the URL's; what is chosen in
// the table is this component's.
import { html, useEffect, useMemo, useRef, useState } from '../vendor/preact.js';
import { banAgain, banKey, isLifted, unban, withOutcome } from '../lib/bans.js';
import { now, unix, useTick } from '../lib/clock.js';
import { ago, left, span } from '../lib/duration.js';
import { dateTime, num, t, timeOfDay } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { link } from '../lib/pulse.js';
import { useResource } from '../lib/resource.js';
import { go, jailHref, withQuery } from '../lib/router.js';
import { useStore } from '../lib/store.js';
import { toast } from '../lib/toast.js';
import { Icon } from './icon.js';
import { Empty, explain, Failure, Loading, Skel } from './states.js';

/** @typedef {import('../lib/bans.js').Ban} Ban */

const LIMIT = '50';
const SORTS = ['ip', 'jail', 'banned_at', 'expires_at'];
const ORDER = /** @type {Record<string, string>} */ ({ ip: 'asc', jail: 'asc', banned_at: 'desc', expires_at: 'asc' });
const CELL = /** @type {Record<string, string>} */ ({ ip: 'lead', jail: 'jail', banned_at: 'when', expires_at: 'rest' });
const METER = 40;
const ID_MAX = 64; // a filter may ban by any text

/** @param {{ at: string }} props */
export function Ago({ at }) {
	const s = unix(at);
	return html`<time datetime=${at} title=${dateTime(s)}>${useTick((time) => ago(time - s))}</time>`;
}

/** @param {{ ban: Ban }} props */
function Left({ ban }) {
	const end = ban.expires_at === null ? null : unix(ban.expires_at);
	const text = useTick((time) => (end === null ? t('time.permanent') : left(end - time)));
	const share = end === null ? 1 : Math.max(0, Math.min(1, (end - now()) / Math.max(1, ban.bantime_seconds)));
	const title = end === null ? t('bans.never') : t('bans.until', { at: dateTime(end), span: span(ban.bantime_seconds) });
	return html`<span class="left" title=${title}><svg class="left-meter" width=${METER} height="4" viewBox=${`0 0 ${METER} 4`} aria-hidden="true">
		<rect class="track" width=${METER} height="4" rx="2" /><rect class="fill" width=${Math.max(2, Math.round(share * METER))} height="4" rx="2" /></svg>${text}</span>`;
}

/** @param {{ ban: Ban, busy: boolean, chosen: boolean, off: boolean, jailCell: boolean, onChoose: (b: Ban, on: boolean) => void, onUnban: (b: Ban[]) => void }} props */
function Row({ ban, busy, chosen, off, jailCell, onChoose, onUnban }) {
	const ip = inert(ban.ip, ID_MAX), jail = inert(ban.jail, ID_MAX);
	return html`<tr role="row" aria-busy=${busy} class=${chosen ? 'chosen' : ''}>
		<td role="cell" class="pick"><label class="check"><input type="checkbox" checked=${chosen} disabled=${off} aria-label=${t('bans.choose', { ip, jail })} onChange=${(/** @type {any} */ ev) => onChoose(ban, ev.currentTarget.checked)} /></label></td>
		<td role="cell" class="lead"><bdi class="mono wrap" title=${ban.ip.length > ID_MAX ? inert(ban.ip) : null}>${ip}</bdi></td>
		${jailCell && html`<td role="cell" class="jail"><a class="chip" href=${jailHref(ban.jail)}><bdi>${jail}</bdi></a></td>`}
		<td role="cell" class="when nowrap"><${Ago} at=${ban.banned_at} /></td>
		<td role="cell" class="rest nowrap"><${Left} ban=${ban} /></td>
		<td role="cell" class="act"><button type="button" class="btn small row-act" data-unban=${banKey(ban)} disabled=${off || busy} aria-label=${t('bans.unbanOne', { ip, jail })} onClick=${() => onUnban([ban])}>${t('bans.unban')}</button></td></tr>`;
}

/** @param {{ jailCell: boolean }} props */
const SkeletonRows = ({ jailCell }) => html`${Array.from({ length: 8 }, (_, i) => html`<tr role="row" key=${i}><td role="cell" class="pick"></td><td role="cell" class="lead"><${Skel} size="m" /></td>
	${jailCell && html`<td role="cell" class="jail"><${Skel} size="s" /></td>`}<td role="cell" class="when"><${Skel} size="s" /></td><td role="cell" class="rest"><${Skel} size="m" /></td><td role="cell" class="act"></td></tr>`)}`;

/** @param {URLSearchParams} query */
function orderOf(query) {
	const sort = SORTS.includes(query.get('sort') || '') ? /** @type {string} */ (query.get('sort')) : 'banned_at';
	const order = query.get('order') === 'asc' ? 'asc' : query.get('order') === 'desc' ? 'desc' : ORDER[sort];
	return { sort, order };
}

/** @param {string} sort @param {string} order */
const sortHref = (sort, order) => withQuery({ sort: sort === 'banned_at' ? '' : sort, order: order === ORDER[sort] ? '' : order, cursor: '' });

/** @param {{ name: string, sort: string, order: string }} props */
function Head({ name, sort, order }) {
	const on = sort === name;
	const next = on ? (order === 'asc' ? 'desc' : 'asc') : ORDER[name];
	return html`<th role="columnheader" scope="col" class=${CELL[name]} aria-sort=${on ? (order === 'asc' ? 'ascending' : 'descending') : null}>
		<button type="button" onClick=${() => go(sortHref(name, next), { replace: true })}>${t('bans.' + name)}<${Icon} name=${on && order === 'asc' ? 'up' : 'down'} size=${14} /></button></th>`;
}

/** On phones the heads are gone: the order is a list. @param {{ sort: string, order: string, jailCell: boolean }} props */
const SortPicker = ({ sort, order, jailCell }) => html`<div class="picker only-phone">
	<select class="select" aria-label=${t('bans.sort')} value=${sort + ' ' + order} onChange=${(/** @type {any} */ ev) => { const [s, o] = ev.currentTarget.value.split(' '); go(sortHref(s, o), { replace: true }); }}>
	${SORTS.filter((s) => jailCell || s !== 'jail').flatMap((s) => ['asc', 'desc'].map((o) => html`<option key=${s + o} value=${s + ' ' + o}>${t(`sort.${s}.${o}`)}</option>`))}</select></div>`;

/** @param {{ query: URLSearchParams, jails: string[], sort: string, order: string }} props */
function Filters({ query, jails, sort, order }) {
	const jail = query.get('jail') || '', ip = query.get('ip') || '';
	const names = jail && !jails.includes(jail) ? [...jails, jail] : jails;
	return html`<div class="filters">
		${ip && html`<span class="filter">${t('bans.address')} <bdi class="mono">${inert(ip, 60)}</bdi><button type="button" aria-label=${t('bans.clearAddress')} onClick=${() => go(withQuery({ ip: '', cursor: '' }))}><${Icon} name="x" size=${14} /></button></span>`}
		<div class="picker"><select class="select" aria-label=${t('bans.jail')} value=${jail} onChange=${(/** @type {any} */ ev) => go(withQuery({ jail: ev.currentTarget.value, cursor: '' }))}>
			<option value="">${t('bans.allJails')}</option>${names.map((j) => html`<option key=${j} value=${j}>${inert(j, 60)}</option>`)}</select></div>
		<${SortPicker} sort=${sort} order=${order} jailCell=${true} /></div>`;
}

/** @param {{ data: any, shown: number, gone: number }} props */
function Foot({ data, shown, gone }) {
	const turn = (/** @type {string | null} */ cursor, /** @type {string} */ key, /** @type {string} */ icon) => cursor
		? html`<a class="btn icon quiet" href=${withQuery({ cursor })} aria-label=${t(key)} title=${t(key)}><${Icon} name=${icon} /></a>`
		: html`<span class="btn icon quiet off" aria-hidden="true"><${Icon} name=${icon} /></span>`;
	const total = Math.max(shown, data.total - gone);
	return html`<div class="table-foot"><span class="range">${shown < total ? t('page.some', { shown, n: total }) : t('page.all', { n: total })}</span>
		${(data.next_cursor || data.prev_cursor) && html`<nav class="row" aria-label=${t('page.label')}>${turn(data.prev_cursor, 'page.prev', 'left')}${turn(data.next_cursor, 'page.next', 'right')}</nav>`}</div>`;
}

/** @param {import('../lib/bans.js').Result[]} results @param {Ban[]} bans */
function tellUnbanned(results, bans) {
	const done = withOutcome(results, 'unbanned', 'not_banned');
	const failed = results.filter((r) => !done.includes(r));
	if (failed.length) toast(t('bans.unbanFailed', { n: failed.length, ip: inert(failed[0].ip, 60), why: failed[0].detail || t('outcome.' + failed[0].outcome) }), { tone: 'danger' });
	const lifted = withOutcome(results, 'unbanned');
	if (done.length && !lifted.length) toast(t('bans.alreadyEnded', { n: done.length, ip: inert(done[0].ip, 60) }));
	if (!lifted.length) return;
	const one = bans.find((b) => b.ip === lifted[0].ip) || lifted[0];
	toast(t('bans.unbanned', { n: lifted.length, ip: inert(one.ip, 60), jail: inert(one.jail, 60) }), { action: { label: t('bans.again'), run: () => again(lifted) } });
}

/** @param {{ ip: string, jail: string }[]} bans */
async function again(bans) {
	try {
		const results = await banAgain(bans);
		const failed = results.filter((r) => r.outcome !== 'banned' && r.outcome !== 'already_banned');
		if (failed.length) toast(t('bans.againFailed', { n: failed.length, ip: inert(failed[0].ip, 60), why: failed[0].detail || t('outcome.' + failed[0].outcome) }), { tone: 'danger' });
		else toast(t('bans.bannedAgain', { n: results.length, ip: inert(results[0]?.ip, 60) }));
	} catch (e) {
		toast(explain(e), { tone: 'danger' });
	}
}

/** After rows have gone: the focus that was on one of them goes to the next. @param {HTMLElement | null} card @param {string} next */
function keepFocus(card, next) {
	if (document.activeElement !== document.body && document.activeElement !== null) return;
	const to = [...(card?.querySelectorAll('[data-unban]') || [])].find((b) => b.getAttribute('data-unban') === next);
	/** @type {HTMLElement | null | undefined} */ (to || card?.querySelector('h2'))?.focus();
}

/** @param {{ items: Ban[], card: { current: HTMLElement | null } }} args */
function useUnban({ items, card }) {
	const [busy, setBusy] = useState(/** @type {Set<string>} */ (new Set()));
	const run = async (/** @type {Ban[]} */ bans) => {
		const keys = bans.map(banKey);
		const at = items.findIndex((b) => banKey(b) === keys[0]);
		const next = items.slice(at).find((b) => !keys.includes(banKey(b)));
		setBusy((b) => new Set([...b, ...keys]));
		try {
			tellUnbanned(await unban(bans), bans);
		} catch (/** @type {any} */ e) {
			if (e.status !== 401) toast(explain(e), { tone: 'danger' });
		}
		setBusy((b) => new Set([...b].filter((k) => !keys.includes(k))));
		setTimeout(() => keepFocus(card.current, next ? banKey(next) : ''), 50);
	};
	return { busy, run };
}

/** @param {{ chosen: Ban[], off: boolean, onUnban: () => void, onClear: () => void }} props */
const Chosen = ({ chosen, off, onUnban, onClear }) => html`<div class="chosen-bar" role="group" aria-label=${t('bans.chosenLabel')}><span class="grow">${t('bans.chosen', { n: chosen.length })}</span>
	<button type="button" class="btn small primary" disabled=${off} onClick=${onUnban}>${t('bans.unbanMany', { n: chosen.length })}</button>
	<button type="button" class="btn small quiet" onClick=${onClear}>${t('bans.clearChosen')}</button></div>`;

const ShowAll = () => html`<button type="button" class="btn" onClick=${() => go(withQuery({ ip: '', jail: '', cursor: '' }))}>${t('bans.clearFilters')}</button>`;

/** @param {{ filtered: boolean, jail: string | undefined, onBan: () => void, off: boolean }} props */
const Nothing = ({ filtered, jail, onBan, off }) => filtered
	? html`<${Empty} icon="search" title=${t('bans.noMatch')} text=${t('bans.noMatchHelp')}><${ShowAll} /></${Empty}>`
	: html`<${Empty} title=${t(jail ? 'bans.noneJail' : 'bans.none')} text=${t('bans.noneHelp')}><button type="button" class="btn" disabled=${off} onClick=${onBan}>${t('ban.open')}</button></${Empty}>`;

/**
 * @param {{ query: URLSearchParams, jail?: string, jails?: string[], onBan: () => void }} props
 *   jail: show this one's alone
 */
export function BanTable({ query, jail, jails = [], onBan }) {
	const card = useRef(/** @type {HTMLElement | null} */ (null));
	const { offline } = useStore(link);
	const { sort, order } = orderOf(query);
	const cursor = query.get('cursor') || '', ip = jail ? '' : query.get('ip') || '', only = jail || query.get('jail') || '';
	const path = useMemo(() => {
		const q = new URLSearchParams({ limit: LIMIT, sort, order });
		for (const [k, v] of [['jail', only], ['ip', ip], ['cursor', cursor]]) if (v) q.set(k, v);
		return '/active-bans?' + q;
	}, [sort, order, only, ip, cursor]);
	const { data, error, loading, at, reload } = useResource(path, { live: true });
	const last = useRef(/** @type {any} */ (null));
	// 400, 422: the question was wrong, so an earlier answer is none to it.
	last.current = data || (error?.status === 400 || error?.status === 422 ? null : last.current);
	const shown = data || last.current;
	const items = /** @type {Ban[]} */ (shown ? shown.items.filter((/** @type {Ban} */ b) => !isLifted(b)) : []);
	const gone = shown ? shown.items.length - items.length : 0;

	// A cursor of another time or order: begin again rather than complain.
	useEffect(() => {
		if (error?.status === 400 && cursor) go(withQuery({ cursor: '' }), { replace: true });
	}, [error]);

	const [picked, setPicked] = useState(/** @type {Map<string, Ban>} */ (new Map()));
	useEffect(() => setPicked(new Map()), [path]);
	const chosen = items.filter((b) => picked.has(banKey(b)));
	const choose = (/** @type {Ban} */ b, /** @type {boolean} */ on) => setPicked((old) => {
		const next = new Map(old);
		if (on) next.set(banKey(b), b);
		else next.delete(banKey(b));
		return next;
	});
	const all = chosen.length > 0 && chosen.length === items.length;
	const { busy, run } = useUnban({ items, card });
	const unbanChosen = () => run(chosen).then(() => setPicked(new Map()));

	// Counts are said when the reader has asked for another list, not each poll.
	const [said, say] = useState('');
	const spoken = useRef('');
	useEffect(() => {
		if (!data || spoken.current === path) return;
		if (spoken.current) say(t('page.all', { n: data.total }));
		spoken.current = path;
	}, [data, path]);

	const jailCell = !jail, cols = SORTS.filter((s) => jailCell || s !== 'jail');
	const off = offline || Boolean(error && shown);
	const body = error?.status === 422 ? html`<${Empty} icon="search" title=${t('bans.badSearch')} text=${error.fields.ip || explain(error)}><${ShowAll} /></${Empty}>`
		: error && !shown ? html`<${Failure} error=${error} retry=${reload} />`
		: shown && !items.length ? html`<${Nothing} filtered=${Boolean(ip || (only && !jail))} jail=${jail} onBan=${onBan} off=${off} />`
		: html`<table class=${'table bans' + (jailCell ? '' : ' one-jail')} role="table" aria-busy=${loading && !data}><caption class="sr">${t('bans.title')}</caption>
			<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" class="pick"><label class="check"><input type="checkbox" checked=${all} indeterminate=${chosen.length > 0 && !all} disabled=${off || !items.length} aria-label=${t('bans.chooseAll')}
				onChange=${() => setPicked(all ? new Map() : new Map(items.map((b) => [banKey(b), b])))} /></label></th>
				${cols.map((c) => html`<${Head} key=${c} name=${c} sort=${sort} order=${order} />`)}<th role="columnheader" scope="col" class="act"><span class="sr">${t('bans.actions')}</span></th></tr></thead>
			<tbody role="rowgroup">${shown ? items.map((b) => html`<${Row} key=${banKey(b)} ban=${b} busy=${busy.has(banKey(b))} chosen=${picked.has(banKey(b))} off=${off} jailCell=${jailCell} onChoose=${choose} onUnban=${run} />`) : html`<${SkeletonRows} jailCell=${jailCell} />`}</tbody></table>
			${shown && html`<${Foot} data=${shown} shown=${items.length} gone=${gone} />`}`;
	return html`<section class="card" ref=${card} aria-labelledby="bans-title">
		<div class="card-head"><h2 id="bans-title" tabindex="-1">${t('bans.title')}${shown && html` <span class="count">${num(Math.max(items.length, shown.total - gone))}</span>`}</h2>
			${error && shown && html`<span class="stale"><${Icon} name="warn" size=${14} />${t('state.stale', { at: timeOfDay(at / 1000) })}</span>`}
			${jail ? html`<div class="filters"><${SortPicker} sort=${sort} order=${order} jailCell=${false} /></div>` : html`<${Filters} query=${query} jails=${jails} sort=${sort} order=${order} />`}</div>
		${chosen.length > 0 && html`<${Chosen} chosen=${chosen} off=${off} onUnban=${unbanChosen} onClear=${() => setPicked(new Map())} />`}
		${!shown && !error && html`<${Loading} />`}${body}
		<span class="sr" role="status">${said}</span></section>`;
}
