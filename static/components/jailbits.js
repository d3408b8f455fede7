// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from '../vendor/preact.js';
import { jails } from '../i18n/en-jails.js';
import { addTexts, t } from '../lib/i18n.js';
import { paused } from '../lib/jails.js';
import { useStore } from '../lib/store.js';

addTexts(jails);

/** How a jail is, by dot and word. @param {{ jail: any }} props */
export function JailState({ jail }) {
	const idle = useStore(paused).includes(jail.name) || jail.idle;
	const name = !jail.running ? 'stopped' : idle ? 'idle' : 'running';
	const tone = { stopped: '', idle: 'warn', running: 'ok' }[name];
	return html`<span class="state"><span class=${'dot ' + tone}></span>${t('jail.' + name)}</span>`;
}
