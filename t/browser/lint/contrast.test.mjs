// SPDX-License-Identifier: GPL-2.0-or-later
// Every pair of colours that the page puts on one another, computed in both
// themes: WCAG 2.2, 4.5:1 for text, 3:1 for the edges of controls and signs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read } from '../lib/source.mjs';

const tokens = Object.fromEntries([...read('css/tokens.css').matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)]
	.map(([, name, light, dark]) => [name, { light, dark }]));

/** @param {string} hex */
function luminance(hex) {
	const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} a @param {string} b */
export function contrast(a, b) {
	const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x);
	return (hi + 0.05) / (lo + 0.05);
}

const SURFACES = ['canvas', 'surface', 'surface-2'];
const TEXT = 4.5, SIGN = 3;
/** @type {[string, string[], number][]} */
const PAIRS = [
	['text', [...SURFACES, 'surface-3', 'accent-soft', 'ban-soft', 'warn-soft', 'danger-soft'], TEXT],
	['text-2', [...SURFACES, 'surface-3', 'accent-soft', 'ban-soft', 'danger-soft'], TEXT],
	['text-3', SURFACES, TEXT],
	['accent', [...SURFACES, 'surface-3', 'danger-soft'], TEXT],
	['on-accent', ['accent', 'accent-strong'], TEXT],
	['ban', ['surface'], TEXT],
	['danger', ['surface', 'surface-2', 'danger-soft'], TEXT],
	['warn', ['canvas', 'surface', 'warn-soft'], TEXT],
	['ok', ['surface', 'surface-2'], TEXT],
	['canvas', ['text'], TEXT],
	['line-strong', ['canvas', 'surface', 'surface-2'], SIGN],
	['focus', [...SURFACES, 'surface-3', 'accent-soft'], SIGN],
	['ban-fill', ['surface', 'surface-2', 'accent-soft'], SIGN],
	['toast-danger', ['text'], SIGN],
];

test('the formula agrees with known values', () => {
	assert.equal(contrast('#000000', '#ffffff'), 21);
	assert.ok(Math.abs(contrast('#767676', '#ffffff') - 4.54) < 0.01);
});

for (const theme of /** @type {const} */ (['light', 'dark'])) {
	for (const [front, backs, least] of PAIRS) {
		test(`${theme}: ${front} stands out`, () => {
			for (const back of backs) {
				const c = contrast(tokens[front][theme], tokens[back][theme]);
				assert.ok(c >= least, `${front} on ${back}: ${c.toFixed(2)}, needs ${least}`);
			}
		});
	}
}

const RAMP = ['map-1', 'map-2', 'map-3', 'map-4', 'map-5'], STEP = 1.35;
for (const theme of /** @type {const} */ (['light', 'dark'])) {
	test(`${theme}: the tones of the map differ in lightness, away from the ground`, () => {
		const tones = ['surface-3', ...RAMP].map((name) => tokens[name][theme]);
		for (let i = 1; i < tones.length; i++) {
			assert.ok(contrast(tones[i], tones[i - 1]) >= (i === 1 ? 1.3 : STEP), `${tones[i - 1]} and ${tones[i]}: ${contrast(tones[i], tones[i - 1]).toFixed(2)}`);
			assert.ok(contrast(tones[i], tokens.surface[theme]) > contrast(tones[i - 1], tokens.surface[theme]));
		}
		assert.ok(contrast(tones[5], tokens.surface[theme]) >= SIGN);
	});
}

test('each colour of the tokens is in a pair or is a surface or a line', () => {
	const judged = new Set([...PAIRS.flatMap(([a, b]) => [a, ...b]), ...RAMP]);
	assert.deepEqual(Object.keys(tokens).filter((n) => !judged.has(n) && n !== 'line'), []);
});
