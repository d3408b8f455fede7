// SPDX-License-Identifier: GPL-2.0-or-later
// Texts by key, with {name} holes and plural forms; formats come from Intl.
import { en } from '../i18n/en.js';

/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Message */
/** @type {Record<string, Message>} */
const messages = { ...en };
/**
 * Texts of a page that is fetched when it is first shown.
 * @param {Record<string, Message>} more
 */
export const addTexts = (more) => void Object.assign(messages, more);
// The catalogue is English, so numbers and dates are too: "3 bans, 12 нояб."
// would be neither language.
export const locale = 'en';
const plural = new Intl.PluralRules(locale);
const nf = new Intl.NumberFormat(locale);

/** @param {number} n */
export const num = (n) => nf.format(n);

/**
 * @param {string} key
 * @param {Record<string, unknown>} args
 */
function pick(key, args) {
	const m = messages[key];
	if (m && typeof m === 'object') return m[plural.select(Number(args.n))] ?? m.other ?? key;
	return m ?? key;
}

/** @param {unknown} v */
const plain = (v) => (typeof v === 'number' ? num(v) : String(v ?? ''));

/**
 * @param {string} key
 * @param {Record<string, string | number>} [args] n picks the plural form
 */
export const t = (key, args = {}) => pick(key, args).replace(/\{(\w+)\}/g, (_, k) => plain(args[k]));

/**
 * The same with nodes in the holes: a list to draw.
 * @param {string} key
 * @param {Record<string, unknown>} args
 */
export const rich = (key, args) =>
	pick(key, args).split(/\{(\w+)\}/).map((part, i) => (i % 2 ? (typeof args[part] === 'object' ? args[part] : plain(args[part])) : part));

const long = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
const hours = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' });
const bytes = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });

const share = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const regions = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' });

/**
 * A country in the reader's language.
 * @param {string} code two letters
 * @param {string | null} [name] as the database of addresses has it
 */
export function country(code, name) {
	try {
		return regions.of(code) || name || code;
	} catch { // no code at all
		return name || code;
	}
}

/** @param {number} part of 1 */
export const percent = (part) => share.format(part);
/** @param {number} unix */
export const date = (unix) => day.format(unix * 1000);
/** @param {number} unix */
export const dateTime = (unix) => long.format(unix * 1000);
/** @param {number} unix */
export const timeOfDay = (unix) => hours.format(unix * 1000);
/** @param {number} n */
export const compact = (n) => bytes.format(n);
