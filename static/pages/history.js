// SPDX-License-Identifier: GPL-2.0-or-later
// Every ban there was. Filters and the place in the list are the page's
// address; columns and views by name are kept in the browser.
import { html, useState } from '../vendor/preact.js';
import { unix } from '../lib/clock.js';
import { typed } from '../lib/dom.js';
import { addTexts, dateTime, t, timeOfDay } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { ask, useRestart } from '../lib/listing.js';
import { isNarrow, jailToggle, pastQuery, toggle } from '../lib/past.js';
import { useKept } from '../lib/resource.js';
import { go, withQuery } from '../lib/router.js';
import { useStore } from '../lib/store.js';
import { columns as chosenColumns, readColumns, viewOf, views } from '../lib/views.js';
import { counted, Filter, PlaceFilters, TableFoot } from '../components/cells.js';
import { Exports, RangePicker, TimeFilter, Typed, WhyWrong } from '../components/filters.js';
import { COLUMNS, HistoryTable, USUAL_COLUMNS } from '../components/history.js';
import { Icon } from '../components/icon.js';
import { Empty, Failure, lazy, Loading, PageHead, Stale } from '../components/states.js';
import { banTexts } from '../i18n/en-bans.js';
import { filters } from '../i18n/en-filters.js';
import { past } from '../i18n/en-history.js';

addTexts(filters);
addTexts(banTexts);
addTexts(past);

const QueryField = lazy(() => import('../components/queryfield.js'));
const Facets = lazy(() => import('../components/facets.js'));
const Groups = lazy(() => import('../components/groups.js'));
const ViewDialog = lazy(() => import('../components/viewdialog.js'));

/** @typedef {import('../lib/past.js').PastQuery} PastQuery */

const ROWS = '50';
const NAME_MAX = 64;
const NOTHING = { jail: '', ip: '', country: '', asn: '', origin: '', q: '', from: '', to: '', range: 'all', cursor: '' };

// ---------------------------------------------------------------- beside it

/** Beside the list where there is room, else above it and closed. @param {{ q: PastQuery }} props */
function Side({ q }) {
	const [open, turn] = useState(false);
	return html`<aside class=${'card facets' + (open ? ' open' : '')} aria-label=${t('facet.label')}>
		<button type="button" class="btn quiet facets-turn" aria-expanded=${open} aria-controls="facets" onClick=${() => turn(!open)}>
			${t('facet.label')}<${Icon} name=${open ? 'up' : 'down'} /></button>
		<div class="facets-body" id="facets"><${Facets} q=${q} /></div></aside>`;
}

// --------------------------------------------------------------------- chips

/** What the list was narrowed down to. @param {{ q: PastQuery, known: any[] | undefined }} props known: rows that may name a network */
const Chips = ({ q, known }) => html`${q.jail.map((j) => html`<${Filter} key=${j} text=${html`<bdi>${inert(j, NAME_MAX)}</bdi>`} clear=${jailToggle(j)} label=${t('past.clearJail', { jail: inert(j, NAME_MAX) })} />`)}
	<${PlaceFilters} country=${q.country} asn=${q.asn} known=${known} />
	${q.origin && html`<${Filter} text=${t('origin.' + q.origin)} clear=${toggle('origin', q.origin, q.origin)} label=${t('past.clearOrigin')} />`}
	<${TimeFilter} from=${q.from} to=${q.to} />`;

/** Views by name; the one on show is marked. */
function Views() {
	const all = useStore(views), now = viewOf(window.location.search);
	if (!all.length) return null;
	return html`<nav class="views" aria-label=${t('view.saved')}>${all.map((v) => html`<a class="chip" key=${v.name} href=${window.location.pathname + v.search}
		aria-current=${v.search === now ? 'true' : null}><bdi>${inert(v.name, NAME_MAX)}</bdi></a>`)}</nav>`;
}

// ---------------------------------------------------------------------- list

/** Times that the archive knows nothing of: a gap is no peace. @param {{ gaps: { from: string, to: string }[] }} props */
function Gaps({ gaps }) {
	if (!gaps.length) return null;
	const at = (/** @type {string} */ s) => dateTime(unix(s));
	const spans = gaps.slice(0, 3).map((g) => t('past.gapSpan', { from: at(g.from), to: at(g.to) })).join('; ') + (gaps.length > 3 ? '; …' : '');
	return html`<p class="gap-note"><${Icon} name="warn" size=${14} /><span>${t('past.gap', { n: gaps.length, spans })}</span></p>`;
}

/** @param {{ q: PastQuery }} props */
const Nothing = ({ q }) => (isNarrow(q) || q.range !== 'all'
	? html`<${Empty} icon="search" title=${t('past.noMatch')} text=${t('past.noMatchHelp')}><a class="btn" href=${withQuery(NOTHING)}>${t('filters.clear')}</a></${Empty}>`
	: html`<${Empty} icon="history" title=${t('past.never')} text=${t('past.neverHelp')} />`);

/** What the list is put together by. */
const BY = ['24', '16', '64', '48', 'asn', 'country'];
/** @param {{ by: string }} props */
const GroupPicker = ({ by }) => html`<div class="picker"><select class="select" aria-label=${t('by.label')} value=${by} onChange=${typed((v) => go(withQuery({ group: v, cursor: '' })))}>
	<option value="">${t('by.none')}</option>${BY.map((x) => html`<option key=${x} value=${x}>${t('by.' + x)}</option>`)}</select></div>`;

/** What is wrong with the query. @param {any} error */
const faultOf = (error) => (error?.column ? { column: error.column, message: error.fields.q } : undefined);

/** @param {{ l: any, q: PastQuery, by: string, columns: string[] }} props */
function List({ l, q, by, columns }) {
	if (l.error?.status === 422 || l.error?.column) return html`<${WhyWrong} error=${l.error} clear=${withQuery(NOTHING)} />`;
	if (l.error && !l.data) return html`<${Failure} error=${l.error} retry=${l.reload} />`;
	if (l.data && !l.data.items.length) return html`<${Gaps} gaps=${l.data.gaps} /><${Nothing} q=${q} />`;
	if (by && l.data) return html`<${Gaps} gaps=${l.data.gaps} /><${Groups} q=${q} by=${by} />`;
	return html`${l.data && html`<${Gaps} gaps=${l.data.gaps} />`}
		<${HistoryTable} items=${l.data && l.data.items} caption=${t('past.title')} columns=${columns} busy=${l.busy && Boolean(l.data)} />
		${l.data && html`<${TableFoot} list=${l.data} shown=${l.data.items.length} total=${l.data.total} /><${Exports} name="history" asked=${q} />`}`;
}

/** @param {{ query: URLSearchParams }} props */
export default function HistoryPage({ query }) {
	const q = pastQuery(query), cursor = query.get('cursor') || '', group = query.get('group') || '', by = BY.includes(group) ? group : '';
	const [viewing, setViewing] = useState(false);
	const columns = readColumns(useStore(chosenColumns), COLUMNS, USUAL_COLUMNS);
	const l = useKept(ask('/bans', { ...q, limit: ROWS, cursor }));
	useRestart(l.error, cursor);
	return html`<${PageHead} title=${t('past.page')} name=${t('past.page')}><${RangePicker} range=${q.range} /></${PageHead}><${Views} />
	<div class="past"><${Side} q=${q} />
		<section class="card" aria-labelledby="past-title"><div class="card-head"><h2 id="past-title" tabindex="-1">${t('past.title')}
				${l.data && html` <span class="count">${counted(l.data)}</span>`}</h2>
			${l.error && l.data && html`<${Stale} at=${timeOfDay(l.at / 1000)} />`}
			<${GroupPicker} by=${by} /><button type="button" class="btn" onClick=${() => setViewing(true)}>${t('view.open')}</button>
			<${QueryField} value=${q.q} fault=${faultOf(l.error)} fallback=${html`<div class="query"></div>`} />
			<div class="filters wide" role="search" aria-label=${t('filters.label')}>
				<${Typed} name="ip" label=${t('past.ip')} hint=${t('past.ipHint')} value=${q.ip} wrong=${'ip' in (l.error?.fields || {})} />
				<${Chips} q=${q} known=${l.data?.items} /></div></div>
			${!l.data && !l.error && html`<${Loading} />`}<${List} l=${l} q=${q} by=${by} columns=${columns} />
			<span class="sr" role="status">${l.data && !l.busy ? t('page.all', { n: l.data.total }) : ''}</span></section></div>
	${viewing && html`<${ViewDialog} columns=${columns} onClose=${() => setViewing(false)} />`}`;
}
