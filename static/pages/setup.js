// SPDX-License-Identifier: GPL-2.0-or-later
// First run: the one-time code, and the password that everything hangs on.
import { html, useEffect, useState } from '../vendor/preact.js';
import { rich, t } from '../lib/i18n.js';
import { measure } from '../lib/password.js';
import { useResource } from '../lib/resource.js';
import { setUp, setUpDone, signIn } from '../lib/session.js';
import { toast } from '../lib/toast.js';
import { Field } from '../components/field.js';
import { Gate } from '../components/gate.js';
import { Icon } from '../components/icon.js';
import { Refusal } from '../components/signin.js';
import { useWait } from '../components/states.js';

const POLICY = { min_chars: 12, max_bytes: 72 };

/** Characters and bytes so far, with the rule. @param {{ text: string, policy: typeof POLICY }} props */
function Counter({ text, policy }) {
	const { chars, bytes, verdict } = measure(text, policy);
	const rule = (/** @type {boolean} */ ok, /** @type {boolean} */ bad, /** @type {string} */ label, /** @type {number} */ value, /** @type {number} */ max) => html`<div class=${'meter-row' + (bad ? ' bad' : ok ? ' good' : '')}>
		<progress max=${max} value=${Math.min(value, max)} aria-hidden="true"></progress><span>${label}</span>${ok && html`<${Icon} name="check" size=${14} />`}${bad && html`<${Icon} name="warn" size=${14} />`}</div>`;
	return html`<div class="meter">
		${rule(chars >= policy.min_chars, false, t('setup.chars', { n: chars, min: policy.min_chars }), chars, policy.min_chars)}
		${rule(false, verdict === 'long', t('setup.bytes', { n: bytes, max: policy.max_bytes }), bytes, policy.max_bytes)}
		<span class="sr" role="status">${verdict === 'long' ? t('setup.tooLong', { max: policy.max_bytes }) : verdict === 'ok' ? t('setup.fits') : ''}</span></div>`;
}

/**
 * @param {{ code: string, password: string, repeat: string }} v
 * @param {typeof POLICY} policy
 * @param {boolean} needsCode
 */
function faults(v, policy, needsCode) {
	/** @type {Record<string, string>} */
	const out = {};
	const { verdict } = measure(v.password, policy);
	if (needsCode && !v.code.trim()) out.code = t('setup.codeMissing');
	if (verdict === 'empty' || verdict === 'short') out.password = t('setup.tooShort', { min: policy.min_chars });
	if (verdict === 'long') out.password = t('setup.tooLong', { max: policy.max_bytes });
	if (verdict === 'odd') out.password = t('setup.odd');
	if (verdict === 'ok' && v.repeat !== v.password) out.repeat = t('setup.differs');
	return out;
}

/** Which field the server's refusal belongs to. @param {any} error */
function refused(error) {
	/** @type {Record<string, string>} */
	const out = {};
	if (error.fields.setup_token) out.code = error.fields.setup_token;
	if (error.fields.password) out.password = error.fields.password;
	if (error.status === 403 && /setup|code/.test(error.code)) out.code = error.message;
	return out;
}

/** @param {string} code @param {string} password */
async function finish(code, password) {
	await setUp(code, password);
	// The password is right, so a failure here is not the form's: the sign-in
	// page that is on show by now will tell it.
	await signIn(password).catch(() => {});
}

/** @param {{ policy: typeof POLICY, needsCode: boolean }} props */
function Form({ policy, needsCode }) {
	const [v, setV] = useState({ code: '', password: '', repeat: '' });
	const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
	const [failure, setFailure] = useState(/** @type {any} */ (null));
	const [busy, setBusy] = useState(false);
	const wait = useWait(failure);
	const show = (/** @type {HTMLFormElement} */ form, /** @type {Record<string, string>} */ found) => {
		setErrors(found);
		const name = Object.keys(found)[0];
		if (name) /** @type {HTMLElement} */ (form.elements.namedItem(name)).focus();
	};
	const submit = async (/** @type {any} */ ev) => {
		ev.preventDefault();
		const form = ev.currentTarget, found = faults(v, policy, needsCode);
		show(form, found);
		if (busy || wait || Object.keys(found).length) return;
		setBusy(true);
		setFailure(null);
		try {
			await finish(v.code.trim(), v.password);
		} catch (/** @type {any} */ e) {
			setBusy(false);
			if (e.status === 409) {
				toast(t('setup.already'));
				return setUpDone();
			}
			const named = refused(e);
			if (Object.keys(named).length) show(form, named);
			else setFailure(e);
		}
	};
	const input = (/** @type {'code' | 'password' | 'repeat'} */ name, /** @type {Record<string, any>} */ more) => (/** @type {any} */ attrs) => html`<input ...${attrs} ...${more} class=${'input' + (name === 'code' ? ' mono' : '')} name=${name} value=${v[name]}
		onInput=${(/** @type {any} */ ev) => { setV({ ...v, [name]: ev.currentTarget.value }); setErrors({ ...errors, [name]: '' }); }} />`;
	return html`<form class="form" onSubmit=${submit} novalidate>
		<input type="text" name="username" autocomplete="username" value="bangui" hidden readonly />
		${failure && html`<${Refusal} error=${failure} wait=${wait} />`}
		${needsCode && html`<${Field} label=${t('setup.code')} error=${errors.code} hint=${rich('setup.codeHint', { command: html`<code>bangui setup-code</code>` })}>${input('code', { type: 'text', autocomplete: 'one-time-code', autocapitalize: 'characters', spellcheck: false, placeholder: 'XXXXX-XXXXX-XXXXX-XXXXX' })}</${Field}>`}
		<${Field} label=${t('setup.password')} error=${errors.password} live=${html`<${Counter} text=${v.password} policy=${policy} />`}>${input('password', { type: 'password', autocomplete: 'new-password' })}</${Field}>
		<${Field} label=${t('setup.repeat')} error=${errors.repeat}>${input('repeat', { type: 'password', autocomplete: 'new-password' })}</${Field}>
		<button class="btn primary" disabled=${wait > 0} aria-disabled=${busy}>${wait ? t('error.retryIn', { n: wait }) : t(busy ? 'setup.busy' : 'setup.submit')}</button>
	</form>`;
}

export default function Setup() {
	const { data } = useResource('/setup');
	useEffect(() => void (document.title = t('setup.title') + ' · BanGUI'), []);
	useEffect(() => {
		if (data?.completed) setUpDone();
	}, [data]);
	return html`<${Gate} title=${t('setup.title')}><p class="muted">${t('setup.intro')}</p>
		<${Form} policy=${data?.password_policy || POLICY} needsCode=${data?.needs_setup_token ?? true} /></${Gate}>`;
}
