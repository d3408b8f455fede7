// SPDX-License-Identifier: GPL-2.0-or-later
// The audit log as a table; a row opens to all that is on record of it.
import { html } from '../vendor/preact.js';
import { unix } from '../lib/clock.js';
import { dateTime, num, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { go, withQuery } from '../lib/router.js';
import { ACTIONS, ACTORS, OUTCOMES } from '../lib/audit.js';
import { Address, Ago } from './cells.js';
import { Icon } from './icon.js';
import { Skel } from './states.js';

/** @typedef {import('../lib/audit.js').Entry} Entry */

const COLUMNS = ['when', 'who', 'what', 'outcome'];
const TEXT_MAX = 256;
/** What the target of an act is the number of. */
const NUMBERED = /** @type {Record<string, string>} */ ({ sign_in: 'session', sign_out: 'session', session_ended: 'session',
	token_created: 'token', token_revoked: 'token', job_cancelled: 'job' });
const TONES = /** @type {Record<string, [string, string]>} */ ({ done: ['ok', 'check'], refused: ['warn', 'warn'], failed: ['danger', 'x'] });
const DETAILS = ['jail', 'reason', 'force', 'said', 'addresses', 'error', 'purpose', 'name', 'read', 'ban', 'admin', 'expires', 'count', 'tokens', 'format', 'filters'];

/** A word of ours, or of a later program. @param {string} word @param {string[]} known @param {(word: string) => string} say */
const said = (word, known, say) => (known.includes(word) ? say(word) : inert(word, 40));
/** @param {string} action */
export const actName = (action) => said(action, ACTIONS, (x) => t('act.' + x));

/** @param {Entry['actor']} actor */
export function actorName({ kind, id, name }) {
	if (kind === 'cli' && id !== null) return t('one.user', { id: String(id) });
	if (name) return inert(name, 80);
	if (id !== null && (kind === 'session' || kind === 'token')) return t('one.' + kind, { id: String(id) });
	return said(kind, ACTORS, (x) => t('actor.' + x));
}

/** Who it was; following it lists the acts of that one. @param {{ entry: Entry }} props */
function Who({ entry: { actor, client } }) {
	const one = actor.id === null || !ACTORS.includes(actor.kind) ? '' : actor.kind + ':' + actor.id;
	const name = html`<bdi>${actorName(actor)}</bdi>`;
	return html`<span class="where">${one ? html`<a href=${withQuery({ actor: one, cursor: '', open: '' })}>${name}</a>` : html`<span>${name}</span>`}
		<span class="network">${client === null ? t('audit.local') : html`<bdi class="mono">${inert(client, 64)}</bdi>`}</span></span>`;
}

/** What it was done to, unless that was itself. @param {{ entry: Entry }} props */
function Target({ entry: { action, target, actor } }) {
	if (target === null || (NUMBERED[action] === actor.kind && target === String(actor.id))) return null;
	if (action === 'ban' || action === 'unban') return html` <${Address} ip=${target} />`;
	const kind = NUMBERED[action];
	return html` <bdi class="wrap muted">${kind ? t('one.' + kind, { id: inert(target, 20) }) : inert(target, TEXT_MAX)}</bdi>`;
}

/** @param {{ outcome: string }} props */
export function Outcome({ outcome }) {
	const [tone, icon] = TONES[outcome] || ['', 'info'];
	return html`<span class=${'outcome-word ' + tone}><${Icon} name=${icon} size=${14} />${said(outcome, OUTCOMES, (x) => t('result.' + x))}</span>`;
}

/** @param {{ entry: Entry }} props */
function Facts({ entry }) {
	/** @type {[string, any][]} */
	const facts = [[t('audit.at'), html`<time datetime=${entry.at}>${dateTime(unix(entry.at))}</time>`],
		...entry.details.map(({ name, value }) => /** @type {[string, any]} */ ([said(name, DETAILS, (x) => t('detail.' + x)), html`<bdi>${inert(value, 2000)}</bdi>`])),
		[t('audit.client'), entry.client === null ? t('audit.local') : html`<bdi class="mono">${inert(entry.client, 64)}</bdi>`]];
	if (entry.request_id !== null) facts.push([t('audit.request'), html`<code class="wrap">${inert(entry.request_id, 80)}</code>`]);
	facts.push([t('audit.seq'), num(entry.seq)]);
	return html`<dl class="facts">${facts.map(([name, value], i) => html`<div key=${i}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** @param {{ entry: Entry, open: boolean }} props */
function Row({ entry, open }) {
	const id = 'audit-' + entry.seq, label = t('audit.details', { seq: String(entry.seq) });
	const turn = () => go(withQuery({ open: open ? '' : String(entry.seq) }), { replace: true });
	return html`<tr role="row" class=${open ? 'opened' : ''}><td role="cell" class="when nowrap"><${Ago} at=${entry.at} /></td>
		<td role="cell" class="who"><${Who} entry=${entry} /></td>
		<td role="cell" class="lead">${actName(entry.action)}<${Target} entry=${entry} /></td>
		<td role="cell" class="rest nowrap"><${Outcome} outcome=${entry.outcome} /></td>
		<td role="cell" class="act"><button type="button" class="btn icon small row-act" aria-expanded=${open} aria-controls=${open ? id : null}
			aria-label=${label} title=${t('audit.more')} onClick=${turn}><${Icon} name=${open ? 'up' : 'down'} /></button></td></tr>
		${open && html`<tr role="row" class="detail" id=${id}><td role="cell" class="full" colspan=${COLUMNS.length + 1}><${Facts} entry=${entry} /></td></tr>`}`;
}

const SkeletonRow = () => html`<tr role="row"><td role="cell" class="when"><${Skel} size="s" /></td><td role="cell" class="who"><${Skel} size="s" /></td>
	<td role="cell" class="lead"><${Skel} size="m" /></td><td role="cell" class="rest"><${Skel} size="s" /></td><td role="cell" class="act"></td></tr>`;

/** @param {{ items: Entry[] | null, open: string, busy: boolean }} props items: null while loading; open: the number of one of them */
export const AuditTable = ({ items, open, busy }) => html`<table class="table audit" role="table" aria-busy=${busy}><caption class="sr">${t('audit.title')}</caption>
	<thead role="rowgroup"><tr role="row">${COLUMNS.map((c) => html`<th role="columnheader" scope="col" key=${c} class=${c}>${t('audit.' + c)}</th>`)}
		<th role="columnheader" scope="col" class="act"><span class="sr">${t('audit.more')}</span></th></tr></thead>
	<tbody role="rowgroup">${items ? items.map((x) => html`<${Row} key=${x.seq} entry=${x} open=${open === String(x.seq)} />`)
		: [1, 2, 3, 4, 5, 6, 7, 8].map((i) => html`<${SkeletonRow} key=${i} />`)}</tbody></table>`;
