// SPDX-License-Identifier: GPL-2.0-or-later
// What a browser has to fetch: held to its budget, and named in full.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BUILD } from '../lib/deps.mjs';
import { closure, FILES, FIRST, FIRST_STYLES, LATE_STYLES, lazyImports, MODULES, read, STATIC, STYLES } from '../lib/source.mjs';

const KB = 1024;
const FIRST_VIEW_BYTES = 60 * KB;
const FIRST_VIEW_REQUESTS = 30;
const PAGE_BYTES = 12 * KB;
const MAP_BYTES = 26 * KB;

/** @type {Record<string, string[]>} */
const SHEETS = { 'page.css': FIRST_STYLES, 'late.css': LATE_STYLES };
const text = (name) => (name in SHEETS ? SHEETS[name].map(read).join('') : read(name));
const size = (name) => gzipSync(text(name), { level: 9 }).length;
const sum = (names) => [...names].reduce((s, n) => s + size(n), 0);
const linked = [...read('index.html').matchAll(/(?:href|src)="\/s\/@ID@\/([^"]+)"/g)].map((m) => m[1]);

test('the list of the first view is what the dashboard imports', () => {
	assert.deepEqual([...FIRST].sort(), [...closure('app.js', 'pages/dashboard.js')].sort());
});

test('index.html links nothing but what is shipped', () => {
	assert.ok(linked.length >= 4);
	for (const name of linked) assert.ok([...FILES, 'page.css'].includes(name), name);
});

test('each file of the tree is shipped, and each shipped one is there', () => {
	const own = new Set(['index.html', 'local.mk', 'mkdist.sh', 'globals.d.ts', 'package.json', 'data/SHA256SUMS', 'data/build.mjs', 'vendor/build.mjs', 'vendor/preact.d.ts', 'vendor/SHA256SUMS']);
	const walk = (dir) => readdirSync(join(STATIC, dir)).flatMap((n) => {
		const name = dir ? dir + '/' + n : n;
		return statSync(join(STATIC, name)).isDirectory() ? walk(name) : [name];
	});
	assert.deepEqual(walk('').filter((n) => !own.has(n)).sort(), [...FILES, ...STYLES].sort());
});

test('the first view of the dashboard keeps its budget', (t) => {
	const names = new Set([...linked, ...FIRST]);
	const bytes = sum(names) + size('index.html');
	t.diagnostic(`${names.size + 1} requests, ${(bytes / KB).toFixed(1)} KB gz`);
	assert.ok(bytes <= FIRST_VIEW_BYTES, `${bytes} bytes`);
	assert.ok(names.size + 1 <= FIRST_VIEW_REQUESTS, `${names.size + 1} requests`);
});

for (const page of [...new Set(MODULES.flatMap(lazyImports))]) {
	test(`${page} with what it alone needs keeps the budget of a page`, (t) => {
		const bytes = sum([...closure(page)].filter((n) => !FIRST.includes(n)));
		t.diagnostic(`${(bytes / KB).toFixed(1)} KB gz`);
		assert.ok(bytes <= PAGE_BYTES, `${bytes} bytes`);
	});
}

test('what comes later keeps out of the style sheet of the first view', () => {
	const sources = FIRST.filter((f) => !/^(vendor|i18n)\//.test(f)).map(read).join('\n');
	const classes = new Set(FIRST_STYLES.flatMap((f) => [...read(f).matchAll(/\.([a-z][\w-]*)(?![^{]*})/g)].map((m) => m[1])));
	// a size is put together: 'skel-' + size
	const needless = [...classes].filter((c) => !c.startsWith('skel-') && !new RegExp(`(?<![\\w-])${c}(?![\\w-])`).test(sources));
	assert.ok(classes.size > 50);
	assert.deepEqual(needless, [], 'move these to css/late/');
});

test('the rules of the first view are all in its style sheet', () => {
	const early = FIRST_STYLES.map(read).join('');
	const late = new Set(LATE_STYLES.flatMap((f) => [...read(f).matchAll(/^\t?\.([a-z][\w-]*) \{/gm)].map((m) => m[1])));
	const drawn = new Set(FIRST.filter((f) => !f.startsWith('vendor/')).flatMap((f) => [...read(f).matchAll(/class="([\w -]+)"/g)].flatMap((m) => m[1].split(' '))));
	assert.ok(drawn.size > 50);
	const absent = [...drawn].filter((c) => late.has(c) && !early.includes('.' + c));
	assert.deepEqual(absent, [], 'move these from css/late/ to css/components.css');
});

test('the data of the map keeps its budget', (t) => {
	const bytes = size('data/world.json');
	t.diagnostic(`${(bytes / KB).toFixed(1)} KB gz`);
	assert.ok(bytes <= MAP_BYTES, `${bytes} bytes`);
});

test('what make laid out is whole: one hash, each file with its .gz', () => {
	const dist = join(BUILD, 'static-dist');
	const hashes = readdirSync(join(dist, 's'));
	assert.equal(hashes.length, 1);
	const tree = join(dist, 's', hashes[0]);
	for (const name of [...FILES, ...Object.keys(SHEETS)]) {
		assert.equal(readFileSync(join(tree, name), 'utf8'), text(name), name);
		assert.ok(existsSync(join(tree, name + '.gz')), name + '.gz');
	}
	const index = readFileSync(join(dist, 'index.html'), 'utf8');
	assert.ok(!index.includes('@'), 'a mark was left in index.html');
	const preloaded = [...index.matchAll(/rel="modulepreload" href="\/s\/([^/]+)\/([^"]+)"/g)];
	assert.deepEqual(preloaded.map((m) => m[2]), FIRST);
	assert.ok(preloaded.every((m) => m[1] === hashes[0]));
});
