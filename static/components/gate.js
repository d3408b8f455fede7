// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from '../vendor/preact.js';
import { Icon } from './icon.js';

/**
 * The one card before the page proper: sign-in, set-up, no server.
 * @param {{ title: string, children?: any }} props
 */
export const Gate = ({ title, children }) => html`<main class="gate">
	<div class="gate-brand"><${Icon} name="shield" size=${28} /><span>BanGUI</span></div>
	<section class="card gate-card" aria-labelledby="gate-title"><h1 id="gate-title">${title}</h1>${children}</section></main>`;
