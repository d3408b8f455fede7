// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses and networks as people type them. The server judges for itself;
// this only tells at once what it would refuse. Pure.

/** @param {string} text @returns {number[] | null} four bytes */
function parse4(text) {
	const parts = text.split('.');
	if (parts.length !== 4) return null;
	const bytes = parts.map((p) => (/^(0|[1-9]\d{0,2})$/.test(p) ? Number(p) : 256));
	return bytes.every((b) => b < 256) ? bytes : null;
}

/**
 * @param {string} text one side of "::"
 * @param {boolean} last its last group may be an IPv4 address
 * @returns {number[] | null} groups
 */
function groups6(text, last) {
	if (text === '') return [];
	const out = [];
	const parts = text.split(':');
	for (const [i, p] of parts.entries()) {
		const v4 = last && i === parts.length - 1 && p.includes('.') ? parse4(p) : null;
		if (v4) out.push(v4[0] * 256 + v4[1], v4[2] * 256 + v4[3]);
		else if (/^[0-9a-f]{1,4}$/i.test(p)) out.push(parseInt(p, 16));
		else return null;
	}
	return out;
}

/** @param {string} text @returns {number[] | null} eight groups */
function parse6(text) {
	const sides = text.split('::');
	if (sides.length > 2) return null;
	const head = groups6(sides[0], sides.length === 1), tail = sides.length === 2 ? groups6(sides[1], true) : [];
	if (!head || !tail) return null;
	if (sides.length === 1) return head.length === 8 ? head : null;
	const gap = 8 - head.length - tail.length;
	return gap < 1 ? null : [...head, ...Array(gap).fill(0), ...tail];
}

/** RFC 5952. @param {number[]} g eight groups */
function text6(g) {
	let at = -1, len = 1;
	for (let i = 0; i < 8; i++) {
		let n = 0;
		while (i + n < 8 && g[i + n] === 0) n++;
		if (n > len) [at, len] = [i, n];
	}
	const hex = g.map((x) => x.toString(16));
	return at < 0 ? hex.join(':') : hex.slice(0, at).join(':') + '::' + hex.slice(at + len).join(':');
}

/** @param {number[]} g */
const mapped4 = (g) => g.slice(0, 5).every((x) => x === 0) && g[5] === 0xffff;

/**
 * @param {string} text an address or a network
 * @returns {{ text: string, family: 4 | 6, bits: number, network: boolean } | null}
 *   text is canonical; bits is the length of the prefix
 */
export function parseAddress(text) {
	const [host, len, more] = text.trim().split('/');
	if (more !== undefined) return null;
	const v4 = parse4(host);
	const v6 = v4 ? null : host.includes(':') ? parse6(host) : null;
	if (!v4 && !v6) return null;
	const whole = v4 ? 32 : 128;
	if (len !== undefined && !(/^(0|[1-9]\d{0,2})$/.test(len) && Number(len) <= whole)) return null;
	const bits = len === undefined ? whole : Number(len);
	const folded = v6 && mapped4(v6) && bits === 128;
	const base = v4 ? v4.join('.') : folded ? dotted(v6) : text6(/** @type {number[]} */ (v6));
	const network = bits < whole;
	return { text: network ? `${base}/${bits}` : base, family: v4 || folded ? 4 : 6, bits: folded ? 32 : bits, network };
}

/** @param {number[]} g */
const dotted = (g) => [g[6] >> 8, g[6] & 255, g[7] >> 8, g[7] & 255].join('.');

/**
 * A list as typed or pasted: one on a line, or parted by blanks or commas.
 * @param {string} text
 */
export function parseList(text) {
	/** @type {Set<string>} */
	const seen = new Set();
	/** @type {{ line: number, text: string }[]} */
	const invalid = [];
	let duplicates = 0, networks = 0;
	for (const [i, line] of text.split(/\r\n|\r|\n/).entries()) {
		for (const word of line.split(/[\s,;]+/)) {
			if (!word) continue;
			const a = parseAddress(word);
			if (!a) invalid.push({ line: i + 1, text: word });
			else if (seen.has(a.text)) duplicates++;
			else {
				seen.add(a.text);
				if (a.network) networks++;
			}
		}
	}
	return { valid: [...seen], invalid, duplicates, networks };
}
