// SPDX-License-Identifier: GPL-2.0-or-later
// Every text is in the catalogue, and the catalogue holds nothing else. Texts
// of pages that are fetched later are in files of their own, which come with
// the page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closure, FIRST, lazyImports, MODULES, read } from '../lib/source.mjs';

/** By file; each has one export. */
const catalogues = Object.fromEntries(await Promise.all(MODULES.filter((f) => f.startsWith('i18n/'))
	.map(async (f) => [f, Object.values(await import('../../../static/' + f))[0]])));
const en = Object.assign({}, ...Object.values(catalogues));

const keys = Object.keys(en);
const sources = MODULES.filter((f) => !f.startsWith('i18n/')).map((f) => ({ file: f, text: read(f) }));
const PREFIXES = new Set(keys.map((k) => k.slice(0, k.indexOf('.') + 1)));

/** Keys written out, wherever: in t('…'), in a list of titles, in a choice. */
const literal = new Set(sources.flatMap(({ text }) => [...text.matchAll(/'([a-z]+\.[A-Za-z_.]+)'/g)].map((m) => m[1])).filter((k) => PREFIXES.has(k.slice(0, k.indexOf('.') + 1))));
/** Keys put together: t('outcome.' + x), t(`sort.${x}.${y}`). */
const families = sources.flatMap(({ text }) => [...text.matchAll(/\bt\('([a-z]+\.[A-Za-z_.]*)' \+|\bt\(`([a-z]+\.)\$\{/g)].map((m) => m[1] || m[2]));

test('each key that is used exists', () => {
	assert.ok(literal.size > 100);
	for (const k of literal) assert.ok(k in en, k);
	for (const f of families) assert.ok(keys.some((k) => k.startsWith(f)), f);
});

test('each key that exists is used', () => {
	const unused = keys.filter((k) => !literal.has(k) && !families.some((f) => k.startsWith(f)));
	assert.deepEqual(unused, []);
});

/** Pages, and whatever else is fetched when it is needed. */
const fetched = [...new Set([...MODULES.filter((f) => f.startsWith('pages/')), ...MODULES.flatMap(lazyImports)])];

test('no key is in two files, and what uses a key comes with its file', () => {
	const all = Object.values(catalogues).flatMap(Object.keys);
	assert.equal(new Set(all).size, all.length);
	for (const [file, texts] of Object.entries(catalogues)) {
		if (file === 'i18n/en.js') continue;
		const pages = fetched.filter((f) => closure(f).has(file));
		assert.ok(pages.length > 0, file);
		// what a page fetches later still has the page around it
		const covered = new Set(pages.flatMap((f) => [...closure(f)]).flatMap((f) => [f, ...lazyImports(f).flatMap((g) => [...closure(g)])]));
		for (const { file: user, text } of sources) {
			if (covered.has(user)) continue;
			for (const k of Object.keys(texts)) assert.ok(!text.includes(`'${k}'`), `${user} uses ${k}`);
		}
	}
});

test('a text of one part that is fetched later is in a file that comes with it', () => {
	const uses = (/** @type {string} */ text, /** @type {string} */ k) => text.includes(`'${k}'`)
		|| [...text.matchAll(/\bt\('([a-z]+\.[A-Za-z_.]*)' \+|\bt\(`([a-z]+\.)\$\{/g)].some((m) => k.startsWith(m[1] || m[2]));
	const early = sources.filter(({ file }) => FIRST.includes(file));
	const needless = Object.keys(catalogues['i18n/en.js']).filter((k) => !early.some(({ text }) => uses(text, k)) && sources.filter(({ text }) => uses(text, k)).length === 1);
	assert.deepEqual(needless, []);
});

test('each form of a message has the same holes', () => {
	for (const [k, m] of Object.entries(en)) {
		if (typeof m === 'string') continue;
		const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((x) => x[1]);
		assert.ok(m.other, k);
		for (const form of Object.values(m)) {
			for (const h of holes(form)) assert.ok(holes(m.other).includes(h) || h === 'jail' || h === 'ip', `${k}: {${h}}`);
		}
	}
});

/** The texts of all html templates, with a NUL for each expression. @param {string} text */
function templates(text) {
	/** @type {string[]} */
	const found = [];
	/** @type {({ html: boolean, text: string } | number)[]} a template, or the open braces of an expression */
	const stack = [0];
	for (let i = 0; i < text.length; i++) {
		const top = stack[stack.length - 1], c = text[i];
		if (typeof top === 'number') {
			if (c === '`') stack.push({ html: text.slice(i - 4, i) === 'html', text: '' });
			else if (c === '{') stack[stack.length - 1] = top + 1;
			else if (c === '}' && top > 0) stack[stack.length - 1] = top - 1;
			else if (c === '}' && stack.length > 1) stack.pop();
		} else if (c === '\\') i++;
		else if (c === '`') {
			stack.pop();
			if (top.html) found.push(top.text);
		} else if (c === '$' && text[i + 1] === '{') {
			top.text += '\0';
			stack.push(0);
			i++;
		} else top.text += c;
	}
	return found;
}

/** Words outside of tags. @param {string} text */
const bareWords = (text) => templates(text).flatMap((x) => x.replace(/<[^>]*>/g, '\n').split(/[\n\0]/)).map((w) => w.trim()).filter((w) => /[A-Za-z]{2,}/.test(w));

test('the search for bare words finds one', () => {
	assert.deepEqual(bareWords('html`<p>Hello there</p>`'), ['Hello there']);
	assert.deepEqual(bareWords("html`<p title='x'>${a > b && html`<b>${t('a.b')} inner</b>`}</p>`"), ['inner']);
	assert.deepEqual(bareWords("html`<p>${t('a.b', { n: 1 })}</p>`"), []);
});

test('no template holds words of its own', () => {
	const ours = /^(BanGUI|ssh -L.*|bangui setup-code)$/;
	for (const { file, text } of sources) assert.deepEqual(bareWords(text).filter((w) => !ours.test(w)), [], file);
});
