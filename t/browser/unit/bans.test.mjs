// SPDX-License-Identifier: GPL-2.0-or-later
import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { ban, banAgain, byJail, isLifted, unban, withOutcome } from '../../../static/lib/bans.js';

mock.timers.enable({ apis: ['setTimeout'] }); // the second look at the list is not waited for
const realFetch = globalThis.fetch;
afterEach(() => { globalThis.fetch = realFetch; });

/** An API that does what it is told; gives the bodies it was sent. */
function api(outcome, failAt = -1) {
	const sent = [];
	globalThis.fetch = async (url, { method, body }) => {
		const b = JSON.parse(body);
		if (sent.push({ method, ...b }) - 1 === failAt) throw new TypeError('gone');
		return new Response(JSON.stringify({ results: b.ips.map((ip) => ({ ip, outcome: outcome(ip), detail: null })) }), { status: 200 });
	};
	return sent;
}
const row = (ip, jail, banned_at = '2026-01-01T00:00:00Z') => ({ ip, jail, banned_at, bantime_seconds: 600, expires_at: null, permanent: false });

test('bans are grouped by jail, in order', () => {
	assert.deepEqual([...byJail([row('a', 'x'), row('b', 'y'), row('c', 'x')])], [['x', ['a', 'c']], ['y', ['b']]]);
});

test('unban asks once a jail, and each result knows its jail', async () => {
	const sent = api(() => 'unbanned');
	const results = await unban([row('1.1.1.1', 'x'), row('2.2.2.2', 'y'), row('3.3.3.3', 'x')]);
	assert.deepEqual(sent, [{ method: 'DELETE', jail: 'x', ips: ['1.1.1.1', '3.3.3.3'] }, { method: 'DELETE', jail: 'y', ips: ['2.2.2.2'] }]);
	assert.deepEqual(results.map((r) => [r.ip, r.jail]), [['1.1.1.1', 'x'], ['3.3.3.3', 'x'], ['2.2.2.2', 'y']]);
});

test('a ban just lifted is hidden, a new one of the same address is not', async () => {
	api(() => 'unbanned');
	await unban([row('4.4.4.4', 'x')]);
	assert.equal(isLifted(row('4.4.4.4', 'x')), true);
	assert.equal(isLifted(row('4.4.4.4', 'x', '2026-01-01T00:00:09Z')), false);
	assert.equal(isLifted(row('4.4.4.4', 'y')), false);
});

test('what was not lifted is not hidden', async () => {
	api(() => 'refused');
	await unban([row('5.5.5.5', 'x')]);
	assert.equal(isLifted(row('5.5.5.5', 'x')), false);
});

test('when the second of two jails fails, the first one is done all the same', async () => {
	api(() => 'unbanned', 1);
	await assert.rejects(unban([row('6.6.6.6', 'x'), row('7.7.7.7', 'y')]), { status: 0 });
	assert.equal(isLifted(row('6.6.6.6', 'x')), true);
	assert.equal(isLifted(row('7.7.7.7', 'y')), false);
});

test('ban again shows the address again and forces nothing', async () => {
	api(() => 'unbanned');
	await unban([row('8.8.8.8', 'x')]);
	const sent = api(() => 'banned');
	await banAgain([row('8.8.8.8', 'x')]);
	assert.deepEqual(sent, [{ method: 'POST', jail: 'x', ips: ['8.8.8.8'] }]);
	assert.equal(isLifted(row('8.8.8.8', 'x')), false);
});

test('reason and force are sent only when there is one', async () => {
	const sent = api(() => 'banned');
	await ban('x', ['9.9.9.9'], { reason: '', force: false });
	await ban('x', ['9.9.9.9'], { reason: 'why', force: true });
	assert.deepEqual(sent.map(({ reason, force }) => [reason, force]), [[undefined, undefined], ['why', true]]);
});

test('results are picked by outcome', () => {
	const results = [{ ip: 'a', jail: 'x', outcome: 'banned', detail: null }, { ip: 'b', jail: 'x', outcome: 'invalid', detail: null }];
	assert.deepEqual(withOutcome(results, 'invalid', 'refused').map((r) => r.ip), ['b']);
});
