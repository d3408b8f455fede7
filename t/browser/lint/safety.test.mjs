// SPDX-License-Identifier: GPL-2.0-or-later
// What the Content-Security-Policy refuses, and what would let data become
// markup or code, is not in the sources in the first place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MODULES, read, STYLES } from '../lib/source.mjs';

const RULES = [
	['markup from text', /\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|createContextualFragment|setHTMLUnsafe|document\.write)\b/, 'x.innerHTML = y'],
	['code from text', /\beval\(|\bnew Function\b|setTimeout\(\s*['"`]/, "eval('x')"],
	['a style attribute', /<[^>]*\bstyle=|setAttribute\(\s*['"]style/, '<p style=${x}>'],
	['an inline handler', /<[^>]*\son[a-z]+="/, '<p onclick="x">'],
	['a javascript: address', /javascript:/i, 'href="javascript:x"'],
	['an address of elsewhere', /(?:href|src)="(?:https?:)?\/\//, '<a href="//x">'],
	['fetch outside lib/api.js', /\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource/, "fetch('/x')"],
];
const MAY_FETCH = ['lib/api.js', 'boot.js'];

for (const [what, rule, sample] of RULES) {
	test(`${what}: the rule finds it, and the sources have none`, () => {
		assert.match(sample, rule);
		for (const file of MODULES.concat('index.html')) {
			if (what.startsWith('fetch') && MAY_FETCH.includes(file)) continue;
			const at = read(file).split('\n').findIndex((line) => rule.test(line));
			assert.equal(at, -1, `${file}:${at + 1}`);
		}
	});
}

test('index.html holds no inline script or style', () => {
	const html = read('index.html');
	assert.doesNotMatch(html, /<style|<script(?![^>]*\bsrc=)/);
	assert.match(html, /<script src=/);
});

test('a component never asks the API; pages do so by lib/ alone', () => {
	for (const file of MODULES.filter((f) => /^(components|pages)\//.test(f))) assert.doesNotMatch(read(file), /from '\.\.\/lib\/api\.js'/, file);
});

test('direction-bound properties are not used in the style sheets', () => {
	const rule = /(?:^|[\s{;])(?:margin|padding|border)-(?:left|right)\b|(?:^|[\s{;])(?:left|right|float)\s*:|text-align:\s*(?:left|right)/;
	assert.match('x { left: 0; }', rule);
	for (const file of STYLES) assert.doesNotMatch(read(file), rule, file);
});

test('colours are numbers in tokens.css alone', () => {
	const rule = /#[0-9a-f]{3,8}\b/i;
	assert.match(read('css/tokens.css'), rule);
	for (const file of STYLES.filter((f) => !f.endsWith('tokens.css'))) assert.doesNotMatch(read(file), rule, file);
});
