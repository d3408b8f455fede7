// SPDX-License-Identifier: GPL-2.0-or-later
// How long a password is, as the server counts: characters for its strength,
// bytes because the hash reads no more than 72 of them. Pure.
const encoder = new TextEncoder();

/**
 * @param {string} text
 * @param {{ min_chars: number, max_bytes: number }} policy
 */
export function measure(text, policy) {
	const chars = [...text].length;
	const bytes = encoder.encode(text).length;
	const wellFormed = !/[\uD800-\uDFFF]/u.test(text);
	/** @type {'empty' | 'short' | 'long' | 'odd' | 'ok'} */
	let verdict = 'ok';
	if (!chars) verdict = 'empty';
	else if (text.includes('\0') || !wellFormed) verdict = 'odd';
	else if (chars < policy.min_chars) verdict = 'short';
	else if (bytes > policy.max_bytes) verdict = 'long';
	return { chars, bytes, verdict };
}
