// SPDX-License-Identifier: GPL-2.0-or-later
// The ends of logs. Which log, level, text and number of lines are the page's
// address.
import { html } from '../vendor/preact.js';
import { addTexts, num, t, timeOfDay } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { ask } from '../lib/listing.js';
import { useKept, useResource } from '../lib/resource.js';
import { withQuery } from '../lib/router.js';
import { Pick, Typed, WhyWrong } from '../components/filters.js';
import { Empty, explain, Failure, Loading, PageHead, Stale } from '../components/states.js';
import { filters } from '../i18n/en-filters.js';
import { logs } from '../i18n/en-logs.js';

addTexts(filters);
addTexts(logs);

const LEVELS = ['DEBUG', 'INFO', 'NOTICE', 'WARNING', 'ERROR', 'CRITICAL'];
const LINES = ['200', '500', '1000'];
const LINE_MAX = 8192; // as the API cuts them
const NOTHING = { level: '', q: '' };

/** @typedef {{ log: string, level: string, q: string, lines: string }} Asked log: a path, or '' for fail2ban's own */

/** @param {{ q: Asked, paths: string[], wrong: Record<string, string> }} props */
const Filters = ({ q, paths, wrong }) => html`<div class="filters wide" role="search" aria-label=${t('filters.label')}>
	<${Pick} name="log" label=${t('logs.which')} value=${q.log} options=${[['', t('logs.own')], ...paths.map((p) => [p, inert(p)])]} />
	${!q.log && html`<${Pick} name="level" label=${t('logs.level')} value=${q.level} options=${[['', t('logs.anyLevel')], ...LEVELS.map((level) => [level, t('logs.worse', { level })])]} />`}
	<${Pick} name="lines" label=${t('logs.lines')} value=${q.lines} options=${LINES.map((n) => [n, t('logs.last', { n: num(Number(n)) })])} />
	<${Typed} name="q" label=${t('logs.search')} hint=${t('logs.searchHint')} value=${q.q} wrong=${'q' in wrong} /></div>`;

/** @param {{ item: { line: string, level: string | null, truncated: boolean } }} props */
const Line = ({ item }) => html`<li class=${'lv-' + (item.level || 'none').toLowerCase()}><bdi>${inert(item.line, LINE_MAX)}</bdi>${item.truncated && html` <span class="muted">${t('logs.cut')}</span>`}</li>`;

/** @param {{ l: any }} props */
function List({ l }) {
	if (l.error?.status === 422) return html`<${WhyWrong} error=${l.error} clear=${withQuery(NOTHING)} />`;
	if (l.error?.status === 404 || l.error?.status === 409) return html`<${Empty} icon="audit" title=${t('logs.away')} text=${explain(l.error)} />`;
	if (l.error && !l.data) return html`<${Failure} error=${l.error} retry=${l.reload} />`;
	if (!l.data) return null;
	if (!l.data.items.length) return html`<${Empty} icon="search" title=${t('logs.none')} text=${t(l.data.truncated ? 'logs.truncated' : 'logs.noneHelp')}><a class="btn" href=${withQuery(NOTHING)}>${t('filters.clear')}</a></${Empty}>`;
	return html`<ol class="loglines mono" aria-busy=${l.busy ? 'true' : null}>${[...l.data.items].reverse().map((item, i) => html`<${Line} key=${i} item=${item} />`)}</ol>
		${l.data.truncated && html`<p class="table-foot muted">${t('logs.truncated')}</p>`}`;
}

/** @param {{ query: URLSearchParams }} props */
export default function LogsPage({ query }) {
	const get = (/** @type {string} */ name) => query.get(name) || '';
	const lines = LINES.includes(get('lines')) ? get('lines') : LINES[0];
	const q = { log: get('log'), level: get('level'), q: get('q'), lines };
	const jails = useResource('/jails');
	const paths = [...new Set((jails.data?.items || []).flatMap((/** @type {any} */ j) => j.log_paths))].sort();
	const l = useKept(q.log ? ask('/logs/preview', { path: q.log, q: q.q, lines }) : ask('/logs/fail2ban', { level: q.level, q: q.q, lines }));
	return html`<${PageHead} title=${t('nav.logs')} name=${t('nav.logs')} />
	<p class="lede">${t('logs.lede')}</p>
	<section class="card" aria-labelledby="logs-title"><div class="card-head"><h2 id="logs-title" tabindex="-1">${t('logs.title')}</h2>
		${l.error && l.data && html`<${Stale} at=${timeOfDay(l.at / 1000)} />`}
		<${Filters} q=${q} paths=${paths} wrong=${l.error?.fields || {}} /></div>
		${!l.data && !l.error && html`<${Loading} />`}<${List} l=${l} />
		<span class="sr" role="status">${l.data && !l.busy ? t('logs.shown', { n: l.data.items.length }) : ''}</span></section>`;
}
