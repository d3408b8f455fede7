// SPDX-License-Identifier: GPL-2.0-or-later
// First run: the one-time code, and the password that everything hangs on.
import { html, useEffect } from '../vendor/preact.js';
import { typed } from '../lib/dom.js';
import { rich, t } from '../lib/i18n.js';
import { useResource } from '../lib/resource.js';
import { setUp, setUpDone, signIn } from '../lib/session.js';
import { toast } from '../lib/toast.js';
import { Field } from '../components/field.js';
import { useForm } from '../components/form.js';
import { Gate } from '../components/gate.js';
import { Counter, passwordFaults, POLICY } from '../components/passwordmeter.js';
import { Refusal } from '../components/signin.js';

/**
 * @param {{ code: string, password: string, repeat: string }} v
 * @param {typeof POLICY} policy
 * @param {boolean} needsCode
 */
function faults(v, policy, needsCode) {
	return { ...(needsCode && !v.code.trim() ? { code: t('setup.codeMissing') } : {}), ...passwordFaults(v, policy) };
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
	try {
		await setUp(code, password);
	} catch (/** @type {any} */ e) {
		if (e.status !== 409) throw e;
		toast(t('setup.already'));
		return setUpDone();
	}
	// The password is right, so a failure here is not the form's: the sign-in
	// page that is on show by now will tell it.
	await signIn(password).catch(() => {});
}

/** @param {{ policy: typeof POLICY, needsCode: boolean }} props */
function Form({ policy, needsCode }) {
	const f = useForm({ code: '', password: '', repeat: '' }, {
		faults: (v) => faults(v, policy, needsCode), refused, send: (v) => finish(v.code.trim(), v.password),
	});
	const put = (/** @type {'code' | 'password' | 'repeat'} */ name) => typed((text) => f.set({ [name]: text }));
	const hint = rich('setup.codeHint', { command: html`<code>bangui setup-code</code>` });
	const label = f.wait ? t('error.retryIn', { n: f.wait }) : t(f.busy ? 'setup.busy' : 'setup.submit');
	const secret = (/** @type {'password' | 'repeat'} */ name) => (/** @type {any} */ attrs) => html`<input ...${attrs} class="input"
		type="password" name=${name} autocomplete="new-password" value=${f.v[name]} onInput=${put(name)} />`;
	return html`<form class="form" onSubmit=${f.submit} novalidate>
		<input type="text" name="username" autocomplete="username" value="bangui" hidden readonly />
		${f.failure && html`<${Refusal} error=${f.failure} wait=${f.wait} />`}
		${needsCode && html`<${Field} label=${t('setup.code')} error=${f.errors.code} hint=${hint}>
			${(/** @type {any} */ attrs) => html`<input ...${attrs} class="input mono" type="text" name="code" autocomplete="one-time-code"
				autocapitalize="characters" spellcheck=${false} placeholder="XXXXX-XXXXX-XXXXX-XXXXX" value=${f.v.code} onInput=${put('code')} />`}</${Field}>`}
		<${Field} label=${t('setup.password')} error=${f.errors.password} live=${html`<${Counter} text=${f.v.password} policy=${policy} />`}>${secret('password')}</${Field}>
		<${Field} label=${t('setup.repeat')} error=${f.errors.repeat}>${secret('repeat')}</${Field}>
		<button class="btn primary" disabled=${f.wait > 0} aria-disabled=${f.busy}>${label}</button></form>`;
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
