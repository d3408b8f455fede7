// SPDX-License-Identifier: GPL-2.0-or-later
// Where the owner is signed in.
import { html, useState } from '../vendor/preact.js';
import { endOthers, endSession, SESSIONS } from '../lib/account.js';
import { browserName } from '../lib/browsername.js';
import { num, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { useResource } from '../lib/resource.js';
import { toast } from '../lib/toast.js';
import { Ago } from './cells.js';
import { Confirm } from './confirm.js';
import { explain, Failure, Loading, Skel } from './states.js';

/** @typedef {import('../lib/account.js').Session} Session */
const LIMIT = 100;
const COLUMNS = ['browser', 'client', 'created', 'seen'];

/** @param {Session} s */
function name(s) {
	const { browser, system } = browserName(s.user_agent);
	if (browser && system) return t('session.on', { browser, system });
	return browser || system || inert(s.user_agent || t('session.unknown'), 40);
}

/** @param {{ s: Session }} props */
function Row({ s }) {
	const [busy, setBusy] = useState(false);
	const end = async () => {
		setBusy(true);
		try {
			await endSession(s.id);
			toast(t('session.ended', { name: name(s) }));
		} catch (/** @type {any} */ e) {
			setBusy(false);
			toast(explain(e), { tone: 'danger' });
		}
	};
	return html`<tr role="row" aria-busy=${busy}><td role="cell" class="lead"><span title=${inert(s.user_agent)}>${name(s)}</span></td>
		<td role="cell" class="full"><bdi class="mono wrap">${inert(s.client, 60)}</bdi></td>
		<td role="cell" class="full nowrap"><span class="only-card muted">${t('session.created')} </span><${Ago} at=${s.created_at} /></td>
		<td role="cell" class="full nowrap"><span class="only-card muted">${t('session.seen')} </span><${Ago} at=${s.last_seen_at} /></td>
		<td role="cell" class="act">${s.current ? html`<span class="chip">${t('session.current')}</span>`
			: html`<button type="button" class="btn small row-act" disabled=${busy} aria-label=${t('session.endOne', { name: name(s), ip: inert(s.client, 60) })}
				onClick=${end}>${t('session.end')}</button>`}</td></tr>`;
}

const SkeletonRow = () => html`<tr role="row"><td role="cell" class="lead"><${Skel} /></td><td role="cell" class="full"><${Skel} size="s" /></td>
	<td role="cell" class="full"><${Skel} size="s" /></td><td role="cell" class="full"><${Skel} size="s" /></td><td role="cell"></td></tr>`;

/** @param {{ items: Session[] | undefined }} props */
const Table = ({ items }) => html`<table class="table account" role="table"><caption class="sr">${t('session.title')}</caption>
	<thead role="rowgroup"><tr role="row">${COLUMNS.map((c) => html`<th role="columnheader" scope="col" key=${c}>${t('session.' + c)}</th>`)}
		<th role="columnheader" scope="col" class="act"><span class="sr">${t('bans.actions')}</span></th></tr></thead>
	<tbody role="rowgroup">${items ? items.map((s) => html`<${Row} key=${s.id} s=${s} />`) : [1, 2].map((i) => html`<${SkeletonRow} key=${i} />`)}</tbody></table>`;

async function others() {
	toast(t('session.othersEnded', { n: await endOthers() }));
}

export function Sessions() {
	const { data, error, reload } = useResource(`${SESSIONS}?limit=${LIMIT}`);
	const [asking, ask] = useState(false);
	const n = data ? data.total - 1 : 0;
	return html`<section class="card" aria-labelledby="sessions-title"><div class="card-head">
			<h2 id="sessions-title">${t('session.title')}${data && html` <span class="count">${num(data.total)}</span>`}</h2>
			${n > 0 && html`<button type="button" class="btn" onClick=${() => ask(true)}>${t('session.endOthers')}</button>`}</div>
		${!data && !error && html`<${Loading} />`}
		${error && !data ? html`<${Failure} error=${error} retry=${reload} />` : html`<${Table} items=${data?.items} />`}
		${data?.next_cursor && html`<div class="table-foot">${t('session.more', { shown: data.items.length, n: data.total })}</div>`}
		${asking && html`<${Confirm} title=${t('session.endOthers')} action=${t('session.endOthersYes', { n })} onYes=${others} onClose=${() => ask(false)}>
			<p>${t('session.endOthersHelp')}</p></${Confirm}>`}</section>`;
}
