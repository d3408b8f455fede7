// SPDX-License-Identifier: GPL-2.0-or-later
import { html } from '../vendor/preact.js';

/**
 * One of a few, all of them on show.
 * @param {{ label: string, name: string, value: string, options: [string, string][], onPick: (value: string) => void }} props
 *   options: value and text
 */
export const Segmented = ({ label, name, value, options, onPick }) => html`<fieldset class="seg"><legend class="sr">${label}</legend>
	${options.map(([v, text]) => html`<label key=${v}><input type="radio" name=${name} value=${v} checked=${v === value}
		onChange=${() => onPick(v)} /><span>${text}</span></label>`)}</fieldset>`;
