// SPDX-License-Identifier: GPL-2.0-or-later
// Banning by hand: many addresses at once, one result each.
import { html, useMemo, useRef, useState } from '../vendor/preact.js';
import { ban, MAX_AT_ONCE, withOutcome } from '../lib/bans.js';
import { span } from '../lib/duration.js';
import { compact, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { parseAddress, parseList } from '../lib/ip.js';
import { useResource } from '../lib/resource.js';
import { toast } from '../lib/toast.js';
import { Dialog } from './dialog.js';
import { Field, FormError } from './field.js';
import { Icon } from './icon.js';
import { explain } from './states.js';

const REASON_MAX = 200;
const SHOWN_FAULTS = 5;
const TONES = /** @type {Record<string, [string, string]>} */ ({
	banned: ['ok', 'check'], already_banned: ['plain', 'info'], invalid: ['danger', 'x'], refused: ['danger', 'warn'],
});

/** @param {ReturnType<typeof parseList>} list */
function fault(list) {
	if (list.invalid.length) {
		const lines = list.invalid.slice(0, SHOWN_FAULTS).map((x) => t('ban.badLine', { line: x.line, text: inert(x.text, 40) }));
		if (list.invalid.length > SHOWN_FAULTS) lines.push(t('ban.badMore', { n: list.invalid.length - SHOWN_FAULTS }));
		return t('ban.bad', { n: list.invalid.length }) + ' ' + lines.join(' · ');
	}
	if (!list.valid.length) return t('ban.empty');
	return list.valid.length > MAX_AT_ONCE ? t('ban.tooMany', { max: MAX_AT_ONCE }) : '';
}

/** What a list would ban, in words: its count, and how far its networks reach. @param {ReturnType<typeof parseList>} list */
function summary(list) {
	if (!list.valid.length) return '';
	const parts = [t('ban.count', { n: list.valid.length })];
	for (const text of list.valid) {
		const a = parseAddress(text);
		if (a?.network) parts.push(t('ban.reach', { net: a.text, size: compact(2 ** ((a.family === 4 ? 32 : 128) - a.bits)) }));
		if (parts.length > 3) break;
	}
	if (list.duplicates) parts.push(t('ban.duplicates', { n: list.duplicates }));
	return parts.join(' · ');
}

/** What the server says of a field, or of an element of it. @param {any} failure @param {string} name */
const fieldFault = (failure, name) => String(Object.entries(failure?.fields || {}).find(([k]) => k === name || k.startsWith(name + '['))?.[1] || '');
const FIELDS = ['ips', 'jail', 'reason'];

/** @param {{ results: import('../lib/bans.js').Result[] }} props */
const Results = ({ results }) => html`<div class="scroll" tabindex="0" role="region" aria-label=${t('ban.results')}><table class="table outcome" role="table"><caption class="sr">${t('ban.results')}</caption>
	<tbody role="rowgroup">${results.map((r, i) => { const [tone, icon] = TONES[r.outcome] || TONES.invalid; return html`<tr role="row" key=${i}><td role="cell" class="lead"><bdi class="mono wrap">${inert(r.ip, 80)}</bdi></td>
		<td role="cell"><span class=${'outcome-word ' + tone}><${Icon} name=${icon} size=${14} />${t('outcome.' + r.outcome)}</span>${r.detail && html`<span class="fine">${r.detail}</span>`}</td></tr>`; })}</tbody></table></div>`;

/** @param {{ results: import('../lib/bans.js').Result[], busy: boolean, failure: any, onForce: (ips: string[]) => void, onEdit: () => void, onClose: () => void }} props */
function Outcome({ results, busy, failure, onForce, onEdit, onClose }) {
	const [sure, setSure] = useState(false);
	const refused = withOutcome(results, 'refused').map((r) => r.ip);
	const done = withOutcome(results, 'banned', 'already_banned').length;
	return html`<div class="form"><p role="status">${t('ban.done', { n: results.length, done })}</p><${Results} results=${results} />
		${failure && html`<${FormError}>${explain(failure)}</${FormError}>`}
		${refused.length > 0 && html`<div class="danger-box"><p><strong>${t('ban.refusedTitle', { n: refused.length })}</strong></p><p>${t('ban.refusedHelp')}</p>
			<label class="check-line"><input type="checkbox" checked=${sure} onChange=${(/** @type {any} */ ev) => setSure(ev.currentTarget.checked)} />${t('ban.sure')}</label></div>`}
		<div class="actions">${done < results.length && html`<button type="button" class="btn quiet" onClick=${onEdit}>${t('ban.edit')}</button>`}
			${refused.length > 0 && html`<button type="button" class="btn danger" disabled=${!sure || busy} onClick=${() => onForce(refused)}>${t('ban.force', { n: refused.length })}</button>`}
			<button type="button" class="btn primary" onClick=${onClose}>${t('app.done')}</button></div></div>`;
}

/** @param {{ v: { text: string, jail: string, reason: string }, set: (change: any) => void, jails: any[], fixed: boolean, busy: boolean, failure: any, onSubmit: (ips: string[]) => void, onClose: () => void }} props */
function Form({ v, set, jails, fixed, busy, failure, onSubmit, onClose }) {
	const [tried, setTried] = useState(false);
	const choice = useRef(/** @type {HTMLSelectElement | null} */ (null));
	const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
	const list = useMemo(() => parseList(v.text), [v.text]);
	const wrong = fault(list);
	const jail = jails.find((j) => j.name === v.jail);
	const submit = (/** @type {Event} */ ev) => {
		ev.preventDefault();
		setTried(true);
		if (wrong) return area.current?.focus();
		if (!v.jail) return choice.current?.focus();
		if (!busy) onSubmit(list.valid);
	};
	// While typing, a half-written address is no mistake yet.
	const shownError = fieldFault(failure, 'ips') || ((tried || list.invalid.length > 1) && v.text.trim() ? wrong : tried ? wrong : '');
	return html`<form class="form" onSubmit=${submit} novalidate>
		${failure && !FIELDS.some((f) => fieldFault(failure, f)) && html`<${FormError}>${explain(failure)}</${FormError}>`}
		<${Field} label=${t('ban.addresses')} error=${shownError} live=${html`<span role="status">${summary(list)}</span>`} hint=${t('ban.addressesHint')}>${(/** @type {any} */ attrs) => html`<textarea ...${attrs} data-first ref=${area} class="input mono area" rows="5" autocapitalize="off" autocomplete="off" spellcheck=${false} value=${v.text} onInput=${(/** @type {any} */ ev) => set({ text: ev.currentTarget.value })}></textarea>`}</${Field}>
		<${Field} label=${t('ban.jail')} error=${fieldFault(failure, 'jail') || (tried && !v.jail ? t('ban.noJail') : '')} hint=${jail ? jail.ban_time_seconds < 0 ? t('ban.forever') : t('ban.for', { ban: span(jail.ban_time_seconds) }) : ''}>${(/** @type {any} */ attrs) => html`<select ...${attrs} ref=${choice} class="select" disabled=${fixed} value=${v.jail} onChange=${(/** @type {any} */ ev) => set({ jail: ev.currentTarget.value })}>
			${!v.jail && html`<option value="">${t('ban.choose')}</option>`}${jails.map((j) => html`<option key=${j.name} value=${j.name}>${inert(j.name, 60)}</option>`)}</select>`}</${Field}>
		<${Field} label=${t('ban.reason')} hint=${t('ban.reasonHint')} error=${fieldFault(failure, 'reason')}>${(/** @type {any} */ attrs) => html`<input ...${attrs} class="input" maxlength=${REASON_MAX} value=${v.reason} onInput=${(/** @type {any} */ ev) => set({ reason: ev.currentTarget.value })} />`}</${Field}>
		<div class="actions"><button type="button" class="btn quiet" onClick=${onClose}>${t('app.cancel')}</button>
			<button class="btn primary" aria-disabled=${busy}>${busy ? t('ban.busy') : list.valid.length ? t('ban.submit', { n: list.valid.length }) : t('ban.open')}</button></div></form>`;
}

/**
 * @param {{ jail?: string, preset?: string, onClose: () => void }} props
 *   jail: this one only; preset: this one unless another is chosen
 */
export default function BanDialog({ jail, preset, onClose }) {
	const { data, error } = useResource('/jails');
	const jails = data?.items || [];
	// No jail of its own accord: the first by name may be one that bans for ever.
	const [v, setV] = useState({ text: '', jail: jail || preset || '', reason: '' });
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState(/** @type {any} */ (null));
	const [results, setResults] = useState(/** @type {import('../lib/bans.js').Result[] | null} */ (null));
	const only = jails.length === 1 ? jails[0].name : '';
	const chosen = { ...v, jail: v.jail || only };
	const send = async (/** @type {string[]} */ ips, force = false) => {
		setBusy(true);
		setFailure(null);
		try {
			const fresh = await ban(chosen.jail, ips, { reason: chosen.reason.trim(), force });
			const again = new Set(ips);
			const merged = force && results ? [...results.filter((r) => !again.has(r.ip)), ...fresh] : fresh;
			if (merged.every((r) => r.outcome === 'banned')) {
				toast(t('ban.toast', { n: merged.length, ip: inert(merged[0].ip, 60), jail: inert(chosen.jail, 60) }));
				return onClose();
			}
			setResults(merged);
		} catch (e) {
			if (/** @type {any} */ (e).status !== 401) setFailure(e); // the sign-in is over the page by now
		}
		setBusy(false);
	};
	const edit = () => {
		setV({ ...chosen, text: (results || []).filter((r) => r.outcome !== 'banned' && r.outcome !== 'already_banned').map((r) => r.ip).join('\n') });
		setResults(null);
		setBusy(false);
	};
	return html`<${Dialog} title=${t('ban.title')} onClose=${onClose} wide>
		${results ? html`<${Outcome} results=${results} busy=${busy} failure=${failure} onForce=${(/** @type {string[]} */ ips) => send(ips, true)} onEdit=${edit} onClose=${onClose} />`
		: html`<${Form} v=${chosen} set=${(/** @type {any} */ change) => { setV({ ...chosen, ...change }); setFailure(null); }} jails=${jail && !jails.length ? [{ name: jail }] : jails} fixed=${Boolean(jail)} busy=${busy} failure=${failure || (error && !data ? error : null)} onSubmit=${send} onClose=${onClose} />`}
	</${Dialog}>`;
}
