// SPDX-License-Identifier: GPL-2.0-or-later
// A fail2ban that hangs holds whoever asks it, but never the whole pool.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startStack, until } from '../lib/stack.mjs';

let stack, me;

before(async () => {
	stack = await startStack({ workers: 4 });
	me = stack.client();
	await me.setUp();
	await me.signIn();
	assert.equal((await me.get('/api/jails')).status, 200);
});

after(() => stack.stop());

/** Locks on the file in which the workers share their places. */
function placesTaken() {
	const { ino } = statSync(join(stack.env.BANGUI_STATE_DIR, 'fail2ban.turn'));
	return readFileSync('/proc/locks', 'utf8').split('\n')
		.filter((line) => line.split(/\s+/)[5]?.endsWith(`:${ino}`)).length;
}

async function timed(path) {
	const begun = Date.now();
	const r = await me.get(path);
	return { status: r.status, code: r.json?.code, ms: Date.now() - begun };
}

test('with fail2ban hung the pool still answers, and all callers are back soon', async () => {
	const f2b = Number(stack.env.F2B_PID);
	const live = [];
	let asked;
	process.kill(f2b, 'SIGSTOP');
	try {
		asked = Promise.all(Array.from({ length: 24 }, () => timed('/api/jails')));
		let done = false;
		asked.then(() => { done = true; });
		while (!done)
			live.push(await timed('/api/health/live'));
	} finally {
		process.kill(f2b, 'SIGCONT');
	}
	const calls = await asked;
	for (const r of calls)
		assert.deepEqual([r.status, r.code], [504, 'fail2ban_timeout']);
	assert.ok(Math.max(...calls.map((r) => r.ms)) < 4000, 'callers are back');
	assert.ok(live.length > 10, `${live.length} other requests meanwhile`);
	assert.ok(live.every((r) => r.status === 200));
	// one worker is free, or is as soon as it is clear that the others hang
	const worst = live.map((r) => r.ms).sort((a, b) => b - a);
	assert.ok(worst[0] < 1500, `the pool was taken for ${worst[0]} ms`);
});

test('what one worker learnt all know: nobody asks a hung fail2ban again at once', async () => {
	const f2b = Number(stack.env.F2B_PID);
	await until(async () => (await me.get('/api/jails')).status === 200, 'it is used again');
	process.kill(f2b, 'SIGSTOP');
	try {
		assert.equal((await timed('/api/jails')).status, 504);
		const begun = Date.now();
		const next = await Promise.all(Array.from({ length: 8 }, () => timed('/api/jails')));
		assert.ok(next.every((r) => r.status === 504));
		assert.ok(Date.now() - begun < 1500, 'refused at once');
	} finally {
		process.kill(f2b, 'SIGCONT');
	}
	await until(async () => (await me.get('/api/jails')).status === 200, 'it is used again');
});

test('a worker killed while it waits gives its place back', async () => {
	const f2b = Number(stack.env.F2B_PID);
	process.kill(f2b, 'SIGSTOP');
	const waiting = Array.from({ length: 3 }, () => me.get('/api/jails', { nginx: true }));
	try {
		await until(() => placesTaken() === 3, 'three workers wait');
		for (const pid of await stack.workers())
			process.kill(pid, 'SIGKILL');
	} finally {
		process.kill(f2b, 'SIGCONT');
	}
	await Promise.all(waiting);
	await until(async () => (await stack.workers()).length === 4, 'the pool is whole');
	const all = await Promise.all(Array.from({ length: 12 },
		() => until(async () => (await me.get('/api/jails', { nginx: true })).status === 200,
			'each is answered')));
	assert.equal(all.length, 12);
});

test('a fail2ban that is only busy keeps nobody out', async () => {
	for (let i = 0; i < 5; i++) {
		const all = await Promise.all(Array.from({ length: 24 }, () => timed('/api/jails')));
		assert.ok(all.every((r) => r.status === 200), JSON.stringify(all));
	}
});
