// SPDX-License-Identifier: GPL-2.0-or-later
// Sign-in: as a page of its own, and over the page when a session has ended.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { door } from '../i18n/en-door.js';
import { addTexts, rich, t } from '../lib/i18n.js';
import { session, signIn } from '../lib/session.js';
import { useStore } from '../lib/store.js';
import { Dialog } from './dialog.js';
import { Field, FormError } from './field.js';
import { Gate } from './gate.js';
import { explain, RequestId, useWait } from './states.js';

addTexts(door);

const HttpsRequired = () => html`<${FormError}><p><strong>${t('https.title')}</strong></p><p>${t('https.help')}</p>
	<ul><li>${t('https.tls')}</li>
	<li>${rich('https.tunnel', { command: html`<code>ssh -L 8080:127.0.0.1:80 ${window.location.hostname}</code>` })}</li></ul></${FormError}>`;

/** Why a form was refused, apart from its fields. @param {{ error: any, wait: number }} props */
export function Refusal({ error, wait }) {
	if (error.code === 'https_required') return html`<${HttpsRequired} />`;
	if (error.status === 429) {
		return html`<${FormError}><p><strong>${t('signin.throttled')}</strong></p><p>${wait ? t('signin.wait', { n: wait }) : t('signin.again')}</p></${FormError}>`;
	}
	return html`<${FormError}><p>${explain(error)}</p>${error.status >= 500 && html`<${RequestId} error=${error} />`}</${FormError}>`;
}

/** @param {{ current: HTMLInputElement | null }} input */
function useSignIn(input) {
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState(/** @type {any} */ (null));
	const wait = useWait(error);
	const submit = async (/** @type {Event} */ ev) => {
		ev.preventDefault();
		const field = /** @type {HTMLInputElement} */ (input.current);
		if (busy || wait || !field.value) return field.focus();
		setBusy(true);
		setError(null);
		try {
			await signIn(field.value);
		} catch (e) {
			setError(e);
			setBusy(false);
			field.select();
		}
	};
	return { busy, error, wait, submit };
}

function Form() {
	const input = useRef(/** @type {HTMLInputElement | null} */ (null));
	const { busy, error, wait, submit } = useSignIn(input);
	useEffect(() => input.current?.focus(), []);
	const wrong = error?.status === 401 || error?.status === 422;
	return html`<form class="form" onSubmit=${submit}>
		<input type="text" name="username" autocomplete="username" value="bangui" hidden readonly />
		${error && !wrong && html`<${Refusal} error=${error} wait=${wait} />`}
		<${Field} label=${t('signin.password')} error=${wrong ? t('signin.wrong') : ''}>${(/** @type {any} */ attrs) => html`<input ...${attrs}
			ref=${input} class="input" type="password" name="password" autocomplete="current-password" required />`}</${Field}>
		<button class="btn primary" disabled=${wait > 0} aria-disabled=${busy}>
			${wait ? t('error.retryIn', { n: wait }) : t(busy ? 'signin.busy' : 'signin.submit')}</button></form>`;
}

export default function SignIn() {
	const { standing } = useStore(session);
	const over = standing === 'expired';
	useEffect(() => {
		if (!over) document.title = t('signin.title') + ' · BanGUI';
	}, [over]);
	if (over) return html`<${Dialog} title=${t('signin.expired')} veil><p class="muted">${t('signin.kept')}</p><${Form} /></${Dialog}>`;
	return html`<${Gate} title=${t('signin.title')}><${Form} /></${Gate}>`;
}
