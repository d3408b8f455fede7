// SPDX-License-Identifier: GPL-2.0-or-later
// fail2ban absent, hanging, talking nonsense, hanging up: each is told by its
// status and the one generic text, the log has the reason, everything that
// does not need it goes on, and the next request works once it is back.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { after, afterEach, before, test } from 'node:test';

import { answersAtOnce, startStack, until } from '../lib/stack.mjs';

const GENERIC = 'Cannot reach the fail2ban service. Check the server status page.';
const END = '<F2B_END_COMMAND>';
let stack, me, fake;

before(async () => {
	stack = await startStack();
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
	assert.equal((await me.get('/api/active-bans')).status, 200);
});
after(() => stack.stop());

/** A server on fail2ban's place that does with each connection as told. */
async function startFake(talk) {
	await stack.stopFail2ban();
	rmSync(stack.env.F2B_SOCKET, { force: true });
	const open = new Set();
	const server = net.createServer((socket) => {
		open.add(socket);
		socket.on('error', () => {});
		socket.on('close', () => open.delete(socket));
		talk(socket);
	});
	await new Promise((done) => server.listen(stack.env.F2B_SOCKET, done));
	fake = {
		async stop() {
			for (const socket of open)
				socket.destroy();
			await new Promise((done) => server.close(done));
			rmSync(stack.env.F2B_SOCKET, { force: true });
		},
	};
}

const onRequest = (reply) => (socket) => {
	let text = '';
	socket.on('data', (chunk) => {
		text += chunk.toString('latin1');
		if (text.endsWith(END)) {
			text = '';
			reply(socket);
		}
	});
};

/** fail2ban is back, and so is everything. */
async function restore() {
	if (fake)
		await fake.stop();
	fake = undefined;
	await stack.startFail2ban();
	const began = Date.now();
	await until(async () => (await me.get('/api/active-bans')).status === 200,
		'the list works again', 5000);
	for (const path of ['/api/status', '/api/jails', '/api/jails/sshd'])
		assert.equal((await me.get(path)).status, 200, path);
	const r = await me.post('/api/active-bans', { jail: 'sshd', ips: ['203.0.113.7'] });
	assert.equal(r.status, 200, r.text);
	await me.delete('/api/active-bans', { jail: 'sshd', ips: ['203.0.113.7'] });
	await until(async () => (await me.get('/api/health/ready')).json.status === 'ok',
		'it is ready', 8000);
	assert.ok(Date.now() - began < 13000);
}

const CALLS = [
	['GET', '/api/active-bans'],
	['GET', '/api/jails'],
	['GET', '/api/jails/sshd'],
	['POST', '/api/active-bans', { jail: 'sshd', ips: ['203.0.113.9'] }],
	['DELETE', '/api/active-bans', { jail: 'sshd', ips: ['203.0.113.9'] }],
	['DELETE', '/api/active-bans', { jail: null, ips: ['203.0.113.9'] }],
	['DELETE', '/api/active-bans/all', { confirm: 'unban all' }],
];

/** What is listed may be two seconds old, and no older. */
async function listIsOld() {
	await until(async () => (await me.get('/api/active-bans')).status !== 200,
		'the list fails as well', 2500);
}

/** Each call ends with one of statuses, and the log says why. */
async function allFail(statuses) {
	await listIsOld();
	for (const [method, path, json] of CALLS) {
		const r = await me.request(method, path, { json });
		assert.ok(statuses.includes(r.status), `${method} ${path}: ${r.status} ${r.text}`);
		if (r.status === 502)
			assert.equal(r.json.detail, GENERIC);
		const id = r.headers['x-request-id'];
		const line = await until(() => stack.log().find((l) => l.request_id === id &&
			l.detail !== undefined && l.level !== 'info'), 'the log has the reason', 2000);
		assert.ok(line.detail.length > 0);
	}
}

async function theRestGoesOn() {
	await answersAtOnce(me, '/api/health/live');
	for (const path of ['/api/version', '/api/auth/session', '/api/setup'])
		assert.equal((await me.get(path)).status, 200);
	const status = (await me.get('/api/status')).json;
	assert.equal(status.fail2ban.online, false);
	assert.equal(status.fail2ban.currently_banned, null);
	// what was seen within five seconds may still be told
	const ready = await until(async () => {
		const r = await me.get('/api/health/ready');
		return r.json.status === 'degraded' && r;
	}, 'the readiness check says so', 8000);
	assert.equal(ready.status, 200);
	const check = ready.json.checks.find((c) => c.name === 'fail2ban');
	assert.equal(check.status, 'degraded');
	assert.equal(typeof check.detail, 'string');
	const forAll = (await stack.client().get('/api/health/ready')).json;
	assert.ok(forAll.checks.every((c) => !('detail' in c)));
}

test('stopped: 502', async () => {
	await stack.stopFail2ban();
	await allFail([502]);
	await theRestGoesOn();
	await restore();
});

test('a file in its place that is no socket: 502', async () => {
	await stack.stopFail2ban();
	writeFileSync(stack.env.F2B_SOCKET, 'no socket');
	await allFail([502]);
	rmSync(stack.env.F2B_SOCKET);
	await restore();
});

test('restarted between two requests: nobody notices', async () => {
	for (let i = 0; i < 2; i++) {
		await stack.stopFail2ban();
		await stack.startFail2ban();
		for (let n = 0; n < 8; n++) {
			assert.equal((await me.get('/api/jails/sshd')).status, 200);
			assert.equal((await me.get('/api/active-bans')).status, 200);
		}
	}
});

test('hanging: 504 within two seconds, and the pool is never taken whole', async () => {
	const pid = Number(readFileSync(`${stack.dir}/run/f2b-own.pid`, 'utf8'));
	process.kill(pid, 'SIGSTOP');
	try {
		await listIsOld();
		const began = Date.now();
		const slow = Promise.all(CALLS.slice(0, 3).flatMap((c) => [c, c]).map(
			([method, path]) => me.request(method, path)));
		await new Promise((done) => setTimeout(done, 200));
		const at = Date.now();
		for (let i = 0; i < 5; i++)
			assert.equal((await stack.client().get('/api/health/live')).status, 200);
		const live = Date.now() - at;
		for (const r of await slow) {
			assert.ok([502, 504].includes(r.status), r.text);
			if (r.status === 504)
				assert.ok(Number(r.headers['retry-after']) > 0);
		}
		assert.ok(Date.now() - began < 6000, `${Date.now() - began} ms`);
		assert.ok(live < 500, `health/live took ${live} ms`);
		const one = Date.now();
		assert.equal((await me.get('/api/active-bans')).status, 504);
		assert.ok(Date.now() - one < 2500, `${Date.now() - one} ms`);
		await theRestGoesOn();
	} finally {
		process.kill(pid, 'SIGCONT');
	}
	await restoreRunning();
});

/** As restore(), of a fail2ban that was there all the time. */
async function restoreRunning() {
	await until(async () => (await me.get('/api/active-bans')).status === 200,
		'the list works again', 6000);
	await until(async () => (await me.get('/api/health/ready')).json.status === 'ok',
		'it is ready', 8000);
}

const NONSENSE = [
	['text', 'hello, I am not fail2ban'],
	['text and the end mark', `hello${END}`],
	['the end mark alone', END],
	['half a reply', '\x80\x04\x95'],
	['a reply of another shape', `\x80\x02]q\x00.${END}`],
	['a reply that runs code', `\x80\x02cposix\nsystem\nX\x02\x00\x00\x00id\x85R.${END}`],
	['an empty line for ever', '\n'.repeat(100000)],
];
for (const [what, bytes] of NONSENSE) {
	test(`answering ${what}: 502`, async () => {
		await startFake(onRequest((socket) => socket.write(Buffer.from(bytes, 'latin1'),
			() => what === 'half a reply' && socket.destroy())));
		await allFail(what === 'text' ? [502, 504] : [502]);
		await theRestGoesOn();
		await restore();
	});
}

test('hanging up on each request, or at once: 502', async () => {
	await startFake(onRequest((socket) => socket.destroy()));
	await allFail([502]);
	await fake.stop();
	await startFake((socket) => socket.destroy());
	await allFail([502]);
	await theRestGoesOn();
	await restore();
});

test('it fails in the middle of a long request: each address is told', async () => {
	const ips = [...Array(400)].map((_, i) => `10.2.${i >> 8}.${i & 255}`);
	const pending = me.post('/api/active-bans', { jail: 'sshd', ips });
	await new Promise((done) => setTimeout(done, 500));
	process.kill(Number(readFileSync(`${stack.dir}/run/f2b-own.pid`, 'utf8')), 'SIGKILL');
	const r = await pending;
	assert.equal(r.status, 200, r.text);
	const outcomes = r.json.results.map((x) => x.outcome);
	assert.equal(outcomes.length, 400);
	assert.equal(outcomes[0], 'banned');
	assert.equal(outcomes.at(-1), 'refused');
	const first = outcomes.indexOf('refused');
	assert.deepEqual(new Set(outcomes.slice(first)), new Set(['refused']));
	assert.match(r.json.results[first].detail, /not known/);
	assert.match(r.json.results.at(-1).detail, /Not tried/);
	const id = r.headers['x-request-id'];
	const lines = stack.log().filter((l) => l.request_id === id);
	assert.equal(lines.find((l) => l.event === 'bans_incomplete').done, first);
	assert.equal(lines.find((l) => l.event === 'ban').count, first);
	await stack.stopFail2ban().catch(() => {});
	await restore();
});

afterEach(() => {
	// what leaves and comes back is one line each in a worker, not one a poll
	const away = stack.log().filter((l) => l.event === 'fail2ban_away').length;
	const back = stack.log().filter((l) => l.event === 'fail2ban_back').length;
	assert.ok(away <= 4 * 15 && back <= away, `${away} ${back}`);
});
