// SPDX-License-Identifier: GPL-2.0-or-later
// The bans in force. Filters, order and page are the URL's; what is chosen in
// the table is this component's.
import { html, useEffect, useMemo, useRef, useState } from '../vendor/preact.js';
import { banAgain, banKey, isLifted, placeOf, unban, withOutcome } from '../lib/bans.js';
import { ticked, typed } from '../lib/dom.js';
import { num, t, timeOfDay } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { link } from '../lib/pulse.js';
import { useResource } from '../lib/resource.js';
import { go, jailHref, withQuery } from '../lib/router.js';
import { useStore } from '../lib/store.js';
import { toast } from '../lib/toast.js';
import { Address, Ago, Filter, Left, PlaceFilters, TableFoot, Where } from './cells.js';
import { Icon } from './icon.js';
import { Empty, explain, Failure, Loading, LookOnly, Skel, Stale } from './states.js';

/**
 * @typedef {import('../lib/bans.js').Ban} Ban
 * @typedef {import('../lib/bans.js').Result} Result
 * @typedef {{ sort: string, order: string }} Order
 */

const LIMIT = '50';
/** Columns that sort, with the order each begins with. */
const ORDERS = /** @type {Record<string, string>} */ ({ ip: 'asc', jail: 'asc', banned_at: 'desc', expires_at: 'asc' });
const CELLS = /** @type {Record<string, string>} */ ({ ip: 'lead', jail: 'jail', banned_at: 'when', expires_at: 'rest' });
const ID_MAX = 64; // a filter may ban by any text

/** An address or a jail for a note or a label. @param {string} text */
const short = (text) => inert(text, ID_MAX);

// ------------------------------------------------------------------ address

/** @param {URLSearchParams} query @returns {Order} */
function orderOf(query) {
	const asked = query.get('sort') || '', order = query.get('order') || '';
	const sort = Object.hasOwn(ORDERS, asked) ? asked : 'banned_at';
	return { sort, order: order === 'asc' || order === 'desc' ? order : ORDERS[sort] };
}

/** @param {Order} to */
function sortBy({ sort, order }) {
	const change = { sort: sort === 'banned_at' ? '' : sort, order: order === ORDERS[sort] ? '' : order, cursor: '' };
	go(withQuery(change), { replace: true });
}

const showAll = () => go(withQuery({ ip: '', jail: '', country: '', asn: '', cursor: '' }));

// --------------------------------------------------------------------- rows

/**
 * @param {{ ban: Ban, busy: boolean, chosen: boolean, off: boolean, jailCell: boolean,
 *   onChoose: (b: Ban, on: boolean) => void, onUnban: (b: Ban[]) => void }} props
 */
function Row({ ban, busy, chosen, off, jailCell, onChoose, onUnban }) {
	const ip = short(ban.ip), jail = short(ban.jail);
	return html`<tr role="row" aria-busy=${busy} class=${chosen ? 'chosen' : ''}>
		<td role="cell" class="pick needs-operate"><label class="check"><input type="checkbox" checked=${chosen} disabled=${off}
			aria-label=${t('bans.choose', { ip, jail })} onChange=${ticked((on) => onChoose(ban, on))} /></label></td>
		<td role="cell" class="lead"><${Address} ip=${ban.ip} /></td>
		<td role="cell" class="place"><${Where} at=${ban} pick /></td>
		${jailCell && html`<td role="cell" class="jail"><a class="chip" href=${jailHref(ban.jail)}><bdi>${jail}</bdi></a></td>`}
		<td role="cell" class="when nowrap">${ban.ban_id ? html`<a href=${'/bans/' + ban.ban_id} title=${t('bans.why')}><${Ago} at=${ban.banned_at} /></a>` : html`<${Ago} at=${ban.banned_at} />`}</td>
		<td role="cell" class="rest nowrap"><${Left} ban=${ban} /></td>
		<td role="cell" class="act needs-operate"><button type="button" class="btn small row-act" data-unban=${banKey(ban)} disabled=${off || busy}
			aria-label=${t('bans.unbanOne', { ip, jail })} onClick=${() => onUnban([ban])}>${t('bans.unban')}</button></td></tr>`;
}

/** @param {{ jailCell: boolean }} props */
const SkeletonRows = ({ jailCell }) => html`${Array.from({ length: 8 }, (_, i) => html`<tr role="row" key=${i}>
	<td role="cell" class="pick needs-operate"></td><td role="cell" class="lead"><${Skel} size="m" /></td>
	<td role="cell" class="place"><${Skel} size="s" /></td>
	${jailCell && html`<td role="cell" class="jail"><${Skel} size="s" /></td>`}
	<td role="cell" class="when"><${Skel} size="s" /></td><td role="cell" class="rest"><${Skel} size="m" /></td>
	<td role="cell" class="act needs-operate"></td></tr>`)}`;

/** @param {{ name: string } & Order} props */
function Head({ name, sort, order }) {
	const on = sort === name;
	const turn = () => sortBy({ sort: name, order: !on ? ORDERS[name] : order === 'asc' ? 'desc' : 'asc' });
	return html`<th role="columnheader" scope="col" class=${CELLS[name]} aria-sort=${on ? order + 'ending' : null}>
		<button type="button" onClick=${turn}>${t('bans.' + name)}<${Icon} name=${on && order === 'asc' ? 'up' : 'down'} size=${14} /></button></th>`;
}

// ------------------------------------------------------ above and below them

/** On phones the heads are gone: the order is a list. @param {{ jailCell: boolean } & Order} props */
function SortPicker({ sort, order, jailCell }) {
	const names = Object.keys(ORDERS).filter((s) => jailCell || s !== 'jail');
	const pick = (/** @type {string} */ value) => {
		const [s, o] = value.split(' ');
		sortBy({ sort: s, order: o });
	};
	return html`<div class="picker only-phone"><select class="select" aria-label=${t('bans.sort')} value=${sort + ' ' + order} onChange=${typed(pick)}>
		${names.flatMap((s) => ['asc', 'desc'].map((o) => html`<option key=${s + o} value=${s + ' ' + o}>${t(`sort.${s}.${o}`)}</option>`))}
	</select></div>`;
}

/** @param {{ l: ReturnType<typeof useList> }} props */
const Narrowed = ({ l }) => html`${l.ip && html`<${Filter} label=${t('bans.clearAddress')} clear=${withQuery({ ip: '', cursor: '' })}
		text=${html`${t('bans.address')} <bdi class="mono">${short(l.ip)}</bdi>`} />`}
	<${PlaceFilters} country=${l.country} asn=${l.asn} known=${l.items} />`;

/** @param {{ l: ReturnType<typeof useList>, jails: string[] }} props */
function JailPicker({ l: { jail }, jails }) {
	const names = jail && !jails.includes(jail) ? [...jails, jail] : jails;
	return html`<div class="picker"><select class="select" aria-label=${t('bans.jail')} value=${jail} onChange=${typed((v) => go(withQuery({ jail: v, cursor: '' })))}>
		<option value="">${t('bans.allJails')}</option>${names.map((j) => html`<option key=${j} value=${j}>${short(j)}</option>`)}</select></div>`;
}

/** @param {{ n: number, off: boolean, onUnban: () => void, onClear: () => void }} props */
const Chosen = ({ n, off, onUnban, onClear }) => html`<div class="chosen-bar needs-operate" role="group" aria-label=${t('bans.chosenLabel')}>
	<span class="grow">${t('bans.chosen', { n })}</span>
	<button type="button" class="btn small primary" disabled=${off} onClick=${onUnban}>${t('bans.unbanMany', { n })}</button>
	<button type="button" class="btn small quiet" onClick=${onClear}>${t('bans.clearChosen')}</button></div>`;

const ShowAll = () => html`<button type="button" class="btn" onClick=${showAll}>${t('bans.clearFilters')}</button>`;

/** @param {{ filtered: boolean, jail: string | undefined, onBan: () => void, off: boolean }} props */
const Nothing = ({ filtered, jail, onBan, off }) => filtered
	? html`<${Empty} icon="search" title=${t('bans.noMatch')} text=${t('bans.noMatchHelp')}><${ShowAll} /></${Empty}>`
	: html`<${Empty} title=${t(jail ? 'bans.noneJail' : 'bans.none')} text=${html`${t('bans.noneHelp')} <span class="needs-operate">${t('bans.noneHand')}</span>`}>
		<button type="button" class="btn needs-operate" disabled=${off} onClick=${onBan}>${t('ban.open')}</button></${Empty}>`;

// ------------------------------------------------------------------- unban

/** Why an address is not as it should be. @param {Result} r */
const why = (r) => r.detail || t('outcome.' + r.outcome);

/** @param {Result[]} bans */
async function again(bans) {
	try {
		const results = await banAgain(bans);
		const failed = results.filter((r) => r.outcome !== 'banned' && r.outcome !== 'already_banned');
		const [first] = failed;
		if (first) toast(t('bans.againFailed', { n: failed.length, ip: short(first.ip), why: why(first) }), { tone: 'danger' });
		else toast(t('bans.bannedAgain', { n: results.length, ip: short(results[0].ip) }));
	} catch (e) {
		toast(explain(e), { tone: 'danger' });
	}
}

/** @param {Result[]} results */
function tellUnbanned(results) {
	const lifted = withOutcome(results, 'unbanned'), ended = withOutcome(results, 'not_banned');
	const failed = results.filter((r) => r.outcome !== 'unbanned' && r.outcome !== 'not_banned');
	if (failed.length) toast(t('bans.unbanFailed', { n: failed.length, ip: short(failed[0].ip), why: why(failed[0]) }), { tone: 'danger' });
	if (ended.length && !lifted.length) toast(t('bans.alreadyEnded', { n: ended.length, ip: short(ended[0].ip) }));
	if (!lifted.length) return;
	const text = t('bans.unbanned', { n: lifted.length, ip: short(lifted[0].ip), jail: short(lifted[0].jail) });
	toast(text, { action: { label: t('bans.again'), run: () => again(lifted) } });
}

/**
 * After rows have gone: the focus that was on one of them goes to the next.
 * @param {HTMLElement | null} card
 * @param {string} next
 */
function keepFocus(card, next) {
	if (document.activeElement !== document.body && document.activeElement !== null) return;
	const buttons = /** @type {HTMLElement[]} */ ([...(card?.querySelectorAll('[data-unban]') || [])]);
	const to = buttons.find((b) => b.getAttribute('data-unban') === next);
	(to || card?.querySelector('h2'))?.focus();
}

/** Lifting bans with a word on what came of it. @param {Ban[]} items what is on show @param {{ current: HTMLElement | null }} card */
export function useUnban(items, card) {
	const [busy, setBusy] = useState(/** @type {Set<string>} */ (new Set()));
	const run = async (/** @type {Ban[]} */ bans) => {
		const keys = bans.map(banKey);
		const at = items.findIndex((b) => banKey(b) === keys[0]);
		const next = items.slice(at).find((b) => !keys.includes(banKey(b)));
		setBusy((b) => new Set([...b, ...keys]));
		try {
			tellUnbanned(await unban(bans));
		} catch (/** @type {any} */ e) {
			if (e.status !== 401) toast(explain(e), { tone: 'danger' }); // else the sign-in is there by now
		}
		setBusy((b) => new Set([...b].filter((k) => !keys.includes(k))));
		setTimeout(() => keepFocus(card.current, next ? banKey(next) : ''), 50); // when the rows have been drawn
	};
	return { busy, run };
}

// ------------------------------------------------------------------- table

/** What is to be listed, and what is known of it. @param {URLSearchParams} query @param {string | undefined} fixed */
function useList(query, fixed) {
	const { sort, order } = orderOf(query);
	const cursor = query.get('cursor') || '', ip = fixed ? '' : query.get('ip') || '', jail = fixed || query.get('jail') || '';
	const { country, asn } = placeOf(query);
	const path = useMemo(() => {
		const q = new URLSearchParams({ limit: LIMIT, sort, order });
		for (const [k, v] of Object.entries({ jail, ip, country, asn, cursor })) if (v) q.set(k, v);
		return '/active-bans?' + q;
	}, [sort, order, jail, ip, country, asn, cursor]);
	const state = useResource(path, { live: true });
	const last = useRef(/** @type {any} */ (null));
	// 400, 422: the question was wrong, so an earlier answer is none to it.
	const wrong = state.error?.status === 400 || state.error?.status === 422;
	last.current = state.data || (wrong ? null : last.current);
	// A cursor of another time or order: begin again rather than complain.
	useEffect(() => {
		if (state.error?.status === 400 && cursor) go(withQuery({ cursor: '' }), { replace: true });
	}, [state.error]);
	const list = last.current;
	const items = /** @type {Ban[]} */ (list ? list.items.filter((/** @type {Ban} */ b) => !isLifted(b)) : []);
	const total = list ? Math.max(items.length, list.total - (list.items.length - items.length)) : 0;
	return { ...state, path, list, items, total, sort, order, ip, jail, country, asn };
}

/** What is chosen, as long as it is on show. @param {string} path @param {Ban[]} items */
function useChoice(path, items) {
	const [keys, setKeys] = useState(/** @type {Set<string>} */ (new Set()));
	useEffect(() => setKeys(new Set()), [path]);
	const choose = (/** @type {Ban} */ b, /** @type {boolean} */ on) => setKeys((old) => {
		const next = new Set(old);
		if (on) next.add(banKey(b));
		else next.delete(banKey(b));
		return next;
	});
	const chosen = items.filter((b) => keys.has(banKey(b)));
	return { chosen, keys, choose, chooseAll: () => setKeys(new Set(items.map(banKey))), chooseNone: () => setKeys(new Set()) };
}

/** Counts are said when the reader has asked for another list, not at each poll. @param {string} path @param {any} data */
function useSaid(path, data) {
	const [said, say] = useState('');
	const spoken = useRef('');
	useEffect(() => {
		if (!data || spoken.current === path) return;
		if (spoken.current) say(t('page.all', { n: data.total }));
		spoken.current = path;
	}, [data, path]);
	return said;
}

/** @param {{ l: ReturnType<typeof useList>, c: ReturnType<typeof useChoice>, busy: Set<string>, off: boolean, jailCell: boolean, onUnban: (b: Ban[]) => void }} props */
function Table({ l, c, busy, off, jailCell, onUnban }) {
	const all = c.chosen.length > 0 && c.chosen.length === l.items.length, some = c.chosen.length > 0 && !all;
	const [address, ...rest] = Object.keys(ORDERS).filter((name) => jailCell || name !== 'jail');
	const head = (/** @type {string} */ name) => html`<${Head} key=${name} name=${name} sort=${l.sort} order=${l.order} />`;
	return html`<table class=${'table bans' + (jailCell ? '' : ' one-jail')} role="table" aria-busy=${l.loading && !l.data}>
		<caption class="sr">${t('bans.title')}</caption>
		<thead role="rowgroup"><tr role="row">
			<th role="columnheader" scope="col" class="pick needs-operate"><label class="check"><input type="checkbox" checked=${all} indeterminate=${some}
				disabled=${off || !l.items.length} aria-label=${t('bans.chooseAll')} onChange=${all ? c.chooseNone : c.chooseAll} /></label></th>
			${head(address)}<th role="columnheader" scope="col" class="place">${t('bans.place')}</th>${rest.map(head)}
			<th role="columnheader" scope="col" class="act needs-operate"><span class="sr">${t('bans.actions')}</span></th></tr></thead>
		<tbody role="rowgroup">${!l.list ? html`<${SkeletonRows} jailCell=${jailCell} />`
			: l.items.map((b) => html`<${Row} key=${banKey(b)} ban=${b} busy=${busy.has(banKey(b))} chosen=${c.keys.has(banKey(b))} off=${off}
				jailCell=${jailCell} onChoose=${c.choose} onUnban=${onUnban} />`)}</tbody></table>
		${l.list && html`<${TableFoot} list=${l.list} shown=${l.items.length} total=${l.total} />`}`;
}

/**
 * @param {{ query: URLSearchParams, jail?: string, jails?: string[], onBan: () => void }} props
 *   jail: show this one's alone
 */
export function BanTable({ query, jail, jails = [], onBan }) {
	const card = useRef(/** @type {HTMLElement | null} */ (null));
	const { offline } = useStore(link);
	const l = useList(query, jail);
	const c = useChoice(l.path, l.items);
	const { busy, run } = useUnban(l.items, card);
	const said = useSaid(l.path, l.data);
	const off = offline || Boolean(l.error && l.list);
	const filtered = Boolean(l.ip || l.country || l.asn || (l.jail && !jail));
	const body = l.error?.status === 422
		? html`<${Empty} icon="search" title=${t('bans.badSearch')} text=${Object.values(l.error.fields)[0] || explain(l.error)}><${ShowAll} /></${Empty}>`
		: l.error && !l.list ? html`<${Failure} error=${l.error} retry=${l.reload} />`
		: l.list && !l.items.length ? html`<${Nothing} filtered=${filtered} jail=${jail} onBan=${onBan} off=${off} />`
		: html`<${Table} l=${l} c=${c} busy=${busy} off=${off} jailCell=${!jail} onUnban=${run} />`;
	return html`<section class="card" ref=${card} aria-labelledby="bans-title"><div class="card-head">
			<h2 id="bans-title" tabindex="-1">${t('bans.title')}${l.list && html` <span class="count">${num(l.total)}</span>`}</h2>
			${l.error && l.list && html`<${Stale} at=${timeOfDay(l.at / 1000)} />`}
			<div class="filters"><${Narrowed} l=${l} />${!jail && html`<${JailPicker} l=${l} jails=${jails} />`}
				<${SortPicker} sort=${l.sort} order=${l.order} jailCell=${!jail} /></div></div>
		<${LookOnly} />
		${c.chosen.length > 0 && html`<${Chosen} n=${c.chosen.length} off=${off} onUnban=${() => run(c.chosen).then(c.chooseNone)} onClear=${c.chooseNone} />`}
		${!l.list && !l.error && html`<${Loading} />`}${body}
		<span class="sr" role="status">${said}</span></section>`;
}
