// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from '../vendor/preact.js';
import { num, t, timeOfDay } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { growth, limits } from '../lib/limits.js';
import { useResource } from '../lib/resource.js';
import { jailHref } from '../lib/router.js';
import { JailState } from '../components/jailbits.js';
import { Empty, Failure, Loading, PageHead, Skel, Stale } from '../components/states.js';

const COLUMNS = ['name', 'state', 'banned', 'failed', 'limits', 'logs'];
const LOGS = 2;

/** @param {{ jail: any }} props */
function Logs({ jail }) {
	const paths = jail.log_paths, more = paths.length - LOGS;
	if (!paths.length) return html`<span class="muted">${t(jail.journal_match.length ? 'jail.journal' : 'jail.byHand')}</span>`;
	return html`${paths.slice(0, LOGS).map((/** @type {string} */ p) => html`<bdi class="mono path" key=${p}>${inert(p, 120)}</bdi>`)}
		${more > 0 && html`<span class="muted">${t('jail.moreLogs', { n: more })}</span>`}`;
}

/** Now, and since fail2ban started. @param {{ now: number, total: number, label: string }} props */
const Count = ({ now, total, label }) => html`<span class="only-card muted">${label} </span>
	<span class=${now > 0 ? 'strong' : 'muted'}>${num(now)}</span> <span class="muted">${t('jail.ofTotal', { n: total })}</span>`;

/** @param {{ jail: any }} props */
const Row = ({ jail }) => html`<tr role="row">
	<td role="cell" class="lead"><a href=${jailHref(jail.name)}><bdi>${inert(jail.name, 80)}</bdi></a></td>
	<td role="cell" class="act"><${JailState} jail=${jail} /></td>
	<td role="cell" class="figures nowrap"><${Count} now=${jail.currently_banned} total=${jail.total_banned} label=${t('jails.banned')} /></td>
	<td role="cell" class="figures nowrap"><${Count} now=${jail.currently_failed} total=${jail.total_failed} label=${t('jails.failed')} /></td>
	<td role="cell" class="full">${limits(jail)} ${growth(jail) && html`<span class="muted">${growth(jail)}</span>`}</td>
	<td role="cell" class="full logs"><${Logs} jail=${jail} /></td></tr>`;

const SkeletonRow = () => html`<tr role="row"><td role="cell" class="lead"><${Skel} size="s" /></td>
	<td role="cell" class="act"><${Skel} size="s" /></td><td role="cell" class="figures"><${Skel} size="xs" /></td>
	<td role="cell" class="figures"><${Skel} size="xs" /></td><td role="cell" class="full"><${Skel} size="xl" /></td>
	<td role="cell" class="full"><${Skel} size="m" /></td></tr>`;

/** @param {{ data: any }} props */
const Table = ({ data }) => html`<table class="table jails" role="table"><caption class="sr">${t('jails.caption')}</caption>
	<thead role="rowgroup"><tr role="row">${COLUMNS.map((c) => html`<th role="columnheader" scope="col" key=${c}>${t('jails.' + c)}</th>`)}</tr></thead>
	<tbody role="rowgroup">${data ? data.items.map((/** @type {any} */ j) => html`<${Row} key=${j.name} jail=${j} />`)
		: [1, 2, 3, 4].map((i) => html`<${SkeletonRow} key=${i} />`)}</tbody></table>`;

export default function Jails() {
	const { data, error, at, reload } = useResource('/jails', { live: true });
	const body = error && !data ? html`<${Failure} error=${error} retry=${reload} />`
		: data && !data.items.length ? html`<${Empty} icon="jails" title=${t('jails.none')} text=${t('jails.noneHelp')} />`
		: html`<${Table} data=${data} />`;
	return html`<${PageHead} title=${t('nav.jails')} name=${t('nav.jails')}>${error && data && html`<${Stale} at=${timeOfDay(at / 1000)} />`}</${PageHead}>
	<section class="card" aria-label=${t('nav.jails')}>${!data && !error && html`<${Loading} />`}${body}</section>`;
}
