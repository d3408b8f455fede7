// SPDX-License-Identifier: GPL-2.0-or-later
// The log lines that led to a ban: their parts, and when each was written.
// Pure.
import { ODD, written } from './inert.js';
import { parseAddress } from './ip.js';

/** @typedef {{ kind: 'text' | 'ip' | 'odd', text: string }} Part odd: a character that would hide or turn text, as its code point */

// ---------------------------------------------------------------------- parts

const WORDS = /(?<![\w.-])[0-9a-f:][0-9a-f:.]{0,60}/gi;
/** What may hang on an address: the end of a sentence, a port. */
const TAILS = [/$/, /[.:]+$/, /(?<=\.\d{1,3}):\d{1,5}$/];

/** How much of a word is the address. @param {string} word @param {string} ip canonical */
function lengthOf(word, ip) {
	const found = TAILS.map((tail) => word.replace(tail, '')).find((w) => parseAddress(w)?.text === ip);
	return found ? found.length : 0;
}

/** Where the address stands, however it is written. @param {string} text @param {string} ip @returns {[number, number][]} beginnings and ends */
function places(text, ip) {
	const address = parseAddress(ip);
	if (address && !address.network) {
		return [...text.matchAll(WORDS)].map((m) => /** @type {[number, number]} */ ([m.index, m.index + lengthOf(m[0], address.text)])).filter(([a, b]) => b > a);
	}
	/** @type {[number, number][]} */
	const found = [];
	for (let at = text.indexOf(ip); ip && at >= 0; at = text.indexOf(ip, at + ip.length)) found.push([at, at + ip.length]);
	return found;
}

/** @param {string} text @returns {Part[]} */
function plain(text) {
	/** @type {Part[]} */
	const out = [];
	let from = 0;
	for (const m of text.matchAll(ODD)) {
		if (m.index > from) out.push({ kind: 'text', text: text.slice(from, m.index) });
		out.push({ kind: 'odd', text: written(m[0]) });
		from = m.index + m[0].length;
	}
	if (from < text.length) out.push({ kind: 'text', text: text.slice(from) });
	return out;
}

/**
 * A line in pieces, each harmless to show.
 * @param {string} text
 * @param {string} ip what was banned: an address, a network, or a text
 */
export function parts(text, ip) {
	/** @type {Part[]} */
	const out = [];
	let from = 0;
	for (const [a, b] of places(text, ip)) {
		out.push(...plain(text.slice(from, a)), ...plain(text.slice(a, b)).map((p) => (p.kind === 'text' ? { ...p, kind: /** @type {const} */ ('ip') } : p)));
		from = b;
	}
	return [...out, ...plain(text.slice(from))];
}

// ---------------------------------------------------------------------- times

const MONTHS = 'janfebmaraprmayjunjulaugsepoctnovdec';
const CLOCK = String.raw`(?<h>\d\d):(?<m>\d\d):(?<s>\d\d)(?:[.,]\d+)?`;
const ZONE = String.raw`(?:\s*(?<zone>Z|[+-]\d\d:?\d\d))?`;
const FORMS = [
	String.raw`^(?<y>\d{4})[-/](?<mon>\d\d)[-/](?<d>\d\d)[T ]${CLOCK}${ZONE}`,
	String.raw`^(?<d>\d{1,2})[/ -](?<mon>[a-z]{3})[/ -](?<y>\d{4})[: ]${CLOCK}${ZONE}`,
	String.raw`^(?:[a-z]{3},? )?(?<mon>[a-z]{3}) +(?<d>\d{1,2}) ${CLOCK}(?: (?<y>\d{4}))?`,
].map((form) => new RegExp(form, 'i'));
const DAY = 86400, YEAR = 365 * DAY;
const FURTHEST = 14.25 * 3600; // a time zone from UTC
const EARLY = 60, LATE = 900; // a ban before and after its last line

/** @param {string} zone @returns {number} seconds */
function offset(zone) {
	if (zone === 'Z') return 0;
	const [, sign, h, m] = /** @type {RegExpExecArray} */ (/([+-])(\d\d):?(\d\d)/.exec(zone));
	return (Number(h) * 3600 + Number(m) * 60) * (sign === '-' ? -1 : 1);
}

/** @param {string} mon */
const month = (mon) => (/^\d/.test(mon) ? Number(mon) - 1 : MONTHS.indexOf(mon.toLowerCase()) / 3);

/**
 * @param {string} text begins with the date of a line
 * @param {number} near a time it is close to, for dates without a year
 * @returns {{ at: number, zoned: boolean } | null} zoned: a time zone was given, else at is as if it were UTC
 */
function read(text, near) {
	const epoch = /^\d{10}(?!\d)/.exec(text);
	if (epoch) return { at: Number(epoch[0]), zoned: true };
	const g = FORMS.map((form) => form.exec(text)).find(Boolean)?.groups;
	if (!g || !Number.isInteger(month(g.mon)) || month(g.mon) < 0) return null;
	const year = g.y ? Number(g.y) : new Date(near * 1000).getUTCFullYear();
	const at = Date.UTC(year, month(g.mon), Number(g.d), Number(g.h), Number(g.m), Number(g.s)) / 1000;
	// A line of December that led to a ban in January, or the other way round.
	const turn = g.y || Math.abs(at - near) < YEAR / 2 ? 0 : at > near ? -1 : 1;
	return { at: turn ? at + turn * YEAR : at - (g.zone ? offset(g.zone) : 0), zoned: Boolean(g.zone) };
}

/** By how much the clock of the lines is off UTC: whole hours rather than halves and quarters. @param {number} late seconds from the last line to the ban, as if it were UTC */
function shiftFor(late) {
	if (Math.abs(late) > FURTHEST) return null;
	for (const step of [3600, 1800, 900]) {
		const shift = Math.floor((late + EARLY) / step) * step;
		if (late - shift < LATE) return shift;
	}
	return null;
}

/**
 * When the lines were written. fail2ban says of the first alone, as a rule,
 * which part of it is the date: those of the others stand in the same place.
 * A log seldom says in which time zone: a ban comes right after the last line
 * that led to it, which tells.
 * @param {{ text: string, time: string | null }[]} lines
 * @param {number} banned Unix time of the ban
 * @returns {(number | null)[]} Unix times, none after the ban; null where it cannot be told
 */
export function timesOf(lines, banned) {
	const known = lines.find((l) => l.time), at = known ? known.text.indexOf(/** @type {string} */ (known.time)) : 0;
	const all = lines.map(({ text, time }) => read((time ?? text.slice(Math.max(0, at))).trim(), banned));
	const last = Math.max(...all.filter((x) => x && !x.zoned).map((x) => /** @type {any} */ (x).at));
	const shift = Number.isFinite(last) ? shiftFor(banned - last) : null;
	return all.map((x) => {
		if (!x || (!x.zoned && shift === null)) return null;
		return Math.min(banned, x.zoned ? x.at : x.at + /** @type {number} */ (shift));
	});
}
