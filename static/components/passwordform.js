// SPDX-License-Identifier: GPL-2.0-or-later
// Another password. The other browsers are signed out by it.
import { html } from '../vendor/preact.js';
import { changePassword } from '../lib/account.js';
import { ticked, typed } from '../lib/dom.js';
import { t } from '../lib/i18n.js';
import { useResource } from '../lib/resource.js';
import { toast } from '../lib/toast.js';
import { Field } from './field.js';
import { useForm } from './form.js';
import { Counter, passwordFaults, POLICY } from './passwordmeter.js';
import { Refusal } from './signin.js';

/** @typedef {{ current: string, password: string, repeat: string, revoke: boolean }} Values */
const NOTHING = { current: '', password: '', repeat: '', revoke: false };

/** Which field the server's refusal belongs to. @param {any} error */
function refused(error) {
	/** @type {Record<string, string>} */
	const out = {};
	if (error.code === 'wrong_password') out.current = t('signin.wrong');
	if (error.fields.current_password) out.current = error.fields.current_password;
	if (error.fields.new_password) out.password = error.fields.new_password;
	return out;
}

/** @param {Values} v @param {typeof POLICY} policy */
const faults = (v, policy) => ({ ...(v.current ? {} : { current: t('password.currentMissing') }), ...passwordFaults(v, policy) });

export default function PasswordForm() {
	const { data } = useResource('/setup');
	const policy = data?.password_policy || POLICY;
	const { v, set, errors, failure, busy, wait, submit, clear } = useForm(/** @type {Values} */ (NOTHING), {
		faults: (x) => faults(x, policy), refused,
		send: async (x) => {
			await changePassword(x.current, x.password, x.revoke);
			clear();
			toast(t('password.changed'));
		},
	});
	const secret = (/** @type {'current' | 'password' | 'repeat'} */ name) => (/** @type {any} */ attrs) => html`<input ...${attrs} class="input" type="password"
		name=${name} autocomplete=${name === 'current' ? 'current-password' : 'new-password'} value=${v[name]} onInput=${typed((text) => set({ [name]: text }))} />`;
	return html`<section class="card" aria-labelledby="password-title"><div class="card-head"><h2 id="password-title">${t('password.title')}</h2></div>
		<form class="form card-body narrow" onSubmit=${submit} novalidate>
			<input type="text" name="username" autocomplete="username" value="bangui" hidden readonly />
			<p class="muted">${t('password.help')}</p>
			${failure && html`<${Refusal} error=${failure} wait=${wait} />`}
			<${Field} label=${t('password.current')} error=${errors.current}>${secret('current')}</${Field}>
			<${Field} label=${t('password.next')} error=${errors.password} live=${html`<${Counter} text=${v.password} policy=${policy} />`}>${secret('password')}</${Field}>
			<${Field} label=${t('password.repeat')} error=${errors.repeat}>${secret('repeat')}</${Field}>
			<label class="check-line"><input type="checkbox" name="revoke" checked=${v.revoke} onChange=${ticked((revoke) => set({ revoke }))} />${t('password.revoke')}</label>
			<div class="row"><button class="btn primary" disabled=${wait > 0} aria-disabled=${busy}>
				${wait ? t('error.retryIn', { n: wait }) : t(busy ? 'password.busy' : 'password.change')}</button></div></form></section>`;
}
