// SPDX-License-Identifier: GPL-2.0-or-later
// One jail: how it is, what it does in plain words, its bans, its settings.
import { html, useState } from '../vendor/preact.js';
import { span } from '../lib/duration.js';
import { t, timeOfDay } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { growth, limits } from '../lib/limits.js';
import { link } from '../lib/pulse.js';
import { useResource } from '../lib/resource.js';
import { useStore } from '../lib/store.js';
import { BanTable } from '../components/bans.js';
import { Icon } from '../components/icon.js';
import { JailState } from '../components/jailbits.js';
import { Empty, Failure, lazy, Loading, PageHead, Skel, Stale } from '../components/states.js';
import { Tiles } from '../components/tiles.js';

const BanDialog = lazy(() => import('../components/bandialog.js'));
const LINE_MAX = 2000;
const CODE = /[%{}()*]/; // looks like a pattern or a formula

/** @param {{ title: string, items: string[] }} props */
const List = ({ title, items }) => html`<ul class="lines" tabindex="0" aria-label=${title}>
	${items.map((x, i) => html`<li key=${i}><bdi class="mono">${inert(x, LINE_MAX)}</bdi></li>`)}</ul>`;

/** @param {{ title: string, items: string[], none: string, children?: any }} props */
const Lines = ({ title, items, none, children }) => html`<section class="card" aria-label=${title}>
	<div class="card-head"><h2>${title}</h2>${items.length > 1 && html`<span class="count">${items.length}</span>`}</div>
	<div class="card-body">${items.length ? html`<${List} title=${title} items=${items} />` : html`<p class="muted">${none}</p>`}${children}</div></section>`;

/** @param {any} inc @returns {[string, any][]} */
const growthSettings = (inc) => [
	['factor', inc.factor], ['formula', inc.formula], ['multipliers', inc.multipliers],
	['maxTime', inc.max_time_seconds > 0 ? span(inc.max_time_seconds) : null],
	['randomTime', inc.rnd_time_seconds > 0 ? span(inc.rnd_time_seconds) : null],
];

/** @param {any} j @returns {[string, any][]} */
function settings(j) {
	/** @type {[string, any][]} */
	const rows = [
		['findTime', span(j.find_time_seconds)], ['banTime', span(j.ban_time_seconds)], ['maxRetry', j.max_retry], ['maxMatches', j.max_matches],
		['backend', j.backend], ['filter', j.filter], ['useDns', j.use_dns], ['encoding', j.encoding], ['datePattern', j.date_pattern],
		...(j.ban_time_increment?.enabled ? growthSettings(j.ban_time_increment) : []),
	];
	return rows.filter(([, v]) => v !== null);
}

/** @param {{ name: string, value: any }} props */
const Fact = ({ name, value }) => html`<div><dt>${t('setting.' + name)}</dt>
	<dd><bdi class=${CODE.test(String(value)) ? 'mono wrap' : 'wrap'}>${inert(value, LINE_MAX)}</bdi></dd></div>`;

/** @param {{ jail: any }} props */
const Settings = ({ jail }) => html`<section class="card" aria-label=${t('jail.settings')}>
	<div class="card-head"><h2>${t('jail.settings')}</h2></div><div class="card-body">
	<dl class="facts">${settings(jail).map(([k, v]) => html`<${Fact} key=${k} name=${k} value=${v} />`)}</dl></div></section>`;

/** @param {{ jail: any }} props */
const Sections = ({ jail }) => html`<div class="columns"><${Settings} jail=${jail} /><div class="stack">
		${jail.journal_match.length > 0 ? html`<${Lines} title=${t('jail.journalMatch')} items=${jail.journal_match} none="" />`
			: html`<${Lines} title=${t('jail.logs')} items=${jail.log_paths} none=${t('jail.noLogs')} />`}
		<${Lines} title=${t('jail.actions')} items=${jail.actions} none=${t('jail.noActions')} />
		<${Lines} title=${t('jail.ignored')} items=${jail.ignore_ips} none=${t('jail.noIgnored')}>
			<p class="fine">${t(jail.ignore_self ? 'jail.ignoreSelf' : 'jail.ignoreSelfNot')}</p></${Lines}></div></div>
	<${Lines} title=${t('jail.failRegex')} items=${jail.fail_regex} none=${t('jail.noFailRegex')} />
	${jail.ignore_regex.length > 0 && html`<${Lines} title=${t('jail.ignoreRegex')} items=${jail.ignore_regex} none="" />`}`;

/** @param {any} j */
const tiles = (j) => [
	{ label: t('jails.banned'), value: j ? j.currently_banned : null, tone: 'ban', note: j && t('tile.total', { n: j.total_banned }) },
	{ label: t('jails.failed'), value: j ? j.currently_failed : null, note: j && t('tile.total', { n: j.total_failed }) },
];

/** @param {{ name: string, state: any, off: boolean, onBan: () => void }} props */
const Head = ({ name, state: { data, error, at }, off, onBan }) => html`
	<nav class="crumbs" aria-label=${t('jail.crumbs')}><a href="/jails">${t('nav.jails')}</a></nav>
	<${PageHead} title=${html`<bdi>${name}</bdi>`} name=${name}>${data && html`<${JailState} jail=${data} />`}
		${error && data && html`<${Stale} at=${timeOfDay(at / 1000)} />`}<span class="grow"></span>
		<button type="button" class="btn primary needs-operate" disabled=${off} onClick=${onBan}><${Icon} name="ban" />${t('ban.open')}</button></${PageHead}>`;

const Missing = () => html`<${Empty} icon="jails" title=${t('jail.missing')} text=${t('jail.missingHelp')}>
	<a class="btn" href="/jails">${t('jail.back')}</a></${Empty}>`;

/** @param {{ params: { name: string }, query: URLSearchParams }} props */
export default function Jail({ params: { name }, query }) {
	const state = useResource('/jails/' + encodeURIComponent(name), { live: true });
	const { data, error, reload } = state;
	const { offline } = useStore(link);
	const [banning, setBanning] = useState(false);
	const open = () => setBanning(true);
	const head = html`<${Head} name=${inert(name, 80)} state=${state} off=${offline || !data} onBan=${open} />`;
	if (error && !data) {
		return html`${head}<section class="card">${error.status === 404 ? html`<${Missing} />` : html`<${Failure} error=${error} retry=${reload} />`}</section>`;
	}
	return html`${head}
	<p class="lede">${data ? html`${limits(data)} ${growth(data)}` : html`<${Loading} /><${Skel} size="xl" />`}</p>
	<${Tiles} label=${t('tile.label')} items=${tiles(data)} />
	<${BanTable} query=${query} jail=${name} onBan=${open} />
	${data && html`<${Sections} jail=${data} />`}
	${banning && html`<${BanDialog} jail=${name} onClose=${() => setBanning(false)} />`}`;
}
