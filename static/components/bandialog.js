// SPDX-License-Identifier: GPL-2.0-or-later
// Banning by hand: many addresses at once, one result each.
import { html, useMemo, useRef, useState } from '../vendor/preact.js';
import { banning } from '../i18n/en-bandialog.js';
import { ban, MAX_AT_ONCE, withOutcome } from '../lib/bans.js';
import { typed } from '../lib/dom.js';
import { span } from '../lib/duration.js';
import { addTexts, compact, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { parseAddress, parseList } from '../lib/ip.js';
import { useResource } from '../lib/resource.js';
import { toast } from '../lib/toast.js';
import { Dialog } from './dialog.js';
import { Field, FormError } from './field.js';
import { Icon } from './icon.js';
import { isLockOut, LockOut } from './lockout.js';
import { explain } from './states.js';

addTexts(banning);

/**
 * @typedef {import('../lib/bans.js').Result} Result
 * @typedef {{ text: string, jail: string, reason: string, time: string | null, count: string, unit: string }} Values
 *   time: seconds, '' as long as the jail bans, 'other' what count and unit say, null nothing is chosen
 */

const REASON_MAX = 200;
const SHOWN_FAULTS = 5;
const SHOWN_NETWORKS = 3;
const FIELDS = ['ips', 'jail', 'bantime_seconds', 'reason'];
const MANUAL = 'bangui-manual';
const DAY = 86400;
const TIMES = [3600, DAY, 7 * DAY, 30 * DAY];
const UNITS = /** @type {[string, number][]} */ ([['minutes', 60], ['hours', 3600], ['days', DAY]]);
const LONGEST = 3650 * DAY;
const TONES = /** @type {Record<string, [string, string]>} */ ({
	banned: ['ok', 'check'], already_banned: ['plain', 'info'], invalid: ['danger', 'x'], refused: ['danger', 'warn'],
});

/** Results that are as they were asked to be. @param {Result[]} results */
const done = (results) => withOutcome(results, 'banned', 'already_banned');

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

/** What a list would ban: its count, and how far its networks reach. @param {ReturnType<typeof parseList>} list */
function summary(list) {
	if (!list.valid.length) return '';
	const networks = list.valid.map(parseAddress).filter((a) => a?.network).slice(0, SHOWN_NETWORKS);
	const reach = networks.map((a) => t('ban.reach', { net: a?.text || '', size: compact(2 ** ((a?.family === 4 ? 32 : 128) - (a?.bits || 0))) }));
	const twice = list.duplicates ? [t('ban.duplicates', { n: list.duplicates })] : [];
	return [t('ban.count', { n: list.valid.length }), ...reach, ...twice].join(' · ');
}

/** What the server says of a field, or of an element of it. @param {any} failure @param {string} name */
function fieldFault(failure, name) {
	const found = Object.entries(failure?.fields || {}).find(([k]) => k === name || k.startsWith(name + '['));
	return found ? String(found[1]) : '';
}

// ----------------------------------------------------------------- results

/** @param {{ result: Result }} props */
function ResultRow({ result }) {
	const [tone, icon] = TONES[result.outcome] || TONES.invalid;
	return html`<tr role="row"><td role="cell" class="lead"><bdi class="mono wrap">${inert(result.ip, 80)}</bdi></td>
		<td role="cell"><span class=${'outcome-word ' + tone}><${Icon} name=${icon} size=${14} />${t('outcome.' + result.outcome)}</span>
			${result.detail && html`<span class="fine">${result.detail}</span>`}</td></tr>`;
}

/** @param {{ results: Result[] }} props */
const Results = ({ results }) => html`<div class="scroll" tabindex="0" role="region" aria-label=${t('ban.results')}>
	<table class="table outcome" role="table"><caption class="sr">${t('ban.results')}</caption>
		<tbody role="rowgroup">${results.map((r, i) => html`<${ResultRow} key=${i} result=${r} />`)}</tbody></table></div>`;

/** @param {{ results: Result[], onEdit: () => void, onClose: () => void }} props */
const Outcome = ({ results, onEdit, onClose }) => html`<div class="form"><p role="status">${t('ban.done', { n: results.length, done: done(results).length })}</p>
	<${Results} results=${results} />
	<div class="actions">
		${done(results).length < results.length && html`<button type="button" class="btn quiet" onClick=${onEdit}>${t('ban.edit')}</button>`}
		<button type="button" class="btn primary" onClick=${onClose}>${t('app.done')}</button></div></div>`;

// -------------------------------------------------------------------- form

/** @param {{ attrs: any, jail: string, jails: any[], fixed: boolean, choice: any, onChange: (jail: string) => void }} props */
const JailPicker = ({ attrs, jail, jails, fixed, choice, onChange }) => html`<select ...${attrs} ref=${choice} class="select"
	disabled=${fixed} value=${jail} onChange=${typed(onChange)}>${!jail && html`<option value="">${t('ban.choose')}</option>`}
	${jails.map((j) => html`<option key=${j.name} value=${j.name}>${inert(j.name, 60)}</option>`)}</select>`;

/** How long a jail bans. @param {any} jail */
function lasts(jail) {
	if (jail?.ban_time_seconds === undefined) return '';
	return jail.ban_time_seconds < 0 ? t('ban.forever') : t('ban.for', { ban: span(jail.ban_time_seconds) });
}

/** What is chosen, or what suits the jail: nothing lasts for good by mistake. @param {Values} v @param {any} jail */
const timeOf = (v, jail) => v.time ?? (jail?.ban_time_seconds < 0 ? String(DAY) : '');

/** Seconds; 0: as long as the jail bans; NaN: no time. @param {Values} v @param {any} jail */
function secondsOf(v, jail) {
	const time = timeOf(v, jail);
	if (time !== 'other') return Number(time);
	const s = /^[1-9]\d{0,6}$/.test(v.count.trim()) ? Number(v.count) * Number(v.unit) : NaN;
	return s <= LONGEST ? s : NaN;
}

/** @param {{ attrs: any, v: Values, set: (change: Partial<Values>) => void, jail: any, count: any }} props */
function TimePicker({ attrs, v, set, jail, count }) {
	const most = jail?.ban_time_seconds ?? -1, time = timeOf(v, jail);
	const option = (/** @type {number} */ s, /** @type {string} */ text) => html`<option value=${String(s)} disabled=${most >= 0 && (s < 0 || s > most)}>${text}</option>`;
	return html`<div class="time-pick"><select ...${attrs} class="select" value=${time} onChange=${typed((to) => set({ time: to }))}>
			<option value="">${t('ban.timeJail')}</option>${TIMES.map((s) => option(s, span(s)))}${option(-1, t('ban.timeEver'))}
			<option value="other">${t('ban.timeOther')}</option></select>
		${time === 'other' && html`<input ref=${count} class="input" inputmode="numeric" size="6" aria-label=${t('ban.timeCount')} value=${v.count} onInput=${typed((to) => set({ count: to }))} />
			<select class="select" aria-label=${t('ban.timeUnit')} value=${v.unit} onChange=${typed((unit) => set({ unit }))}>
				${UNITS.map(([name, s]) => html`<option key=${name} value=${String(s)}>${t('ban.' + name)}</option>`)}</select>`}</div>`;
}

/** What is wrong with the time. @param {Values} v @param {any} jail */
function timeFault(v, jail) {
	const s = secondsOf(v, jail);
	if (Number.isNaN(s)) return t('ban.noTime');
	return jail?.ban_time_seconds >= 0 && s > jail.ban_time_seconds ? t('ban.timeTooLong') : '';
}

/**
 * @param {{ v: Values, set: (change: Partial<Values>) => void, jails: any[], fixed: boolean, busy: boolean, failure: any,
 *   onSubmit: (ips: string[]) => void, onClose: () => void }} props
 */
function Form({ v, set, jails, fixed, busy, failure, onSubmit, onClose }) {
	const [tried, setTried] = useState(false);
	const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null)), choice = useRef(/** @type {HTMLSelectElement | null} */ (null));
	const count = useRef(/** @type {HTMLInputElement | null} */ (null)), inJail = jails.find((j) => j.name === v.jail);
	const list = useMemo(() => parseList(v.text), [v.text]);
	const wrong = fault(list);
	const submit = (/** @type {Event} */ ev) => {
		ev.preventDefault();
		setTried(true);
		if (wrong) area.current?.focus();
		else if (!v.jail) choice.current?.focus();
		else if (timeFault(v, inJail)) count.current?.focus();
		else if (!busy) onSubmit(list.valid);
	};
	// While typing, one half-written address is no mistake yet.
	const addressError = fieldFault(failure, 'ips') || (tried || list.invalid.length > 1 ? wrong : '');
	const jailError = fieldFault(failure, 'jail') || (tried && !v.jail ? t('ban.noJail') : '');
	const label = busy ? t('ban.busy') : list.valid.length ? t('ban.submit', { n: list.valid.length }) : t('ban.open');
	return html`<form class="form" onSubmit=${submit} novalidate>
		${failure && !FIELDS.some((f) => fieldFault(failure, f)) && html`<${FormError}>${explain(failure)}</${FormError}>`}
		<${Field} label=${t('ban.addresses')} error=${addressError} live=${html`<span role="status">${summary(list)}</span>`} hint=${t('ban.addressesHint')}>
			${(/** @type {any} */ attrs) => html`<textarea ...${attrs} data-first ref=${area} class="input mono area" rows="5" autocapitalize="off"
				autocomplete="off" spellcheck=${false} value=${v.text} onInput=${typed((text) => set({ text }))}></textarea>`}</${Field}>
		<${Field} label=${t('ban.jail')} error=${jailError} hint=${lasts(inJail)}>
			${(/** @type {any} */ attrs) => html`<${JailPicker} attrs=${attrs} jail=${v.jail} jails=${jails} fixed=${fixed} choice=${choice}
				onChange=${(/** @type {string} */ jail) => set({ jail })} />`}</${Field}>
		<${Field} label=${t('ban.time')} hint=${t('ban.timeHint')} error=${fieldFault(failure, 'bantime_seconds') || (tried ? timeFault(v, inJail) : '')}>
			${(/** @type {any} */ attrs) => html`<${TimePicker} attrs=${attrs} v=${v} set=${set} jail=${inJail} count=${count} />`}</${Field}>
		<${Field} label=${t('ban.reason')} hint=${t('ban.reasonHint')} error=${fieldFault(failure, 'reason')}>
			${(/** @type {any} */ attrs) => html`<input ...${attrs} class="input" maxlength=${REASON_MAX} value=${v.reason}
				onInput=${typed((reason) => set({ reason }))} />`}</${Field}>
		<div class="actions"><button type="button" class="btn quiet" onClick=${onClose}>${t('app.cancel')}</button>
			<button class="btn primary" aria-disabled=${busy}>${label}</button></div></form>`;
}

/** Sends, and keeps what came of it. @param {Values} v @param {number} seconds @param {() => void} onClose */
function useSending(v, seconds, onClose) {
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState(/** @type {any} */ (null));
	const [refused, setRefused] = useState(/** @type {any} */ (null)); // for what it would lock out
	const [sent, setSent] = useState(/** @type {string[]} */ ([]));
	const [results, setResults] = useState(/** @type {Result[] | null} */ (null));
	const send = async (/** @type {string[]} */ ips, /** @type {boolean} */ force) => {
		setBusy(true);
		setFailure(null);
		setSent(ips);
		try {
			const fresh = await ban(v.jail, ips, { reason: v.reason.trim(), force, seconds });
			if (fresh.every((r) => r.outcome === 'banned')) {
				toast(t('ban.toast', { n: fresh.length, ip: inert(fresh[0].ip, 60), jail: inert(v.jail, 60) }));
				return onClose();
			}
			setRefused(null);
			setResults(fresh);
		} catch (/** @type {any} */ e) {
			if (isLockOut(e)) setRefused(e);
			else if (e.status !== 401) setFailure(e); // else the sign-in is over the page by now
		}
		setBusy(false);
	};
	const reset = () => {
		setResults(null);
		setRefused(null);
	};
	return { busy, failure, refused, sent, results, send, forget: () => setFailure(null), reset };
}

/** Refused for what it would lock out: change it, leave that out, or mean it. @param {{ s: ReturnType<typeof useSending> }} props */
function Refused({ s }) {
	const rest = s.sent.filter((ip) => !s.refused.covered.some((/** @type {any} */ c) => c.ip === ip));
	return html`<${LockOut} refused=${s.refused} failure=${s.failure} busy=${s.busy} rest=${rest.length} onEdit=${s.reset}
		onRest=${() => s.send(rest, false)} onForce=${() => s.send(s.sent, true)} />`;
}

/**
 * @param {{ jail?: string, preset?: string, ips?: string, onClose: () => void }} props
 *   jail: this one only; preset: this one unless another is chosen; ips: to begin with
 */
export default function BanDialog({ jail, preset, ips, onClose }) {
	const { data, error } = useResource('/jails');
	const jails = /** @type {any[]} */ (data?.items || (jail ? [{ name: jail }] : []));
	const [typedIn, setTypedIn] = useState(/** @type {Values} */ ({ text: ips || '', jail: jail || preset || '', reason: '', time: null, count: '', unit: String(DAY) }));
	// Of its own accord only the jail that is for this: the first by name may be one that bans for ever.
	const own = jails.length === 1 ? jails[0] : jails.find((j) => j.name === MANUAL);
	const v = { ...typedIn, jail: typedIn.jail || own?.name || '' };
	const s = useSending(v, secondsOf(v, jails.find((j) => j.name === v.jail)), onClose);
	const set = (/** @type {Partial<Values>} */ change) => {
		setTypedIn({ ...v, ...change });
		s.forget();
	};
	const edit = () => {
		const rest = (s.results || []).filter((r) => !done([r]).length);
		set({ text: rest.map((r) => r.ip).join('\n') });
		s.reset();
	};
	const body = () => {
		if (s.results) return html`<${Outcome} results=${s.results} onEdit=${edit} onClose=${onClose} />`;
		if (s.refused) return html`<${Refused} s=${s} />`;
		return html`<${Form} v=${v} set=${set} jails=${jails} fixed=${Boolean(jail)} busy=${s.busy} failure=${s.failure || (data ? null : error)}
			onSubmit=${(/** @type {string[]} */ list) => s.send(list, false)} onClose=${onClose} />`;
	};
	return html`<${Dialog} title=${t('ban.title')} onClose=${onClose} wide>${body()}</${Dialog}>`;
}
