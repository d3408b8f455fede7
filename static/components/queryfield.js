// SPDX-License-Identifier: GPL-2.0-or-later
// A question in the query language. It is asked by Enter, since half of one is
// seldom right; what is wrong with it is said below, with its place.
import { html, useEffect, useLayoutEffect, useRef, useState } from '../vendor/preact.js';
import { completed, useCompletions } from '../lib/complete.js';
import { num, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { go, withQuery } from '../lib/router.js';
import { Icon } from './icon.js';

const ERROR = 'query-error', HINT = 'query-hint', LIST = 'query-list';
const MAX = 1024;
const AROUND = 24; // characters shown on each side of the fault
const NAME_MAX = 80;

/** @typedef {{ column: number, message: string }} Fault column: the character, from 1 */

/** The place of a fault, with what is around it. @param {{ asked: string, fault: Fault }} props */
function Place({ asked, fault }) {
	const chars = [...asked], at = fault.column - 1;
	const part = (/** @type {number} */ from, /** @type {number} */ to) => inert(chars.slice(Math.max(0, from), to).join(''));
	return html`<code class="wrap"><bdi>${at > AROUND && '…'}${part(at - AROUND, at)}<mark>${part(at, at + 1) || ' '}</mark>${part(at + 1, at + AROUND)}${chars.length > at + AROUND && '…'}</bdi></code>`;
}

/** @param {{ item: import('../lib/complete.js').Completion, id: string, on: boolean, onPick: () => void }} props */
const Option = ({ item, id, on, onPick }) => html`<li role="option" id=${id} aria-selected=${on} onMouseDown=${(/** @type {Event} */ ev) => ev.preventDefault()} onClick=${onPick}>
	<bdi class="mono">${inert(item.insert, NAME_MAX)}</bdi><span class="muted"><bdi>${item.label !== item.insert && inert(item.label || '', NAME_MAX)}</bdi></span>
	${item.count !== null && html`<span class="n">${num(item.count)}</span>`}</li>`;

/** What is typed, what may follow it, and which of that is chosen. @param {string} value */
function useTyping(value) {
	const [text, setText] = useState(value), [on, choose] = useState(-1);
	const input = useRef(/** @type {HTMLInputElement | null} */ (null)), caret = useRef(-1);
	const { list, ask, close } = useCompletions();
	useEffect(() => setText(value), [value]);
	useEffect(() => choose(-1), [list]);
	useLayoutEffect(() => {
		if (caret.current < 0) return;
		input.current?.setSelectionRange(caret.current, caret.current);
		caret.current = -1;
	});
	const type = (/** @type {string} */ q, /** @type {number} */ at) => {
		setText(q);
		if (q) ask(q, at);
		else close();
	};
	const pick = (/** @type {import('../lib/complete.js').Completion} */ item) => {
		const next = completed(text, list, item);
		caret.current = next.at;
		close();
		type(next.text, next.at);
	};
	return { text, type, input, list, on, choose, close, pick };
}

/** @param {{ value: string, fault?: Fault }} props fault: of value */
export default function QueryField({ value, fault }) {
	const { text, type, input, list, on, choose, close, pick } = useTyping(value);
	const open = list.items.length > 0, id = (/** @type {number} */ i) => LIST + i;
	const ask = (/** @type {string} */ q) => {
		close();
		go(withQuery({ q: q.trim(), cursor: '' }));
	};
	const change = (/** @type {{ currentTarget: any }} */ { currentTarget: el }) => {
		type(el.value, el.selectionStart);
		if (!el.value && value) ask(''); // emptied, perhaps by the cross
	};
	const key = (/** @type {KeyboardEvent} */ ev) => {
		const step = ev.key === 'ArrowDown' ? 1 : ev.key === 'ArrowUp' ? -1 : 0, n = list.items.length + 1;
		if (!open) return;
		if (step) choose((on + 1 + step + n) % n - 1);
		else if ((ev.key === 'Enter' || ev.key === 'Tab') && on >= 0) pick(list.items[on]);
		else if (ev.key === 'Escape') close();
		else return;
		ev.preventDefault();
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
	return html`<form class="query" onSubmit=${submit}><div class="combo"><label class="field"><span class="sr">${t('query.label')}</span><${Icon} name="search" />
			<input ref=${input} class="input mono" type="search" autocomplete="off" autocapitalize="off" spellcheck=${false} maxlength=${MAX} placeholder=${t('query.example')}
				value=${text} role="combobox" aria-autocomplete="list" aria-expanded=${open} aria-controls=${open ? LIST : null} aria-activedescendant=${on >= 0 ? id(on) : null}
				aria-invalid=${fault ? 'true' : null} aria-describedby=${fault ? HINT + ' ' + ERROR : HINT} onInput=${change} onKeyDown=${key} onBlur=${close} /></label>
			${open && html`<ul class="completions" role="listbox" id=${LIST} aria-label=${t('query.completions')}>
				${list.items.map((x, i) => html`<${Option} key=${x.insert} item=${x} id=${id(i)} on=${i === on} onPick=${() => pick(x)} />`)}</ul>`}</div>
		<button type="submit" class="btn">${t('query.ask')}</button>
		${fault ? html`<p class="field-error" id=${ERROR} role="alert"><${Icon} name="warn" size=${14} /><span>${t('query.fault', { column: fault.column, message: fault.message })} <${Place} asked=${value} fault=${fault} /></span></p>` : null}
		<p class=${'field-hint' + (fault || value ? ' sr' : '')} id=${HINT}>${t('query.hint')}</p></form>`;
}
