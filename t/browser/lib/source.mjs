// SPDX-License-Identifier: GPL-2.0-or-later
// The page as the lints see it: its files, and which module imports which.
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { TOP } from './deps.mjs';

export const STATIC = join(TOP, 'static');

/** @param {string} name below static/ */
export const read = (name) => readFileSync(join(STATIC, name), 'utf8');

/** A list of static/local.mk. @param {string} name */
function list(name) {
	const mk = read('local.mk');
	const m = new RegExp(`^${name} = \\\\\\n((?:.*\\\\\\n)*.*)\\n`, 'm').exec(mk);
	if (!m) throw new Error(`no ${name} in static/local.mk`);
	return m[1].replaceAll('\\\n', ' ').trim().split(/\s+/);
}

export const FIRST = list('STATIC_FIRST');
export const FILES = list('STATIC_FILES').flatMap((f) => (f === '$(STATIC_FIRST)' ? FIRST : [f]));
/** The style sheet of the first view, and the one that comes later. */
export const FIRST_STYLES = list('STATIC_STYLES'), LATE_STYLES = list('STATIC_LATE');
export const STYLES = [...FIRST_STYLES, ...LATE_STYLES];
/** Our own modules. */
export const MODULES = FILES.filter((f) => f.endsWith('.js') && !f.startsWith('vendor/'));

/** @param {string} from @param {string} spec */
const target = (from, spec) => normalize(join(dirname(from), spec));

/** What a module imports at once. @param {string} name */
export const imports = (name) => [...read(name).matchAll(/^(?:import|export)\b[^'"]*? from '(\.[^']+)';$/gm)].map((m) => target(name, m[1]));

/** What a module fetches when it is needed. @param {string} name */
export const lazyImports = (name) => [...read(name).matchAll(/=> import\('(\.[^']+)'\)/g)].map((m) => target(name, m[1]));

/** A module with all that it imports, directly or not. @param {...string} names */
export function closure(...names) {
	const seen = new Set();
	const visit = (/** @type {string} */ name) => {
		if (seen.has(name)) return;
		seen.add(name);
		imports(name).forEach(visit);
	};
	names.forEach(visit);
	return seen;
}
