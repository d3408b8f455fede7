// SPDX-License-Identifier: GPL-2.0-or-later
// What is vendored is what the packages named in package.json make.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { BUILD, MODULES } from '../lib/deps.mjs';
import { read, STATIC } from '../lib/source.mjs';

const dir = mkdtempSync(join(BUILD, 'vendor-'));
after(() => rmSync(dir, { recursive: true }));
const MADE = [
	{ where: 'vendor', names: ['preact.js', 'LICENSE.preact', 'LICENSE.htm'] },
	{ where: 'data', names: ['world.json', 'LICENSE.world'] },
];

for (const { where, names } of MADE) {
	test(`${where}: the checksums hold`, () => {
		const lines = read(`${where}/SHA256SUMS`).trim().split('\n');
		assert.deepEqual(lines.map((line) => line.split('  ')[1]), names);
		for (const line of lines) {
			const [sum, name] = line.split('  ');
			assert.equal(createHash('sha256').update(read(`${where}/${name}`)).digest('hex'), sum, name);
		}
	});

	test(`${where}: made again, each file is the same`, () => {
		execFileSync(process.execPath, [join(STATIC, where, 'build.mjs'), MODULES, dir]);
		for (const name of [...names, 'SHA256SUMS']) assert.equal(readFileSync(join(dir, name), 'utf8'), read(`${where}/${name}`), name);
	});
}
