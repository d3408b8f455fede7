// SPDX-License-Identifier: GPL-2.0-or-later
// What narrows a list down. Each is a value of the page's address, and a
// change of any leads to the first page.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { unix } from '../lib/clock.js';
import { typed } from '../lib/dom.js';
import { dateTime, t } from '../lib/i18n.js';
import { ask } from '../lib/listing.js';
import { RANGES, USUAL } from '../lib/range.js';
import { go, withQuery } from '../lib/router.js';
import { Filter } from './cells.js';
import { Icon } from './icon.js';
import { Segmented } from './segmented.js';
import { Empty, explain } from './states.js';

const TYPING_MS = 300;
const WRONG = 'filters-wrong'; // one list a page

/** @param {{ range: string }} props range: '' where two times stand in its place */
export const RangePicker = ({ range }) => html`<${Segmented} label=${t('range.label')} name="range" value=${range} options=${RANGES.map((r) => [r, t('range.' + r)])}
	onPick=${(/** @type {string} */ r) => go(withQuery({ range: r === USUAL ? '' : r, from: '', to: '', cursor: '' }))} />`;

/** Two times in place of a range, and the way back. @param {{ from: string, to: string }} props */
export function TimeFilter({ from, to }) {
	if (!from && !to) return null;
	const at = { from: from && dateTime(unix(from)), to: to && dateTime(unix(to)) };
	const text = t(from && to ? 'range.fromTo' : from ? 'range.from' : 'range.to', at);
	return html`<${Filter} text=${text} label=${t('range.clear')} clear=${withQuery({ from: '', to: '', cursor: '' })} />`;
}

/**
 * One of a list of words.
 * @param {{ name: string, label: string, value: string, options: [string, string][] }} props
 *   name: in the address; options: value and text, the first for "any"
 */
export const Pick = ({ name, label, value, options }) => html`<div class="picker"><select class="select" aria-label=${label} value=${value}
	onChange=${typed((v) => go(withQuery({ [name]: v, cursor: '' })))}>${options.map(([v, text]) => html`<option key=${v} value=${v}>${text}</option>`)}</select></div>`;

/**
 * Words that are typed, and apply a moment after the last key.
 * @param {{ name: string, label: string, value: string, hint: string, wrong?: boolean }} props wrong: what is said in WhyWrong
 */
export function Typed({ name, label, value, hint, wrong = false }) {
	const [text, setText] = useState(value);
	const timer = useRef(/** @type {any} */ (0));
	const wanted = useRef(value);
	useEffect(() => {
		// changed from elsewhere, such as Back
		if (value !== wanted.current) setText(value);
		wanted.current = value;
	}, [value]);
	useEffect(() => () => clearTimeout(timer.current), []);
	const apply = (/** @type {string} */ v) => {
		clearTimeout(timer.current);
		wanted.current = v.trim();
		go(withQuery({ [name]: wanted.current, cursor: '' }), { replace: true });
	};
	const type = (/** @type {string} */ v) => {
		setText(v);
		clearTimeout(timer.current);
		timer.current = setTimeout(() => apply(v), TYPING_MS);
	};
	const enter = (/** @type {KeyboardEvent} */ ev) => ev.key === 'Enter' && apply(text);
	return html`<div class="picker typed"><label class="field"><span class="sr">${label}</span><${Icon} name="search" />
			<input class="input" type="search" autocomplete="off" autocapitalize="off" spellcheck=${false} maxlength="256" placeholder=${label} title=${hint} value=${text}
				aria-invalid=${wrong ? 'true' : null} aria-describedby=${wrong ? WRONG : null} onInput=${typed(type)} onKeyDown=${enter} /></label></div>`;
}

/** In the place of a list that cannot be asked for, and the way out; the fault of a query stands at its field. @param {{ error: any, clear: string }} props clear: an address of the page */
export const WhyWrong = ({ error, clear }) => html`<div id=${WRONG} role="alert"><${Empty} icon="search" title=${t('filters.wrong')}
	text=${error.column ? '' : Object.values(error.fields).join(' ') || explain(error)}><a class="btn" href=${clear}>${t('filters.clear')}</a></${Empty}></div>`;

const FORMATS = ['csv', 'ndjson'];

/** The whole list as a file, under the same filters. @param {{ name: string, asked: Record<string, string | string[]> }} props name: the API's; asked: what the list was asked */
export const Exports = ({ name, asked }) => html`<div class="table-foot"><span class="range">${t('export.all')}</span>
	${FORMATS.map((f) => html`<a key=${f} class="btn quiet small" download href=${ask('/api/export/' + name + '.' + f, asked)}>${t('export.' + f)}</a>`)}</div>`;
