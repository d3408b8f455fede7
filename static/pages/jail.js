// SPDX-License-Identifier: GPL-2.0-or-later
// One jail: how it is, what it does in plain words; in tabs its bans, its
// settings, what it looks for, what it does at a ban, what it never bans.
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
import { JailActs, StartJail } from '../components/jailacts.js';
import { JailState } from '../components/jailbits.js';
import { Empty, Failure, lazy, Loading, LookOnly, PageHead, Skel, Stale } from '../components/states.js';
import { Tiles } from '../components/tiles.js';

const BanDialog = lazy(() => import('../components/bandialog.js'));
const JailIgnored = lazy(() => import('../components/jailignored.js'));
const JailSettings = lazy(() => import('../components/jailsettings.js'));
const LINE_MAX = 2000;
const CODE = /[%{}()*]/; // looks like a pattern or a formula

/** @param {{ title: string, items: string[] }} props */
const List = ({ title, items }) => html`<ul class="lines" tabindex="0" aria-label=${title}>
	${items.map((x, i) => html`<li key=${i}><bdi class="mono">${inert(x, LINE_MAX)}</bdi></li>`)}</ul>`;

/** @param {{ title: string, items: string[], none: string }} props */
const Lines = ({ title, items, none }) => html`<section class="card" aria-label=${title}>
	<div class="card-head"><h2>${title}</h2>${items.length > 1 && html`<span class="count">${items.length}</span>`}</div>
	<div class="card-body">${items.length ? html`<${List} title=${title} items=${items} />` : html`<p class="muted">${none}</p>`}</div></section>`;

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
const Patterns = ({ jail }) => html`${jail.journal_match.length > 0 ? html`<${Lines} title=${t('jail.journalMatch')} items=${jail.journal_match} none="" />`
		: html`<${Lines} title=${t('jail.logs')} items=${jail.log_paths} none=${t('jail.noLogs')} />`}
	<${Lines} title=${t('jail.failRegex')} items=${jail.fail_regex} none=${t('jail.noFailRegex')} />
	${jail.ignore_regex.length > 0 && html`<${Lines} title=${t('jail.ignoreRegex')} items=${jail.ignore_regex} none="" />`}`;

/** @param {{ jail: any }} props */
const Ignored = ({ jail }) => html`<${JailIgnored} name=${jail.name} /><p class="fine">${t(jail.ignore_self ? 'jail.ignoreSelf' : 'jail.ignoreSelfNot')}</p>`;

/** @param {{ jail: any }} props */
const Set = ({ jail }) => html`<div class="columns"><${JailSettings} jail=${jail} /><${Settings} jail=${jail} /></div>`;

/** What a tab shows of a jail that is known. @type {Record<string, (jail: any) => any>} */
const PARTS = {
	settings: (jail) => html`<${Set} key=${jail.name} jail=${jail} />`,
	patterns: (jail) => html`<${Patterns} jail=${jail} />`,
	actions: (jail) => html`<${Lines} title=${t('jail.actions')} items=${jail.actions} none=${t('jail.noActions')} />`,
	ignored: (jail) => html`<${Ignored} jail=${jail} />`,
};
const TABS = ['bans', ...Object.keys(PARTS)];

/** @param {{ at: string }} props */
const Tabs = ({ at }) => html`<nav class="tabs" aria-label=${t('jtab.label')}>${TABS.map((x) => html`<a key=${x} href=${x === 'bans' ? '?' : '?tab=' + x}
	aria-current=${x === at ? 'page' : null}>${t('jtab.' + x)}</a>`)}</nav>`;

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
		${data && html`<${JailActs} jail=${data} off=${off} />`}
		<button type="button" class="btn primary needs-operate" disabled=${off} onClick=${onBan}><${Icon} name="ban" />${t('ban.open')}</button></${PageHead}>`;

/** @param {{ name: string }} props */
const Missing = ({ name }) => html`<${Empty} icon="jails" title=${t('jail.missing')} text=${t('jail.missingHelp')}>
	<${StartJail} name=${name} /><a class="btn" href="/jails">${t('jail.back')}</a></${Empty}>`;

/** @param {{ params: { name: string }, query: URLSearchParams }} props */
export default function Jail({ params: { name }, query }) {
	const state = useResource('/jails/' + encodeURIComponent(name), { live: true });
	const { data, error, reload } = state;
	const { offline } = useStore(link);
	const [banning, setBanning] = useState(false);
	const open = () => setBanning(true);
	const asked = query.get('tab') || '', tab = TABS.includes(asked) ? asked : TABS[0];
	const head = html`<${Head} name=${inert(name, 80)} state=${state} off=${offline || !data} onBan=${open} />`;
	if (error && !data) {
		return html`${head}<section class="card">${error.status === 404 ? html`<${Missing} name=${name} />` : html`<${Failure} error=${error} retry=${reload} />`}</section>`;
	}
	return html`${head}
	<p class="lede">${data ? html`${limits(data)} ${growth(data)}` : html`<${Loading} /><${Skel} size="xl" />`}</p>
	<${Tiles} label=${t('tile.label')} items=${tiles(data)} />
	<${Tabs} at=${tab} />
	${tab === 'bans' ? html`<${BanTable} query=${query} jail=${name} onBan=${open} />` : html`${data && PARTS[tab](data)}<${LookOnly} />`}
	${banning && html`<${BanDialog} jail=${name} onClose=${() => setBanning(false)} />`}`;
}
