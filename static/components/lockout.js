// SPDX-License-Identifier: GPL-2.0-or-later
// What would lock somebody out: the list of it, and a sentence to be typed by
// whoever means it.
import { html, useState } from '../vendor/preact.js';
import { lockoutTexts } from '../i18n/en-lockout.js';
import { typed } from '../lib/dom.js';
import { addTexts, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { Field, FormError } from './field.js';
import { Icon } from './icon.js';
import { explain } from './states.js';

addTexts(lockoutTexts);

/** @typedef {{ ip: string, covers: string, reason: string }} Cover */

/** Was it refused for that? @param {any} failure */
export const isLockOut = (failure) => failure?.code === 'would_lock_out';

const SHOWN = 20;

/** @param {string} ip */
const bits = (ip) => Number(ip.split('/')[1] || 128);

/** @param {Cover} cover */
function says({ ip, covers }) {
	if (ip === covers) return inert(ip, 80);
	return t(bits(covers) < bits(ip) ? 'lockout.within' : 'lockout.holds', { ip: inert(ip, 80), covers });
}

/** @param {{ cover: Cover }} props */
const Row = ({ cover }) => html`<tr role="row"><td role="cell" class="lead"><bdi class="mono wrap">${says(cover)}</bdi></td>
	<td role="cell"><span class="outcome-word danger"><${Icon} name="warn" size=${14} />${t('lockout.' + cover.reason)}</span></td></tr>`;

/** @param {{ covered: Cover[] }} props */
const Covered = ({ covered }) => html`<div class="scroll" tabindex="0" role="region" aria-label=${t('lockout.list')}>
	<table class="table outcome" role="table"><caption class="sr">${t('lockout.list')}</caption>
		<tbody role="rowgroup">${covered.slice(0, SHOWN).map((c, i) => html`<${Row} key=${i} cover=${c} />`)}</tbody></table>
	${covered.length > SHOWN && html`<p class="fine">${t('lockout.more', { n: covered.length - SHOWN })}</p>`}</div>`;

/**
 * @param {{ refused: any, failure: any, busy: boolean, rest: number, onForce: () => void, onRest: () => void, onEdit: () => void }} props
 *   refused: the answer with the list; failure: what went wrong since; rest: how many are not on the list
 */
export function LockOut({ refused, failure, busy, rest, onForce, onRest, onEdit }) {
	const [said, setSaid] = useState('');
	const meant = said.trim().toLowerCase() === t('lockout.phrase');
	const covered = /** @type {Cover[]} */ (refused.covered);
	const submit = (/** @type {Event} */ ev) => {
		ev.preventDefault();
		if (meant && !busy) onForce();
	};
	return html`<form class="form" onSubmit=${submit} novalidate>
		<div class="danger-box" role="alert"><p><strong>${t('lockout.title')}</strong></p><p>${t('lockout.help', { n: covered.length })}</p></div>
		<${Covered} covered=${covered} />
		${failure && html`<${FormError}>${explain(failure)}</${FormError}>`}
		<${Field} label=${t('lockout.type')} hint=${t('lockout.typeHint')}>
			${(/** @type {any} */ attrs) => html`<input ...${attrs} class="input" autocomplete="off" autocapitalize="off" spellcheck=${false}
				value=${said} onInput=${typed(setSaid)} />`}</${Field}>
		<div class="actions"><button type="button" class="btn quiet" data-first onClick=${onEdit}>${t('lockout.edit')}</button>
			${rest > 0 && html`<button type="button" class="btn" aria-disabled=${busy} onClick=${onRest}>${t('lockout.without', { n: rest })}</button>`}
			<button class="btn danger" disabled=${!meant || busy}>${t('lockout.force')}</button></div></form>`;
}
