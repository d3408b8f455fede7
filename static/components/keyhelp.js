// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from '../vendor/preact.js';
import { keys } from '../i18n/en-keys.js';
import { addTexts, t } from '../lib/i18n.js';
import { helpOpen } from '../lib/keys.js';
import { Dialog } from './dialog.js';

addTexts(keys);

/** Keys, and the text that says what they do. */
const SHORTCUTS = [
	[['/'], 'keys.search'],
	[['g', 'd'], 'keys.dashboard'],
	[['g', 'm'], 'keys.map'],
	[['g', 'b'], 'keys.history'],
	[['g', 'j'], 'keys.jails'],
	[['?'], 'keys.help'],
	[['Esc'], 'keys.close'],
];

export default function KeyHelp() {
	return html`<${Dialog} title=${t('keys.title')} onClose=${() => helpOpen.set(false)}><dl class="keylist">
		${SHORTCUTS.map(([press, text]) => html`<div><dt>${t(/** @type {string} */ (text))}</dt><dd>${/** @type {string[]} */ (press).map((k) => html`<kbd>${k}</kbd>`)}</dd></div>`)}</dl></${Dialog}>`;
}
