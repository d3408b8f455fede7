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
const NAMES = ['preact.js', 'LICENSE.preact', 'LICENSE.htm', 'SHA256SUMS'];

test('the checksums hold', () => {
	const lines = read('vendor/SHA256SUMS').trim().split('\n');
	assert.equal(lines.length, 3);
	for (const line of lines) {
		const [sum, name] = line.split('  ');
		assert.equal(createHash('sha256').update(read('vendor/' + name)).digest('hex'), sum, name);
	}
});

test('made again, each file is the same', () => {
	execFileSync(process.execPath, [join(STATIC, 'vendor/build.mjs'), MODULES, dir]);
	for (const name of NAMES) assert.equal(readFileSync(join(dir, name), 'utf8'), read('vendor/' + name), name);
});
