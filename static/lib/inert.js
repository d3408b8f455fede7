// SPDX-License-Identifier: GPL-2.0-or-later
// Text from outside, made harmless to read: what would be invisible or would
// turn the direction of the text around is written as its code point. (It is
// drawn as a text node, so markup in it never means anything.) Pure.
export const ODD = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** @param {string} c */
export const written = (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0');

/**
 * @param {unknown} value
 * @param {number} [max] characters kept
 */
export function inert(value, max = 300) {
	const text = String(value ?? '');
	const cut = text.length > max ? text.slice(0, max) + '…' : text;
	return cut.replace(ODD, written);
}
