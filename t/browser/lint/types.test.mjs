// SPDX-License-Identifier: GPL-2.0-or-later
// The JSDoc types of the page hold.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BUILD, MODULES, need } from '../lib/deps.mjs';
import { STATIC } from '../lib/source.mjs';

const dir = mkdtempSync(join(BUILD, 'tsc-'));
after(() => rmSync(dir, { recursive: true }));

/** @param {string[]} include */
function tsc(include) {
	const config = join(dir, 'tsconfig.json');
	writeFileSync(config, JSON.stringify({
		compilerOptions: {
			allowJs: true, checkJs: true, noEmit: true, strict: true, skipLibCheck: true, types: [],
			target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], module: 'esnext', moduleResolution: 'bundler',
			paths: { preact: [join(MODULES, 'preact/src/index.d.ts')], 'preact/hooks': [join(MODULES, 'preact/hooks/src/index.d.ts')] },
		},
		include,
	}));
	try {
		return execFileSync(process.execPath, [need.resolve('typescript/bin/tsc'), '-p', config], { encoding: 'utf8' });
	} catch (/** @type {any} */ e) {
		return e.stdout || String(e);
	}
}

test('a wrong type is found', () => {
	const sample = join(dir, 'sample.js');
	writeFileSync(sample, '/** @type {number} */\nexport const x = "text";\n');
	assert.match(tsc([sample]), /sample\.js\(2,14\)/);
	rmSync(sample);
});

test('the page has none', () => {
	assert.equal(tsc([join(STATIC, '**/*.js'), join(STATIC, '**/*.d.ts')]), '');
});
