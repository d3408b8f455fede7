// SPDX-License-Identifier: GPL-2.0-or-later
import { html, useId } from '../vendor/preact.js';
import { Icon } from './icon.js';

/**
 * A labelled control with its hint and its error tied to it.
 * @param {{ label: string, hint?: any, error?: string, live?: any, children: (attrs: Record<string, any>) => any }} props
 *   live: a hint that changes while typing
 */
export function Field({ label, hint, error, live, children }) {
	const id = useId();
	const described = [hint && id + '-hint', live && id + '-live', error && id + '-error'].filter(Boolean).join(' ');
	return html`<div class="form-field"><label for=${id}>${label}</label>
		${children({ id, 'aria-describedby': described || null, 'aria-invalid': error ? 'true' : null })}
		${error && html`<p class="field-error" id=${id + '-error'}><${Icon} name="warn" size=${14} />${error}</p>`}
		${live && html`<div class="field-hint" id=${id + '-live'}>${live}</div>`}
		${hint && html`<p class="field-hint" id=${id + '-hint'}>${hint}</p>`}</div>`;
}

/** @param {{ children: any }} props */
export const FormError = ({ children }) => html`<div class="form-error" role="alert"><${Icon} name="warn" /><div>${children}</div></div>`;
