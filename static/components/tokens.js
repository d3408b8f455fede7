// SPDX-License-Identifier: GPL-2.0-or-later
// Tokens for programs: the list, and ending one. Making one is a dialog.
import { html, useState } from '../vendor/preact.js';
import { revokeToken, TOKENS } from '../lib/account.js';
import { now, unix, useTick } from '../lib/clock.js';
import { dateTime, num, rich, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { useResource } from '../lib/resource.js';
import { toast } from '../lib/toast.js';
import { Ago } from './cells.js';
import { Confirm } from './confirm.js';
import { Empty, Failure, Loading, lazy, Skel } from './states.js';

/** @typedef {import('../lib/account.js').Token} Token */
const DAY = 86400;
const COLUMNS = ['name', 'scopes', 'expires', 'used'];
const MakeToken = lazy(() => import('./tokendialog.js'));

/** The end of a token in words. @param {number} s seconds until then */
function end(s) {
	if (s <= 0) return t('token.expired');
	return s < DAY ? t('token.today') : t('token.inDays', { n: Math.round(s / DAY) });
}

/** @param {{ at: string | null }} props */
function Expiry({ at }) {
	const s = at === null ? null : unix(at);
	const text = useTick((time) => (s === null ? t('token.never') : end(s - time)));
	const tone = s === null || s - now() > 7 * DAY ? '' : s > now() ? 'warn-text' : 'danger-text';
	return html`<span class=${tone} title=${s === null ? null : dateTime(s)}>${text}</span>`;
}

/** @param {{ token: Token }} props */
const Used = ({ token }) => token.last_used_at === null ? html`<span class="muted">${t('token.unused')}</span>`
	: html`${rich('token.usedFrom', { ago: html`<${Ago} at=${token.last_used_at} />`, ip: html`<bdi class="mono">${inert(token.last_used_from, 60)}</bdi>` })}`;

/** @param {{ token: Token, onRevoke: (token: Token) => void }} props */
const Row = ({ token, onRevoke }) => html`<tr role="row"><td role="cell" class="lead"><bdi class="wrap">${inert(token.name, 80)}</bdi></td>
	<td role="cell" class="full">${token.scopes.map((s) => html`<span class="chip" key=${s}>${t('scope.' + s)}</span> `)}</td>
	<td role="cell" class="full nowrap"><span class="only-card muted">${t('token.expires')} </span><${Expiry} at=${token.expires_at} /></td>
	<td role="cell" class="full"><span class="only-card muted">${t('token.used')} </span><${Used} token=${token} /></td>
	<td role="cell" class="act"><button type="button" class="btn small row-act" aria-label=${t('token.revokeOne', { name: inert(token.name, 80) })}
		onClick=${() => onRevoke(token)}>${t('token.revoke')}</button></td></tr>`;

const SkeletonRow = () => html`<tr role="row"><td role="cell" class="lead"><${Skel} size="s" /></td><td role="cell" class="full"><${Skel} size="s" /></td>
	<td role="cell" class="full"><${Skel} size="s" /></td><td role="cell" class="full"><${Skel} size="s" /></td><td role="cell"></td></tr>`;

/** @param {{ items: Token[] | undefined, onRevoke: (token: Token) => void }} props */
const Table = ({ items, onRevoke }) => html`<table class="table account" role="table"><caption class="sr">${t('token.title')}</caption>
	<thead role="rowgroup"><tr role="row">${COLUMNS.map((c) => html`<th role="columnheader" scope="col" key=${c}>${t('token.' + c)}</th>`)}
		<th role="columnheader" scope="col" class="act"><span class="sr">${t('bans.actions')}</span></th></tr></thead>
	<tbody role="rowgroup">${items ? items.map((x) => html`<${Row} key=${x.id} token=${x} onRevoke=${onRevoke} />`) : html`<${SkeletonRow} />`}</tbody></table>`;

/** @param {{ token: Token, onClose: () => void }} props */
function Revoke({ token, onClose }) {
	const label = inert(token.name, 80);
	const yes = async () => {
		await revokeToken(token.id);
		toast(t('token.revoked', { name: label }));
	};
	return html`<${Confirm} title=${t('token.revokeTitle')} action=${t('token.revoke')} onYes=${yes} onClose=${onClose}>
		<p>${rich('token.revokeHelp', { name: html`<strong><bdi>${label}</bdi></strong>` })}</p></${Confirm}>`;
}

export function Tokens() {
	const { data, error, reload } = useResource(TOKENS);
	const [making, make] = useState(false);
	const [ending, setEnding] = useState(/** @type {Token | null} */ (null));
	const body = error && !data ? html`<${Failure} error=${error} retry=${reload} />`
		: data && !data.items.length ? html`<${Empty} icon="keys" title=${t('token.none')} text=${t('token.noneHelp')} />`
		: html`<${Table} items=${data?.items} onRevoke=${setEnding} />`;
	return html`<section class="card" aria-labelledby="tokens-title"><div class="card-head">
			<h2 id="tokens-title">${t('token.title')}${data && html` <span class="count">${num(data.total)}</span>`}</h2>
			<button type="button" class="btn primary" onClick=${() => make(true)}>${t('token.make')}</button></div>
		${!data && !error && html`<${Loading} />`}${body}
		${making && html`<${MakeToken} onClose=${() => make(false)} />`}
		${ending && html`<${Revoke} token=${ending} onClose=${() => setEnding(null)} />`}</section>`;
}
