// SPDX-License-Identifier: GPL-2.0-or-later
import { html, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { Dialog } from './dialog.js';
import { FormError } from './field.js';
import { explain } from './states.js';

/**
 * Asks before what cannot be taken back. What fails is said in it.
 * @param {{ title: string, action: string, onYes: () => Promise<unknown>, onClose: () => void, children?: any }} props
 */
export function Confirm({ title, action, onYes, onClose, children }) {
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState(/** @type {any} */ (null));
	const yes = async () => {
		if (busy) return;
		setBusy(true);
		setFailure(null);
		try {
			await onYes();
			onClose();
		} catch (e) {
			setFailure(e);
			setBusy(false);
		}
	};
	return html`<${Dialog} title=${title} onClose=${onClose}>${children}
		${failure && html`<${FormError}>${explain(failure)}</${FormError}>`}
		<div class="actions"><button type="button" class="btn quiet" data-first onClick=${onClose}>${t('app.cancel')}</button>
			<button type="button" class="btn danger" aria-disabled=${busy} onClick=${yes}>${action}</button></div></${Dialog}>`;
}
