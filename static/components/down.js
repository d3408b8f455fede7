// SPDX-License-Identifier: GPL-2.0-or-later
// The server could not say who is signed in: no page to show, but also no
// reason to ask for a password.
import { html, useEffect } from '../vendor/preact.js';
import { door } from '../i18n/en-door.js';
import { addTexts, t } from '../lib/i18n.js';
import { Gate } from './gate.js';
import { explain, RequestId } from './states.js';

addTexts(door);

const EVERY = 5_000;

/** @param {{ error: any, retry: () => void }} props */
export default function Down({ error, retry }) {
	const title = t(error.status === 0 ? 'down.title' : 'down.failed');
	useEffect(() => void (document.title = title + ' · BanGUI'), [title]);
	useEffect(() => {
		const timer = setTimeout(retry, Math.max(EVERY, error.retryAfter * 1000));
		return () => clearTimeout(timer);
	}, [error]);
	return html`<${Gate} title=${title}><p role="alert">${explain(error)}</p>
		<${RequestId} error=${error} />
		<button type="button" class="btn" onClick=${retry}>${t('error.retry')}</button></${Gate}>`;
}
