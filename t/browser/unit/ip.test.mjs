// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress, parseList } from '../../../static/lib/ip.js';

const CANONICAL = [
	['203.0.113.7', '203.0.113.7', 4, 32],
	[' 203.0.113.7 ', '203.0.113.7', 4, 32],
	['0.0.0.0', '0.0.0.0', 4, 32],
	['203.0.113.0/24', '203.0.113.0/24', 4, 24],
	['203.0.113.7/32', '203.0.113.7', 4, 32],
	['2001:DB8:0:0:0:0:0:1', '2001:db8::1', 6, 128],
	['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1', 6, 128],
	['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1', 6, 128],
	['1:0:0:2:0:0:0:3', '1:0:0:2::3', 6, 128],
	['::', '::', 6, 128],
	['::1', '::1', 6, 128],
	['fe80::', 'fe80::', 6, 128],
	['2001:db8::/32', '2001:db8::/32', 6, 32],
	['::ffff:203.0.113.7', '203.0.113.7', 4, 32],
	['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107', 6, 128],
];

for (const [text, canonical, family, bits] of CANONICAL) {
	test(`${text} is ${canonical}`, () => {
		assert.deepEqual(parseAddress(text), { text: canonical, family, bits, network: text.includes('/') && bits < (family === 4 ? 32 : 128) });
	});
}

const NONE = [
	'', 'example.org', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.-4', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/08', '1.2.3.4/24/1',
	':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '12345::', 'g::', '::1%eth0', '::1/129', '1.2.3.4::',
	'<script>', '١٢٧.0.0.1',
];

for (const text of NONE) test(`${JSON.stringify(text)} is no address`, () => assert.equal(parseAddress(text), null));

test('a list is parted by lines, blanks and commas, and faults know their line', () => {
	const list = parseList('203.0.113.7, 203.0.113.8\r\n\n  2001:db8::1\nfoo 300.1.1.1\n198.51.100.0/24');
	assert.deepEqual(list.valid, ['203.0.113.7', '203.0.113.8', '2001:db8::1', '198.51.100.0/24']);
	assert.deepEqual(list.invalid, [{ line: 4, text: 'foo' }, { line: 4, text: '300.1.1.1' }]);
	assert.equal(list.networks, 1);
});

test('an address written in two ways is one', () => {
	const list = parseList('2001:db8::1\n2001:DB8:0::1\n::ffff:1.2.3.4\n1.2.3.4');
	assert.deepEqual(list.valid, ['2001:db8::1', '1.2.3.4']);
	assert.equal(list.duplicates, 2);
});

test('an empty list holds nothing', () => {
	assert.deepEqual(parseList(' \n,\n'), { valid: [], invalid: [], duplicates: 0, networks: 0 });
});
