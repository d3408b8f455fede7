// SPDX-License-Identifier: GPL-2.0-or-later
// A form that says at each field what is wrong with it, and sends.
import { useState } from '../vendor/preact.js';
import { useWait } from './states.js';

/** The first field that something is wrong with. @param {HTMLFormElement} form @param {Record<string, string>} errors */
function focusFirst(form, errors) {
	const name = Object.keys(errors).find((k) => errors[k]);
	const found = name ? form.elements.namedItem(name) : null;
	const el = /** @type {HTMLElement | null} */ (found instanceof RadioNodeList ? found[0] : found);
	el?.focus();
}

/**
 * What was typed, what is wrong with it, and the sending of it. Nothing is
 * sent twice, or before a wait that the server asks for is over.
 * @template T
 * @param {T} nothing what the form begins with
 * @param {{ faults: (v: T) => Record<string, string>, refused: (error: any) => Record<string, string>,
 *   send: (v: T) => Promise<unknown> }} opt
 *   faults: by field, before it is sent; refused: by field, what the server's refusal means
 */
export function useForm(nothing, { faults, refused, send }) {
	const [v, setV] = useState(nothing);
	const [errors, setErrors] = useState(/** @type {Record<string, string>} */ ({}));
	const [failure, setFailure] = useState(/** @type {any} */ (null));
	const [busy, setBusy] = useState(false);
	const wait = useWait(failure);
	/** @param {Partial<T>} change */
	const set = (change) => {
		setV({ ...v, ...change });
		setErrors({ ...errors, ...Object.fromEntries(Object.keys(change).map((k) => [k, ''])) });
	};
	/** @param {HTMLFormElement} form @param {Record<string, string>} found */
	const say = (form, found) => {
		setErrors(found);
		focusFirst(form, found);
		return Object.keys(found).length > 0;
	};
	const submit = async (/** @type {any} */ ev) => {
		ev.preventDefault();
		const form = ev.currentTarget;
		if (say(form, faults(v)) || busy || wait) return;
		setBusy(true);
		setFailure(null);
		try {
			await send(v);
		} catch (e) {
			setFailure(say(form, refused(e)) ? null : e);
		}
		setBusy(false);
	};
	return { v, set, errors, failure, busy, wait, submit, clear: () => setV(nothing) };
}
