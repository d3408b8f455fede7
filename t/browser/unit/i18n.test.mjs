// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addTexts, compact, country, date, num, percent, rich, t } from '../../../static/lib/i18n.js';

test('holes are filled and plural forms picked', () => {
	assert.equal(t('page.all', { n: 1 }), '1 ban');
	assert.equal(t('page.all', { n: 1234 }), '1,234 bans');
	assert.equal(t('link.up', { version: '1.0.2' }), 'fail2ban 1.0.2 running');
});

test('what fills a hole is not read for holes again', () => {
	assert.equal(t('bans.choose', { ip: '{jail}', jail: 'x' }), 'Choose {jail} in x');
	assert.equal(t('bans.choose', { ip: '$&', jail: '$1' }), 'Choose $& in $1');
});

test('an unknown key shows itself', () => assert.equal(t('no.such'), 'no.such'));

test('a rich text keeps nodes as they are', () => {
	const node = { type: 'code' };
	assert.deepEqual(rich('error.request', { id: node }), ['Request ', node, ': the server’s log has more under it.']);
});

test('numbers are written as the catalogue’s language does', () => {
	assert.equal(num(1234567), '1,234,567');
	assert.equal(compact(2 ** 24), '16.8M');
});

test('a page that is fetched later brings its own texts', () => {
	addTexts({ 'unit.test': { one: '{n} test', other: '{n} tests' } });
	assert.equal(t('unit.test', { n: 2 }), '2 tests');
	assert.equal(t('page.all', { n: 1 }), '1 ban', 'the others are still there');
});

test('a country has its name, one that nobody knows the name it came with', () => {
	assert.equal(country('DE', 'Deutschland'), 'Germany');
	assert.equal(country('XK', null), 'Kosovo');
	assert.equal(country('QX', 'Somewhere'), 'Somewhere');
	assert.equal(country('QX'), 'QX');
	assert.equal(country('not a code', 'Somewhere'), 'Somewhere');
});

test('days and shares', () => {
	assert.equal(date(1_767_225_600), 'Jan 1, 2026');
	assert.equal(percent(0.1234), '12.3%');
});
