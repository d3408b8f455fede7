// SPDX-License-Identifier: GPL-2.0-or-later
// Making a token for a program: what for, until when; then it is shown, once.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { LIVES, makeToken, NAME_MAX, SCOPES } from '../lib/account.js';
import { ticked, typed } from '../lib/dom.js';
import { t } from '../lib/i18n.js';
import { Dialog } from './dialog.js';
import { Field } from './field.js';
import { useForm } from './form.js';
import { Icon } from './icon.js';
import { Refusal } from './signin.js';

/** @typedef {{ name: string, scopes: string[], days: number, password: string }} Values */
/** @type {Values} */
const NOTHING = { name: '', scopes: ['read'], days: 90, password: '' };
const HEADER = 'Authorization: Bearer bgt_…';
const encoder = new TextEncoder();

/** @param {Values} v */
function faults(v) {
	/** @type {Record<string, string>} */
	const out = {};
	if (!v.name.trim()) out.name = t('token.nameMissing');
	else if (encoder.encode(v.name.trim()).length > NAME_MAX) out.name = t('token.nameLong', { max: NAME_MAX });
	if (!v.scopes.length) out.scopes = t('token.scopesMissing');
	if (!v.password) out.password = t('token.passwordMissing');
	return out;
}

/** Which field the server's refusal belongs to. @param {any} error */
function refused(error) {
	/** @type {Record<string, string>} */
	const out = {};
	if (error.fields.name || error.status === 409) out.name = error.fields.name || error.message;
	if (error.fields.scopes) out.scopes = error.fields.scopes;
	if (error.code === 'wrong_password') out.password = t('signin.wrong');
	if (error.fields.password) out.password = error.fields.password;
	return out;
}

// ------------------------------------------------------------- it is shown

/** @param {HTMLInputElement} input */
async function copy(input) {
	input.select();
	try {
		await navigator.clipboard.writeText(input.value);
		return true;
	} catch {
		return document.execCommand('copy'); // over plain HTTP there is no other way
	}
}

/** @param {{ token: string, onClose: () => void }} props */
function Shown({ token, onClose }) {
	const input = useRef(/** @type {HTMLInputElement | null} */ (null));
	const [said, say] = useState('');
	useEffect(() => input.current?.focus(), []);
	const onCopy = async () => say(t((await copy(/** @type {HTMLInputElement} */ (input.current))) ? 'token.copied' : 'token.copyByHand'));
	return html`<div class="form"><p>${t('token.once')}</p>
		<${Field} label=${t('token.itself')} live=${html`<span role="status">${said}</span>`}>${(/** @type {any} */ attrs) => html`<div class="copy">
			<input ...${attrs} ref=${input} class="input mono" readonly value=${token} onFocus=${(/** @type {any} */ ev) => ev.currentTarget.select()} />
			<button type="button" class="btn" onClick=${onCopy}>${t('token.copy')}</button></div>`}</${Field}>
		<p class="fine">${t('token.howto')} <code class="wrap">${HEADER}</code></p>
		<div class="actions"><button type="button" class="btn primary" onClick=${onClose}>${t('app.done')}</button></div></div>`;
}

// -------------------------------------------------------------------- form

/** @param {{ v: Values, set: (change: Partial<Values>) => void, error: string }} props */
function Scopes({ v, set, error }) {
	const all = v.scopes.includes('admin');
	const put = (/** @type {string} */ scope, /** @type {boolean} */ on) => set({ scopes: SCOPES.filter((s) => (s === scope ? on : v.scopes.includes(s))) });
	return html`<fieldset class="form-field"><legend>${t('token.scopes')}</legend>
		${SCOPES.map((s) => html`<label class="check-line" key=${s}><input type="checkbox" name="scopes" checked=${all || v.scopes.includes(s)}
			disabled=${all && s !== 'admin'} onChange=${ticked((on) => put(s, on))} />${t('scope.' + s + 'Help')}</label>`)}
		${error && html`<p class="field-error" role="alert"><${Icon} name="warn" size=${14} />${error}</p>`}</fieldset>`;
}

/** @param {number} days */
const life = (days) => (days ? t('token.inDays', { n: days }) : t('token.never'));

/** @param {{ days: number, set: (change: Partial<Values>) => void }} props */
const Life = ({ days, set }) => html`<${Field} label=${t('token.expires')} live=${html`<span role="status">${days ? '' : t('token.neverWarning')}</span>`}>
	${(/** @type {any} */ attrs) => html`<select ...${attrs} class="select" name="days" value=${String(days)} onChange=${typed((x) => set({ days: Number(x) }))}>
		${LIVES.map((d) => html`<option key=${d} value=${String(d)}>${life(d)}</option>`)}</select>`}</${Field}>`;

/** @param {{ onMade: (token: string) => void, onClose: () => void }} props */
function Form({ onMade, onClose }) {
	const { v, set, errors, failure, busy, wait, submit } = useForm(NOTHING, {
		faults, refused, send: async (x) => onMade(await makeToken({ ...x, name: x.name.trim() })),
	});
	return html`<form class="form" onSubmit=${submit} novalidate>
		${failure && html`<${Refusal} error=${failure} wait=${wait} />`}
		<${Field} label=${t('token.name')} error=${errors.name} hint=${t('token.nameHint')}>${(/** @type {any} */ attrs) => html`<input ...${attrs} data-first
			class="input" name="name" autocomplete="off" spellcheck=${false} value=${v.name} onInput=${typed((name) => set({ name }))} />`}</${Field}>
		<${Scopes} v=${v} set=${set} error=${errors.scopes} />
		<${Life} days=${v.days} set=${set} />
		<${Field} label=${t('password.current')} error=${errors.password} hint=${t('token.passwordHint')}>${(/** @type {any} */ attrs) => html`<input ...${attrs}
			class="input" type="password" name="password" autocomplete="current-password" value=${v.password} onInput=${typed((password) => set({ password }))} />`}</${Field}>
		<div class="actions"><button type="button" class="btn quiet" onClick=${onClose}>${t('app.cancel')}</button>
			<button class="btn primary" disabled=${wait > 0} aria-disabled=${busy}>${wait ? t('error.retryIn', { n: wait }) : t(busy ? 'token.busy' : 'token.make')}</button></div></form>`;
}

/** @param {{ onClose: () => void }} props */
export default function TokenDialog({ onClose }) {
	const [token, setToken] = useState('');
	// Once it is shown, a slip of the finger must not take it away.
	return html`<${Dialog} title=${t(token ? 'token.made' : 'token.make')} onClose=${token ? undefined : onClose}>
		${token ? html`<${Shown} token=${token} onClose=${onClose} />` : html`<${Form} onMade=${setToken} onClose=${onClose} />`}</${Dialog}>`;
}
