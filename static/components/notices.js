// SPDX-License-Identifier: GPL-2.0-or-later
// What the server says its operator should know. Behind a button: it comes
// with the state, and would push everything down if it stood above it.
import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { Dialog } from './dialog.js';
import { Icon } from './icon.js';

/** @param {{ items: { code: string, detail: string }[], onClose: () => void }} props */
export default function Notices({ items, onClose }) {
	return html`<${Dialog} title=${t('notices.title')} onClose=${onClose}><ul class="notice-list">
		${items.map((w) => html`<li key=${w.code}><${Icon} name="info" /><p>${w.detail}</p></li>`)}</ul></${Dialog}>`;
}
