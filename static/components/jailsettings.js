// SPDX-License-Identifier: GPL-2.0-or-later
// The settings of a running jail, with what they come to while they are typed.
import { html } from '../vendor/preact.js';
import { jailActs } from '../i18n/en-jailacts.js';
import { ticked, typed } from '../lib/dom.js';
import { addTexts, num, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { plainly, setJail } from '../lib/jails.js';
import { toast } from '../lib/toast.js';
import { Field, FormError } from './field.js';
import { useForm } from './form.js';
import { explain } from './states.js';

addTexts(jailActs);

const UNITS = [86400, 3600, 60, 1];
const SECONDS_MAX = 1_000_000_000, COUNT_MAX = 100_000;
const FOREVER = 'ever';

/** @typedef {{ n: string, unit: string }} Length */

/** @param {number | null} s @returns {Length} */
function length(s) {
	if (s === null || s === undefined) return { n: '', unit: '3600' };
	if (s < 0) return { n: '', unit: FOREVER };
	const unit = UNITS.find((u) => s >= u && s % u === 0) || 1;
	return { n: String(s / unit), unit: String(unit) };
}

/** NaN: what was typed is no number. @param {Length} l */
const seconds = (l) => (l.unit === FOREVER ? -1 : /^\d{1,10}$/.test(l.n.trim()) ? Number(l.n) * Number(l.unit) : NaN);
const count = (/** @type {string} */ text) => (/^\d{1,7}$/.test(text.trim()) ? Number(text) : NaN);

/** What the form begins with. @param {any} j */
const begin = (j) => ({
	max_retry: String(j.max_retry), max_matches: String(j.max_matches), ignore_self: j.ignore_self,
	find_time_seconds: length(j.find_time_seconds), ban_time_seconds: length(j.ban_time_seconds),
	increment_enabled: Boolean(j.ban_time_increment?.enabled), increment_overall_jails: Boolean(j.ban_time_increment?.overall_jails),
	increment_max_time_seconds: length(j.ban_time_increment?.max_time_seconds ?? null),
	increment_rnd_time_seconds: length(j.ban_time_increment?.rnd_time_seconds ?? null),
});
/** @typedef {ReturnType<typeof begin>} Values */

/** Field by field what fail2ban would be told; NaN where it is nonsense, null where nothing was typed. @param {Values} v @returns {Record<string, any>} */
function told(v) {
	const or = (/** @type {Length} */ l) => (l.n.trim() === '' ? null : seconds(l));
	return {
		max_retry: count(v.max_retry), max_matches: count(v.max_matches), ignore_self: v.ignore_self,
		find_time_seconds: seconds(v.find_time_seconds), ban_time_seconds: seconds(v.ban_time_seconds),
		increment_enabled: v.increment_enabled, increment_overall_jails: v.increment_overall_jails,
		increment_max_time_seconds: or(v.increment_max_time_seconds), increment_rnd_time_seconds: or(v.increment_rnd_time_seconds),
	};
}

/** @type {Record<string, [number, number]>} */
const RANGES = {
	max_retry: [1, COUNT_MAX], max_matches: [0, COUNT_MAX], find_time_seconds: [1, SECONDS_MAX], ban_time_seconds: [1, SECONDS_MAX],
	increment_max_time_seconds: [1, SECONDS_MAX], increment_rnd_time_seconds: [0, SECONDS_MAX],
};

/** @param {Values} v */
function faults(v) {
	const values = told(v);
	/** @type {Record<string, string>} */
	const found = {};
	for (const [name, [min, max]] of Object.entries(RANGES)) {
		const value = values[name];
		if (value === null || (name === 'ban_time_seconds' && value === -1) || (value >= min && value <= max)) continue;
		const unit = name.endsWith('seconds') ? Number(/** @type {any} */ (v)[name].unit) || 1 : 1;
		found[name] = t('jset.whole', { min: num(min), max: num(Math.floor(max / unit)) });
	}
	return found;
}

/** Only what is other than it was. @param {any} jail @param {Values} v */
function changes(jail, v) {
	const before = told(begin(jail)), now = told(v);
	return Object.fromEntries(Object.entries(now).filter(([k, x]) => x !== null && x !== before[k]));
}

/** The jail as it would be. @param {any} jail @param {Values} v */
function wouldBe(jail, v) {
	const x = told(v);
	return {
		max_retry: x.max_retry, find_time_seconds: x.find_time_seconds, ban_time_seconds: x.ban_time_seconds,
		ban_time_increment: { ...jail.ban_time_increment, enabled: x.increment_enabled,
			max_time_seconds: x.increment_max_time_seconds ?? jail.ban_time_increment?.max_time_seconds },
	};
}

/** @param {{ name: string, label: string, form: any, hint?: string }} props */
const Count = ({ name, label, form, hint }) => html`<${Field} label=${label} error=${form.errors[name]} hint=${hint}>
	${(/** @type {any} */ attrs) => html`<input ...${attrs} name=${name} class="input" inputmode="numeric" autocomplete="off"
		value=${form.v[name]} onInput=${typed((x) => form.set({ [name]: x }))} />`}</${Field}>`;

/** @param {{ name: string, label: string, form: any, forever?: boolean, hint?: string }} props */
function Time({ name, label, form, forever, hint }) {
	const v = form.v[name];
	const set = (/** @type {any} */ change) => form.set({ [name]: { ...v, ...change } });
	return html`<${Field} label=${label} error=${form.errors[name]} hint=${hint}>${(/** @type {any} */ attrs) => html`<div class="length">
		<input ...${attrs} name=${name} class="input" inputmode="numeric" autocomplete="off" disabled=${v.unit === FOREVER}
			value=${v.n} onInput=${typed((n) => set({ n }))} />
		<select class="select" aria-label=${t('jset.unit', { name: label })} value=${v.unit} onChange=${typed((unit) => set({ unit }))}>
			${UNITS.map((u) => html`<option key=${u} value=${u}>${t('junit.' + u)}</option>`)}
			${forever && html`<option value=${FOREVER}>${t('jset.forever')}</option>`}</select></div>`}</${Field}>`;
}

/** @param {{ name: string, label: string, form: any }} props */
const Tick = ({ name, label, form }) => html`<label class="check-line"><input type="checkbox" name=${name} checked=${form.v[name]}
	onChange=${ticked((on) => form.set({ [name]: on }))} />${label}</label>`;

/** @param {{ form: any }} props */
const Growth = ({ form }) => html`<div class="grown"><${Tick} name="increment_enabled" label=${t('jset.grow')} form=${form} />
	${form.v.increment_enabled && html`<div class="pair"><${Time} name="increment_max_time_seconds" label=${t('jset.maxTime')} form=${form} hint=${t('jset.maxTimeHint')} />
		<${Time} name="increment_rnd_time_seconds" label=${t('jset.random')} form=${form} hint=${t('jset.maxTimeHint')} /></div>
		<${Tick} name="increment_overall_jails" label=${t('jset.overall')} form=${form} />`}</div>`;

/** What it all comes to; as long as it is nonsense, what it was. @param {{ jail: any, form: any }} props */
const Sentence = ({ jail, form }) => html`<p class="plainly" role="status">${plainly(Object.keys(faults(form.v)).length ? jail : wouldBe(jail, form.v))}</p>`;

/** @param {{ jail: any }} props */
export default function JailSettings({ jail }) {
	const form = useForm(begin(jail), {
		faults,
		refused: (e) => Object.fromEntries(Object.entries(e.fields || {}).filter(([k]) => k in RANGES)),
		send: async (/** @type {Values} */ v) => {
			await setJail(jail.name, changes(jail, v));
			toast(t('jset.saved', { jail: inert(jail.name, 80) }));
		},
	});
	const none = Object.keys(changes(jail, form.v)).length === 0;
	return html`<section class="card needs-operate" aria-label=${t('jset.title')}><div class="card-head"><h2>${t('jset.title')}</h2></div>
		<form class="form card-body" onSubmit=${form.submit} novalidate>
			<${Sentence} jail=${jail} form=${form} />
			${form.failure && html`<${FormError}>${explain(form.failure)}</${FormError}>`}
			<div class="pair"><${Count} name="max_retry" label=${t('jset.maxRetry')} form=${form} />
				<${Time} name="find_time_seconds" label=${t('jset.findTime')} form=${form} />
				<${Time} name="ban_time_seconds" label=${t('jset.banTime')} form=${form} forever />
				<${Count} name="max_matches" label=${t('jset.maxMatches')} form=${form} /></div>
			${jail.ban_time_increment && html`<${Growth} form=${form} />`}
			<${Tick} name="ignore_self" label=${t('jset.self')} form=${form} />
			<p class="fine">${t('jset.until')}</p>
			<div class="actions"><button type="button" class="btn quiet" disabled=${none} onClick=${() => form.set(begin(jail))}>${t('jset.back')}</button>
				<button class="btn primary" disabled=${none} aria-disabled=${form.busy}>${t('jset.save')}</button></div></form></section>`;
}
