// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNarrow, pastQuery, withJail } from '../../../static/lib/past.js';
import { ask } from '../../../static/lib/listing.js';
import { completed } from '../../../static/lib/complete.js';
import { readColumns, readViews, viewOf } from '../../../static/lib/views.js';

const of = (search) => pastQuery(new URLSearchParams(search));
const NONE = { range: '30d', from: '', to: '', jail: [], ip: '', country: '', asn: '', origin: '', q: '' };

test('the address asks for nothing that is not there', () => {
	assert.deepEqual(of(''), NONE);
	assert.ok(!isNarrow(of('range=all')));
	for (const bad of ['country=de', 'asn=x', 'asn=0', 'origin=x', 'jail=', 'range=5y']) assert.deepEqual(of(bad), NONE, bad);
	for (const one of ['jail=sshd', 'ip=10.', 'country=ZZ', 'asn=1', 'origin=manual']) assert.ok(isNarrow(of(one)), one);
});

test('a query that says its time is not cut to the usual one', () => {
	for (const q of ['since:90d', 'jail:sshd until:2026-01-01', '(since>=1d OR x)', 'NOT since:7d', '-since:7d']) assert.equal(of('q=' + encodeURIComponent(q)).range, 'all', q);
	for (const q of ['sshd', '"since"', 'insince:1', 'text:since']) assert.equal(of('q=' + encodeURIComponent(q)).range, '30d', q);
	assert.equal(of('q=since:90d&range=7d').range, '7d');
	assert.ok(isNarrow(of('q=x')));
});

test('jails are any of those named, once each, and not without end', () => {
	assert.deepEqual(of('jail=a&jail=b&jail=a').jail, ['a', 'b']);
	assert.equal(of(Array.from({ length: 50 }, (_, i) => 'jail=j' + i).join('&')).jail.length, 20);
	assert.equal(ask('/bans', of('jail=a&jail=b&country=DE')), '/bans?range=30d&country=DE&jail=a&jail=b');
});

test('a jail comes and goes, and the place in the list with it', () => {
	assert.equal(withJail('?range=7d&cursor=x', 'a'), '?range=7d&jail=a');
	assert.equal(withJail('?jail=a', 'b'), '?jail=a&jail=b');
	assert.equal(withJail('?jail=a&jail=b', 'a'), '?jail=b');
	assert.equal(withJail('?jail=a', 'a'), '');
});

test('views and columns that somebody else has written are left out', () => {
	const good = { name: 'x', search: '?jail=a' };
	for (const bad of [null, 7, 'x', {}, [], [null, 7, {}, { name: '', search: '' }, { name: 'x'.repeat(41), search: '' }, { name: 'x', search: '//evil' }, { name: 1, search: '' }]])
		assert.deepEqual(readViews(bad), []);
	assert.deepEqual(readViews([good, { name: 'y' }]), [good]);
	assert.equal(readViews(Array.from({ length: 50 }, () => good)).length, 20);
	const known = ['ip', 'a', 'b'], usual = ['ip', 'a'];
	for (const bad of [null, 'ip', 7, {}, [], ['b'], ['x']]) assert.deepEqual(readColumns(bad, known, usual), usual);
	assert.deepEqual(readColumns(['b', 'x', 'ip'], known, usual), ['ip', 'b']);
});

test('a view is the filters, in whatever order, and not the place in the list', () => {
	assert.equal(viewOf('?range=7d&cursor=x&jail=a'), viewOf('?jail=a&range=7d'));
	assert.equal(viewOf('?cursor=x'), '');
});

test('a completion takes the place of the characters it is for, not of bytes or halves of them', () => {
	const item = { insert: 'sshd', label: null, count: 1 };
	assert.deepEqual(completed('jail:ss x', { items: [], from: 5, to: 7 }, item), { text: 'jail:sshd x', at: 9 });
	assert.deepEqual(completed('\u{1f600} jail:', { items: [], from: 7, to: 7 }, item), { text: '\u{1f600} jail:sshd', at: 12 });
});
