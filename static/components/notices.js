// SPDX-License-Identifier: GPL-2.0-or-later
// What the server says its operator should know. Behind a button: it comes
// with the state, and would push everything down if it stood above it.
import { html } from '../vendor/preact.js';
import { notices } from '../i18n/en-notices.js';
import { addTexts, t } from '../lib/i18n.js';
import { Dialog } from './dialog.js';
import { Icon } from './icon.js';

addTexts(notices);

/** By code: what only has to be known, and what something is lost by. */
const SIGNS = /** @type {Record<string, string>} */ ({
	direct_socket_access: 'info', plain_http: 'warn', geo_http_fallback: 'warn', geoip_unusable: 'warn',
	jails_hidden: 'warn', history_unavailable: 'warn', jobs_not_running: 'warn',
	level_observe: 'info', level_full: 'warn',
});

/** @param {{ notice: { code: string, detail: string } }} props the server may know of more than this page */
const Notice = ({ notice: { code, detail } }) => html`<li class=${SIGNS[code] || 'info'}><${Icon} name=${SIGNS[code] || 'info'} />
	<div>${Object.hasOwn(SIGNS, code) && html`<strong>${t('notice.' + code)}</strong>`}<p>${detail}</p></div></li>`;

/** @param {{ items: { code: string, detail: string }[], onClose: () => void }} props */
export default function Notices({ items, onClose }) {
	return html`<${Dialog} title=${t('notices.title')} onClose=${onClose} wide=${items.length > 2}><ul class="notice-list">
		${items.map((w) => html`<${Notice} key=${w.code} notice=${w} />`)}</ul></${Dialog}>`;
}
