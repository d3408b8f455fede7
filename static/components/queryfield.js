// SPDX-License-Identifier: GPL-2.0-or-later
// A question in the query language. It is asked by Enter, since half of one is
// seldom right; what is wrong with it is said below, with its place.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { typed } from '../lib/dom.js';
import { t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { go, withQuery } from '../lib/router.js';
import { Icon } from './icon.js';

const ERROR = 'query-error', HINT = 'query-hint';
const MAX = 1024;
const AROUND = 24; // characters shown on each side of the fault

/** @typedef {{ column: number, message: string }} Fault column: the character, from 1 */

/** The place of a fault, with what is around it. @param {{ asked: string, fault: Fault }} props */
function Place({ asked, fault }) {
	const chars = [...asked], at = fault.column - 1;
	const part = (/** @type {number} */ from, /** @type {number} */ to) => inert(chars.slice(Math.max(0, from), to).join(''));
	return html`<code class="wrap"><bdi>${at > AROUND && '…'}${part(at - AROUND, at)}<mark>${part(at, at + 1) || ' '}</mark>${part(at + 1, at + AROUND)}${chars.length > at + AROUND && '…'}</bdi></code>`;
}

/** @param {{ value: string, fault?: Fault }} props fault: of value */
export default function QueryField({ value, fault }) {
	const [text, setText] = useState(value);
	const input = useRef(/** @type {HTMLInputElement | null} */ (null));
	useEffect(() => setText(value), [value]);
	const ask = (/** @type {string} */ q) => go(withQuery({ q: q.trim(), cursor: '' }));
	const type = (/** @type {string} */ q) => {
		setText(q);
		if (!q && value) ask(''); // emptied, perhaps by the cross
	};
	const submit = (/** @type {Event} */ ev) => {
		ev.preventDefault();
		ask(text);
	};
	useEffect(() => {
		const el = input.current;
		if (!fault || !el || document.activeElement !== el) return;
		const at = [...value].slice(0, fault.column - 1).join('').length;
		el.setSelectionRange(at, at + 1);
	}, [fault?.column, value]);
	const described = [HINT, fault && ERROR].filter(Boolean).join(' ');
	return html`<form class="query" onSubmit=${submit}><label class="field"><span class="sr">${t('query.label')}</span><${Icon} name="search" />
			<input ref=${input} class="input mono" type="search" autocomplete="off" autocapitalize="off" spellcheck=${false} maxlength=${MAX} placeholder=${t('query.example')}
				value=${text} aria-invalid=${fault ? 'true' : null} aria-describedby=${described} onInput=${typed(type)} /></label>
		<button type="submit" class="btn">${t('query.ask')}</button>
		${fault ? html`<p class="field-error" id=${ERROR} role="alert"><${Icon} name="warn" size=${14} /><span>${t('query.fault', { column: fault.column, message: fault.message })} <${Place} asked=${value} fault=${fault} /></span></p>` : null}
		<p class=${'field-hint' + (fault || value ? ' sr' : '')} id=${HINT}>${t('query.hint')}</p></form>`;
}
