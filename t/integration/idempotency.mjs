// SPDX-License-Identifier: GPL-2.0-or-later
// Requests sent again under the key of the first, over nginx and four workers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { startStack } from '../lib/stack.mjs';

let stack, me;

before(async () => {
	stack = await startStack();
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
});
after(() => stack.stop());

const sql = (text) => execFileSync('sqlite3', [stack.env.BANGUI_DB, text], { encoding: 'utf8' }).trim();
const post = (key, ips, who = me, path = '/api/active-bans') =>
	who.post(path, ips ? { jail: 'sshd', ips } : {}, { headers: { 'Idempotency-Key': key } });

test('a ban that is sent again gets the first answer, and nothing is done twice', async () => {
	const first = await post('k1', ['198.51.100.31']);
	assert.equal(first.status, 200, first.text);
	assert.equal(first.json.results[0].outcome, 'banned');
	assert.equal(first.headers['idempotent-replayed'], undefined);
	await me.delete('/api/active-bans', { jail: 'sshd', ips: ['198.51.100.31'] });
	for (let i = 0; i < 4; i++) {
		const again = await post('k1', ['198.51.100.31']);
		assert.equal(again.status, 200);
		assert.equal(again.text, first.text);
		assert.equal(again.headers['idempotent-replayed'], 'true');
	}
	assert.ok(!(await stack.fail2ban('get', 'sshd', 'banip')).includes('198.51.100.31'));
	assert.equal(sql("SELECT count(*) FROM audit WHERE action = 'ban'"), '1');
});

test('another body, or another call, under the same key is refused', async () => {
	for (const r of [await post('k1', ['198.51.100.32']), await post('k1', null, me, '/api/geo/re-resolve')]) {
		assert.equal(r.status, 422);
		assert.deepEqual(r.json.errors.map((e) => e.field), ['Idempotency-Key']);
	}
});

test('a key is its caller\'s', async () => {
	const other = stack.client();
	await other.signIn();
	const r = await post('k1', ['198.51.100.32'], other);
	assert.equal(r.json.results[0].outcome, 'banned');
});

test('an answer with a Location comes again with it', async () => {
	const first = await post('k2', null, me, '/api/geo/re-resolve');
	assert.equal(first.status, 202, first.text);
	const again = await post('k2', null, me, '/api/geo/re-resolve');
	assert.deepEqual([again.status, again.text, again.headers.location, again.headers['idempotent-replayed']],
		[202, first.text, first.headers.location, 'true']);
});

test('of many at once one is done; the others wait, or are given its answer', async () => {
	const all = await Promise.all(Array.from({ length: 12 }, () => post('k3', ['198.51.100.33'])));
	let done = 0;
	for (const r of all) {
		if (r.status === 409)
			assert.ok(Number(r.headers['retry-after']) > 0);
		else
			assert.equal(r.json.results[0].outcome, 'banned', r.text);
		if (r.status === 200 && r.headers['idempotent-replayed'] === undefined)
			done++;
	}
	assert.equal(done, 1);
	assert.equal(sql("SELECT count(*) FROM audit WHERE target = '198.51.100.33'"), '1');
});

test('what failed may be tried again; what is no key is refused', async () => {
	const path = '/api/active-bans', headers = { 'Idempotency-Key': 'k4' };
	assert.equal((await me.post(path, { jail: 'none', ips: ['198.51.100.34'] }, { headers })).status, 404);
	assert.equal((await post('k4', ['198.51.100.34'])).json.results[0].outcome, 'banned');
	for (const key of ['a'.repeat(65), 'a b', 'a.b', 'a,b', '"a"'])
		assert.equal((await post(key, ['198.51.100.35'])).status, 400, key);
	assert.equal((await post('a'.repeat(64), ['198.51.100.35'])).status, 200);
});
