// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from '../vendor/preact.js';
import { num, t, timeOfDay } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { growth, limits } from '../lib/limits.js';
import { link } from '../lib/pulse.js';
import { useResource } from '../lib/resource.js';
import { jailHref } from '../lib/router.js';
import { useStore } from '../lib/store.js';
import { AllJails, JailActs } from '../components/jailacts.js';
import { JailState } from '../components/jailbits.js';
import { Empty, Failure, Loading, LookOnly, PageHead, Skel, Stale } from '../components/states.js';

const LOGS = 2;

/** @param {{ jail: any }} props */
function Logs({ jail }) {
	const paths = jail.log_paths, more = paths.length - LOGS;
	if (!paths.length) return html`<span class="muted">${t(jail.journal_match.length ? 'jail.journal' : 'jail.byHand')}</span>`;
	return html`${paths.slice(0, LOGS).map((/** @type {string} */ p) => html`<bdi class="mono path" key=${p}>${inert(p, 120)}</bdi>`)}
		${more > 0 && html`<span class="muted">${t('jail.moreLogs', { n: more })}</span>`}`;
}

/** Now, and since fail2ban started. @param {{ now: number, total: number, label: string, ban?: boolean }} props */
const Count = ({ now, total, label, ban }) => html`<div><dt>${label}</dt><dd><span class=${'figure' + (ban && now > 0 ? ' ban' : '')}>${num(now)}</span>
	<span class="muted">${t('jail.ofTotal', { n: total })}</span></dd></div>`;

/** Without a log no failure is ever counted. @param {any} jail */
const watches = (jail) => jail.log_paths.length > 0 || jail.journal_match.length > 0;

/** @param {{ jail: any, off: boolean }} props */
const Card = ({ jail, off }) => html`<li class="card jail-card">
	<div class="card-head"><h2><a href=${jailHref(jail.name)}><bdi>${inert(jail.name, 80)}</bdi></a></h2><${JailState} jail=${jail} /></div>
	<div class="card-body"><dl class="counts"><${Count} now=${jail.currently_banned} total=${jail.total_banned} label=${t('jails.banned')} ban />
			<${Count} now=${jail.currently_failed} total=${jail.total_failed} label=${t('jails.failed')} /></dl>
		${watches(jail) && html`<p>${limits(jail)} ${growth(jail) && html`<span class="muted">${growth(jail)}</span>`}</p>`}
		<p class="watches"><span class="muted">${t('jails.logs')}</span> <${Logs} jail=${jail} /></p>
		<${JailActs} jail=${jail} small off=${off} /></div></li>`;

const SkeletonCard = () => html`<li class="card jail-card"><div class="card-head"><${Skel} size="m" /></div>
	<div class="card-body"><${Skel} size="l" /><${Skel} size="xl" /><${Skel} size="m" /></div></li>`;

/** @param {{ items: any[] | undefined, off: boolean }} props */
const Cards = ({ items, off }) => html`<ul class="jail-cards">${items ? items.map((j) => html`<${Card} key=${j.name} jail=${j} off=${off} />`)
	: [1, 2, 3, 4].map((i) => html`<${SkeletonCard} key=${i} />`)}</ul>`;

export default function Jails() {
	const { data, error, at, reload } = useResource('/jails', { live: true });
	const { offline } = useStore(link);
	const off = offline || !data;
	const body = error && !data ? html`<section class="card"><${Failure} error=${error} retry=${reload} /></section>`
		: data && !data.items.length ? html`<section class="card"><${Empty} icon="jails" title=${t('jails.none')} text=${t('jails.noneHelp')} /></section>`
		: html`<${Cards} items=${data?.items} off=${off} />`;
	return html`<${PageHead} title=${t('nav.jails')} name=${t('nav.jails')}>${error && data && html`<${Stale} at=${timeOfDay(at / 1000)} />`}
		<${AllJails} off=${off} /></${PageHead}><${LookOnly} />${!data && !error && html`<${Loading} />`}${body}`;
}
