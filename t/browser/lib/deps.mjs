// SPDX-License-Identifier: GPL-2.0-or-later
// Packages for the tests are installed under the build directory, so they are
// asked for from there.
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const TOP = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
export const BUILD = resolve(process.env.builddir || join(TOP, 'build'));
export const MODULES = join(BUILD, 't/browser/node_modules');
export const need = createRequire(join(MODULES, 'x.js'));
