// SPDX-License-Identifier: GPL-2.0-or-later
// How the reader wants the bans on record shown: the columns, and views by
// name. Kept in this browser; what lies there is input like any other.
import { createStore } from './store.js';

/** @typedef {{ name: string, search: string }} View search: of the page's address */

const COLUMNS_KEY = 'bangui.history.columns', VIEWS_KEY = 'bangui.history.views';
const VIEWS_MAX = 20;
export const NAME_MAX = 40;

/** @param {string} key */
function load(key) {
	try {
		return JSON.parse(localStorage.getItem(key) || 'null');
	} catch { // blocked, or not ours
		return null;
	}
}

/** @param {string} key @param {unknown} value */
function keep(key, value) {
	try {
		localStorage.setItem(key, JSON.stringify(value));
	} catch { /* storage may be blocked: then it lasts as long as the page */ }
}

/** @param {unknown} v @returns {v is View} */
const isView = (v) => typeof v === 'object' && v !== null && 'name' in v && 'search' in v
	&& typeof v.name === 'string' && v.name !== '' && v.name.length <= NAME_MAX && typeof v.search === 'string' && /^(\?|$)/.test(v.search);

/** @param {unknown} value @returns {View[]} */
export const readViews = (value) => (Array.isArray(value) ? value.filter(isView).slice(0, VIEWS_MAX) : []);

/** Those of the known columns that are wanted, in their order. @param {unknown} value @param {string[]} known @param {string[]} usual */
export function readColumns(value, known, usual) {
	const wanted = Array.isArray(value) ? known.filter((c) => value.includes(c)) : usual;
	return wanted.includes(known[0]) ? wanted : usual;
}

export const views = createStore(readViews(load(VIEWS_KEY)));
export const columns = createStore(/** @type {unknown} */ (load(COLUMNS_KEY)));

/** @param {string[]} names */
export function setColumns(names) {
	columns.set(names);
	keep(COLUMNS_KEY, names);
}

/** @param {View[]} list */
function setViews(list) {
	views.set(list);
	keep(VIEWS_KEY, list);
}

/** Another of the same name is replaced. @param {View} view */
export const saveView = (view) => setViews([...views.get().filter((v) => v.name !== view.name), view].slice(-VIEWS_MAX));
/** @param {string} name */
export const dropView = (name) => setViews(views.get().filter((v) => v.name !== name));

/** What of an address is a view: all but the place in the list. @param {string} search */
export function viewOf(search) {
	const q = new URLSearchParams(search);
	q.delete('cursor');
	q.sort();
	return q.size ? '?' + q : '';
}
