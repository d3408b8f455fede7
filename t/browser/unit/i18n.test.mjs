// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compact, num, rich, t } from '../../../static/lib/i18n.js';

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
