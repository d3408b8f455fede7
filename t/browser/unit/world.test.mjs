// SPDX-License-Identifier: GPL-2.0-or-later
// The map's data: every country is to be found on it, under its own name.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { country } from '../../../static/lib/i18n.js';

const world = JSON.parse(readFileSync(new URL('../../../static/data/world.json', import.meta.url), 'utf8'));
const places = Object.entries(world.places);

test('each code of ISO 3166-1 has a place, and Kosovo', () => {
	assert.equal(places.length, 250);
	assert.ok(world.places.XK[0]);
	for (const [code] of places) {
		assert.match(code, /^[A-Z]{2}$/);
		assert.notEqual(country(code), code, `${code} has no name`);
	}
});

test('a place lies on the map, and is drawn or dotted', () => {
	for (const [code, [path, x, y, small]] of places) {
		assert.ok(x >= 0 && x <= world.width && y >= 0 && y <= world.height, code);
		assert.match(path, /^(M\d+ \d+l-?\d+(?:[ -]-?\d+)*z)*$/, code);
		assert.ok(path || small, code);
	}
});

test('where a place is agrees with the globe', () => {
	const at = (/** @type {string} */ code) => world.places[code];
	assert.ok(at('US')[1] < at('FR')[1] && at('FR')[1] < at('CN')[1] && at('CN')[1] < at('NZ')[1], 'west to east');
	assert.ok(at('NO')[2] < at('IT')[2] && at('IT')[2] < at('KE')[2] && at('KE')[2] < at('ZA')[2], 'north to south');
	assert.ok(at('RU')[1] > world.width / 2, 'Russia is whole, and in the east');
});

test('states too small to be found are dots, large ones are not', () => {
	for (const code of ['SG', 'MT', 'VA', 'HK', 'LU', 'BB', 'TV', 'GI']) assert.equal(world.places[code][3], 1, code);
	for (const code of ['DE', 'CH', 'IL', 'US']) assert.equal(world.places[code][3], undefined, code);
});
