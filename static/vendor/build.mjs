// SPDX-License-Identifier: GPL-2.0-or-later
// Makes preact.js: preact, its hooks and htm in one readable module, from the
// sources in the npm packages whose exact versions t/browser/package.json
// names. The result is committed; building BanGUI needs neither this nor Node.
//
//	node static/vendor/build.mjs NODE_MODULES [OUTPUT-DIRECTORY]
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = resolve(process.argv[2] || 'node_modules');
const out = resolve(process.argv[3] || here);
const esbuild = createRequire(join(modules, 'x.js'))('esbuild');

/** @param {string} name */
const version = (name) =>
	JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version;

// preact and its hooks share private property names, so both must come from
// the sources; the built files have theirs shortened.
const alias = {
	preact: join(modules, 'preact/src/index.js'),
	'preact/hooks': join(modules, 'preact/hooks/src/index.js'),
	htm: join(modules, 'htm/src/index.mjs'),
};
const entry = `
import { createElement } from 'preact';
import htm from 'htm';
export { Component, createElement, Fragment, render } from 'preact';
export { useCallback, useEffect, useErrorBoundary, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
export const html = htm.bind(createElement);
`;
const banner = `// preact ${version('preact')} with its hooks (MIT, LICENSE.preact) and htm ${version('htm')}
// (Apache-2.0, LICENSE.htm) in one module. Made by build.mjs: do not edit.
`;

const built = await esbuild.build({
	stdin: { contents: entry, resolveDir: modules, sourcefile: 'entry.mjs' },
	absWorkingDir: modules,
	alias,
	bundle: true,
	format: 'esm',
	target: 'es2020',
	charset: 'utf8',
	write: false,
});
const text = banner + built.outputFiles[0].text;
writeFileSync(join(out, 'preact.js'), text);

/** @type {[string, string][]} */
const files = [
	['preact.js', text],
	['LICENSE.preact', readFileSync(join(modules, 'preact/LICENSE'), 'utf8')],
	['LICENSE.htm', readFileSync(join(modules, 'htm/LICENSE'), 'utf8')],
];
for (const [name, body] of files.slice(1)) writeFileSync(join(out, name), body);
writeFileSync(
	join(out, 'SHA256SUMS'),
	files.map(([name, body]) => `${createHash('sha256').update(body).digest('hex')}  ${name}\n`).join(''),
);
