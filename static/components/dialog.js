// SPDX-License-Identifier: GPL-2.0-or-later
import { html, useId, useLayoutEffect, useRef } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { Icon } from './icon.js';

/**
 * A modal dialog: open as long as it is drawn. Focus goes back to where it
 * was. Without onClose it cannot be left.
 * @param {{ title: string, onClose?: () => void, wide?: boolean, veil?: boolean, children?: any }} props
 */
export function Dialog({ title, onClose, wide, veil, children }) {
	const box = useRef(/** @type {HTMLDialogElement | null} */ (null));
	const id = useId();
	useLayoutEffect(() => {
		const el = /** @type {HTMLDialogElement} */ (box.current);
		const before = /** @type {HTMLElement | null} */ (document.activeElement);
		el.showModal();
		/** @type {HTMLElement | null} */ (el.querySelector('[data-first]'))?.focus();
		return () => {
			el.close();
			if (document.activeElement === document.body && before?.isConnected) before.focus();
		};
	}, []);
	const cancel = (/** @type {Event} */ ev) => {
		ev.preventDefault();
		onClose?.();
	};
	// Chrome closes a dialog at the second Escape whatever "cancel" says.
	const key = (/** @type {KeyboardEvent} */ ev) => {
		if (ev.key !== 'Escape') return;
		ev.preventDefault();
		ev.stopPropagation();
		onClose?.();
	};
	// ... and so it does when the focus is nowhere: what must stay comes back.
	const closed = () => {
		if (!onClose && box.current?.isConnected) box.current.showModal();
	};
	return html`<dialog ref=${box} class=${'dialog' + (wide ? ' wide' : '') + (veil ? ' veil' : '')} aria-labelledby=${id} onCancel=${cancel} onClose=${closed} onKeyDown=${key}>
		<div class="dialog-head"><h2 id=${id}>${title}</h2>
			${onClose && html`<button type="button" class="btn icon quiet" aria-label=${t('app.close')} onClick=${onClose}><${Icon} name="x" /></button>`}</div>
		${children}</dialog>`;
}
