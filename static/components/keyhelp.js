// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { helpOpen, SHORTCUTS } from '../lib/keys.js';
import { Dialog } from './dialog.js';

export default function KeyHelp() {
	return html`<${Dialog} title=${t('keys.title')} onClose=${() => helpOpen.set(false)}><dl class="keylist">
		${SHORTCUTS.map(([keys, text]) => html`<div><dt>${t(/** @type {string} */ (text))}</dt><dd>${/** @type {string[]} */ (keys).map((k) => html`<kbd>${k}</kbd>`)}</dd></div>`)}</dl></${Dialog}>`;
}
