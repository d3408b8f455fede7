// SPDX-License-Identifier: GPL-2.0-or-later
// The measurements of t/bench/run; see there.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { BUILD, PASSWORD, startStack, until } from '../lib/stack.mjs';

const run = promisify(execFile);
const SMOKE = process.argv.includes('--smoke');
const ROUNDS = SMOKE ? 1 : 5;
const SECONDS = SMOKE ? 1 : 3;
const BANS = SMOKE ? 1000 : 10000;
const REQUESTS = SMOKE ? 2000 : 100000;
// bans in the archives that are compared: --huge takes ten minutes to make them
const ARCHIVES = SMOKE ? [2000, 6000]
	: process.argv.includes('--huge') ? [1000000, 10000000] : [100000, 1000000];
const WORKERS = 4;
const CLIENTS = 16;

const rows = [];

function row(goal, what, measured, wanted, met) {
	rows.push([goal, what, measured, wanted, met ? 'met' : 'missed']);
}

function median(values) {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const milliseconds = (text) => {
	const [, n, unit] = /^([\d.]+)(us|ms|s)$/.exec(text);
	return Number(n) * { us: 0.001, ms: 1, s: 1000 }[unit];
};

/** wrk on one address; every answer must be a good one. */
async function load(url, { clients = CLIENTS, seconds = SECONDS, cookie } = {}) {
	const args = ['-t', '1', '-c', String(clients), '-d', `${seconds}s`, '--latency', url];
	if (cookie)
		args.unshift('-H', `Cookie: ${cookie}`);
	const { stdout } = await run('wrk', args);
	assert.doesNotMatch(stdout, /Non-2xx|Socket errors/, `${url}\n${stdout}`);
	return {
		rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]),
		p50: milliseconds(/^\s+50%\s+(\S+)/m.exec(stdout)[1]),
		p99: milliseconds(/^\s+99%\s+(\S+)/m.exec(stdout)[1]),
		total: Number(/(\d+) requests in/.exec(stdout)[1]),
	};
}

/**
 * The floor's pool behind the same nginx at /floor, and no limits by address:
 * all of the load comes from one.
 */
async function addFloor(stack) {
	const nginx = join(stack.dir, 'nginx');
	const socket = join(stack.dir, 'floor.sock');
	const floor = spawn('spawn-fcgi', ['-n', '-s', socket, '-b', '1024', '--',
		join(BUILD, 't/bench/floor'), '--workers', String(WORKERS)], { stdio: 'inherit' });
	for (const name of ['bangui.conf', 'bangui-fastcgi.conf']) {
		const text = readFileSync(join(nginx, name), 'utf8');
		writeFileSync(join(nginx, name), text.replace(/^\s*limit_.*$/gm, ''));
	}
	const pass = readFileSync(join(nginx, 'bangui-fastcgi.conf'), 'utf8');
	writeFileSync(join(nginx, 'bangui-floor.conf'),
		pass.replace(stack.env.FCGI_SOCKET, socket));
	writeFileSync(join(nginx, 'extra/floor.conf'),
		`location = /floor { include ${nginx}/bangui-floor.conf; }\n`);
	await stack.reloadNginx();
	return floor;
}

/** Goal 1. One after the other in each round, so that a busy machine slows both. */
async function smallAnswers(stack, cookie) {
	const paths = ['/floor', '/api/auth/session', '/api/version', '/api/health/live'];
	const rates = Object.fromEntries(paths.map((p) => [p, []]));
	for (let i = 0; i < ROUNDS; i++)
		for (const path of paths)
			rates[path].push((await load(stack.url + path, { cookie })).rate);
	const floor = rates['/floor'];
	for (const [path, goal] of [['/api/auth/session', 0.8], ['/api/version', 0.8],
		['/api/health/live', 0.95]]) {
		const ratio = median(rates[path].map((r, i) => r / floor[i]));
		row(1, `${path}, ${CLIENTS} clients`,
			`${ratio.toFixed(2)} of the floor (${Math.round(median(rates[path]))} of ` +
			`${Math.round(median(floor))}/s)`, `>= ${goal}`, ratio >= goal);
	}
}

/** Goal 4, the writer's part. */
async function listWriter() {
	const { stdout } = await run(join(BUILD, 't/bench/list_writer'), [SMOKE ? '20' : '1000']);
	const [writer, tree] = stdout.split(' ').map(Number);
	row(4, '1,000 rows as text, list writer by json-c tree',
		`${(writer / tree).toFixed(2)} (${writer} of ${tree} us)`, '<= 0.35',
		writer / tree <= 0.35);
}

/** Goal 7. */
async function countries() {
	const { stdout } = await run(join(BUILD, 't/bench/geo'), [SMOKE ? '1' : '5']);
	const [ours, bare] = stdout.split(' ').map(Number);
	row(7, 'countries of 1,000,000 addresses by bare libmaxminddb',
		`${(ours / bare).toFixed(2)} (${Math.round(ours / 1000)} of ` +
		`${Math.round(bare / 1000)} ms)`, '<= 1.5', ours / bare <= 1.5);
}

/** Goal 8, and what an archived ban takes. */
async function archive() {
	const rows = SMOKE ? 3000 : 200000;
	const { stdout } = await run(join(BUILD, 't/bench/history'), [String(rows)]);
	const [rate, hold, poll, bytes] = stdout.split(' ').map(Number);
	row(8, `first copy of ${rows} bans into the archive`, `${rate} a second`,
		'>= 20000', rate >= 20000);
	row(8, "fail2ban's database held by one bite, longest",
		`${(hold / 1000).toFixed(1)} ms`, '<= 20 ms', hold <= 20000);
	row(8, 'look with nothing new', `${(poll / 1000).toFixed(3)} ms`, '<= 0.05 ms', poll <= 50);
	row(8, 'an archived ban without its evidence', `${bytes} bytes`, '<= 400', bytes <= 400);
}

/** A stack whose archive has so many bans, and how to ask it. */
async function archiveStack(bans) {
	const stack = await startStack({ workers: WORKERS });
	const me = stack.client();
	await me.setUp();
	await me.signIn();
	await run(join(BUILD, 't/bench/archive'), ['fill', dirname(stack.env.BANGUI_DB), String(bans)]);
	const floor = await addFloor(stack);
	return { stack, me, floor, cookie: [...me.cookies].map(([k, v]) => `${k}=${v}`).join('; ') };
}

/** The 50 bans that are so many pages of 50 from the newest. */
async function deepPage(me, pages) {
	let cursor = '';
	for (let left = pages * 50; left > 0; left -= 1000) {
		const r = await me.get(`/api/bans?limit=${Math.min(left, 1000)}${cursor}`);
		assert.equal(r.status, 200, r.text);
		cursor = `&cursor=${r.json.next_cursor}`;
	}
	return `/api/bans?limit=50${cursor}`;
}

/** Goals 2 and 3, each in turns so that a busy machine slows all of them. */
async function archivePages(small, big) {
	const depth = SMOKE ? 100 : 1000;
	const deep = await deepPage(big.me, depth);
	const took = { floor: [], first: [], spread: [], alone: [], deep: [], small: [] };
	for (let i = 0; i < ROUNDS; i++) {
		const { cookie } = big;
		took.floor.push((await load(`${big.stack.url}/floor`, { cookie })).rate);
		const page = await load(`${big.stack.url}/api/bans?limit=50`, { cookie });
		took.first.push(page.rate);
		took.spread.push(page.p99 / page.p50);
		const one = { clients: 1, cookie };
		took.alone.push((await load(`${big.stack.url}/api/bans?limit=50`, one)).p50);
		took.deep.push((await load(big.stack.url + deep, one)).p50);
		took.small.push((await load(`${small.stack.url}/api/bans?limit=50`,
			{ clients: 1, cookie: small.cookie })).p50);
	}
	const [few, many] = ARCHIVES.map((n) => n.toLocaleString('en'));
	const ratio = (a, b) => median(took[a].map((t, i) => t / took[b][i]));
	const r = ratio('first', 'floor');
	row(2, `50 of ${many} archived bans, ${CLIENTS} clients`, `${r.toFixed(2)} of the floor ` +
		`(${Math.round(median(took.first))} of ${Math.round(median(took.floor))}/s)`, '>= 0.45', r >= 0.45);
	const spread = median(took.spread);
	row(2, '... its p99 by its p50', spread.toFixed(2), '<= 2.5', spread <= 2.5);
	const size = ratio('alone', 'small');
	row(3, `50 of ${many} bans by 50 of ${few}, 1 client`, `${size.toFixed(2)} (p50 ` +
		`${median(took.alone).toFixed(2)} ms)`, '<= 1.15', size <= 1.15);
	const down = ratio('deep', 'alone');
	row(3, `page ${depth} by page 1 of them`, down.toFixed(2), '<= 1.2', down <= 1.2);
}

/** Goal 5, and pages under filters: CPU time without HTTP. */
async function archiveQuestions(big) {
	const { stdout } = await run(join(BUILD, 't/bench/archive'),
		['ask', dirname(big.stack.env.BANGUI_DB), SMOKE ? '3' : '51']);
	const us = Object.fromEntries(stdout.trim().split('\n').map((l) => l.split(' ')));
	const many = ARCHIVES[1].toLocaleString('en');
	const ms = (name) => Number(us[name]) / 1000;
	const worst = (names) => names.reduce((a, b) => (ms(a) > ms(b) ? a : b));
	row(5, `bans by country, all history of ${many}`, `${ms('by_country_all').toFixed(2)} ms of CPU`,
		'<= 1 ms', ms('by_country_all') <= 1);
	const windows = worst(Object.keys(us).filter((n) => /^by_country_\d/.test(n)));
	row(5, `... of a day to a year, worst: ${windows}`, `${ms(windows).toFixed(2)} ms of CPU`,
		'<= 2 ms', ms(windows) <= 2);
	const one = worst(['page_jail', 'page_country', 'page_unknown', 'page_asn', 'page_origin',
		'page_24h', 'page_address', 'page_slash24',
		...Object.keys(us).filter((n) => /^one_/.test(n))]);
	row(3, `page 1 under one filter, worst: ${one}`, `${ms(one).toFixed(2)} ms of CPU`, '<= 1 ms',
		ms(one) <= 1);
	const two = worst(Object.keys(us).filter((n) => /^(page_.*|two)_/.test(n)));
	row(3, `page 1 under two filters, worst: ${two}`, `${ms(two).toFixed(1)} ms of CPU`, '<= 20 ms',
		ms(two) <= 20);
	const text = worst(Object.keys(us).filter((n) => /^text_/.test(n)));
	row('-', `page 1 by a text in the lines, worst: ${text}`, `${ms(text).toFixed(1)} ms of CPU`,
		'<= 20 ms', ms(text) <= 20);
	row('-', 'what no ban is, ended', `${ms('none_fails').toFixed(0)} ms of CPU`, '<= 1100 ms',
		ms('none_fails') <= 1100);
}

/** Reads all of an export and forgets it: {bytes, rows, seconds}. */
function readExport(stack, path, cookie) {
	const begun = process.hrtime.bigint();
	return new Promise((done, failed) => {
		const req = http.get(new URL(path, stack.url), { headers: { Cookie: cookie }, agent: false }, (res) => {
			let bytes = 0, rows = 0;
			assert.equal(res.statusCode, 200, path);
			res.on('data', (chunk) => {
				bytes += chunk.length;
				for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1))
					rows++;
			});
			res.on('error', failed);
			res.on('end', () => done({ bytes, rows, seconds: Number(process.hrtime.bigint() - begun) / 1e9 }));
		});
		req.on('error', failed);
	});
}

/** Every ban there is as a file, and the memory of the worker that sends it. */
async function archiveExport({ stack, cookie }) {
	for (const format of ['csv', 'ndjson']) {
		let most = 0;
		const watch = setInterval(async () => { most = Math.max(most, await poolPss(stack)); }, 250);
		const r = await readExport(stack, `/api/export/history.${format}`, cookie).finally(() => clearInterval(watch));
		most = Math.max(most, await poolPss(stack));
		assert.equal(r.rows, ARCHIVES[1] + (format === 'csv' ? 1 : 0));
		row('-', `export of ${r.rows.toLocaleString('en')} lines of ${format}`,
			`PSS ${(most / 1024).toFixed(1)} MB, ${Math.round(r.rows / r.seconds).toLocaleString('en')} lines/s, ` +
			`${Math.round(r.bytes / 1048576)} MB`, '< 20 MB', most < 20 * 1024);
	}
}

/** Goals 2, 3 and 5. */
async function archiveAnswers() {
	const stacks = [];
	try {
		for (const bans of ARCHIVES)
			stacks.push(await archiveStack(bans));
		await archivePages(...stacks);
		await archiveQuestions(stacks[1]);
		await archiveExport(stacks[1]);
	} finally {
		for (const { stack, floor } of stacks) {
			floor.kill('SIGTERM');
			await stack.stop({ checkLog: false });
		}
	}
}

/** The ith address, in places that t/stack --geo makes. */
function address(i) {
	const rest = Math.floor(i / 240);
	return `${[11, 21, 22, 26][i % 4]}.${(i >> 2) % 60}.${rest & 255}.${rest >> 8}`;
}

/** Goal 10, first page: bans without an action, which take long by themselves. */
async function manyBans(stack, me, cookie) {
	await stack.fail2ban('set', 'blocked', 'delaction', 'record');
	for (let at = 0; at < BANS; at += 1000) {
		const ips = Array.from({ length: 1000 }, (_, i) => address(at + i));
		await stack.fail2ban('set', 'blocked', 'banip', ...ips);
	}
	const first = await until(async () => {
		const r = await me.get('/api/active-bans');
		return r.status === 200 && r.json.total >= BANS && r;
	}, `${BANS} bans are listed`, 30000);
	assert.equal(first.json.items.length, 50);
	const r = await load(`${stack.url}/api/active-bans`, { clients: 1, cookie });
	row(10, `first page of ${BANS} bans in force, 1 client`,
		`p50 ${r.p50.toFixed(2)} ms, p99 ${r.p99.toFixed(2)} ms`, 'p50 <= 1 ms', r.p50 <= 1);
	assert.ok(first.json.items.every((b) => b.country_code));
	const found = await load(`${stack.url}/api/active-bans?country=CN`, { clients: 1, cookie });
	row(10, '... of those in the country with the most', `p50 ${found.p50.toFixed(2)} ms`, 'p50 <= 5 ms',
		found.p50 <= 5);
}

function pss(pid) {
	return Number(/^Pss:\s+(\d+) kB/m.exec(
		readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
}

async function poolPss(stack) {
	const pids = await stack.workers();
	assert.equal(pids.length, WORKERS, 'no worker was lost');
	return Math.max(...pids.map(pss));
}

/** Sends about n requests over paths in turn. */
async function send(stack, paths, n, cookie) {
	let sent = 0;
	while (sent < n)
		for (const path of paths)
			sent += (await load(stack.url + path, { seconds: 1, cookie })).total;
	return sent;
}

/** Goal 11: a writer alone, then beside the reaper. */
async function reaper() {
	const { stdout } = await run(join(BUILD, 't/bench/retention'), [join(BUILD, 'bangui-reaper'),
		SMOKE ? '30000' : '3000000', SMOKE ? '1' : '12']);
	const [p999, worst, besideP999, besideWorst, wal, took, deleted] =
		stdout.split(' ').map(Number);
	const ms = (us) => (us / 1000).toFixed(2);
	const what = `reaper deletes ${deleted} rows beside 500 upserts/s`;
	if (!SMOKE) // of the writes of a second the slowest thousandth is half a write
		row(11, `${what}: p99.9`,
			`${(besideP999 / p999).toFixed(2)} (${ms(besideP999)} of ${ms(p999)} ms)`, '<= 2',
			besideP999 <= 2 * p999);
	row(11, `${what}: longest stall`, `${ms(besideWorst)} ms (without it ${ms(worst)})`,
		'<= 1.5 times or + 50 ms', besideWorst <= Math.max(1.5 * worst, worst + 50000));
	row(11, '... WAL', `${(wal / 1048576).toFixed(1)} MB`, '<= 64 MB', wal <= 64 * 1048576);
	row(11, '... in', `${(took / 1000).toFixed(1)} s`, '<= 30 s', took <= 30000);
}

/** Goal 12, memory: big pages among the small ones. */
async function memory(stack, cookie) {
	const paths = ['/api/version', '/api/active-bans?limit=1000', '/api/jails', '/api/status'];
	await send(stack, paths, 1000, cookie);
	const before = await poolPss(stack);
	const sent = await send(stack, paths, REQUESTS, cookie);
	const after = await poolPss(stack);
	const growth = (after - before) * 100 / before;
	row(12, `largest worker of ${WORKERS} after ${sent} requests`,
		`PSS ${(after / 1024).toFixed(1)} MB`, '<= 5 MB', after <= 5 * 1024);
	row(12, 'its growth since the first thousands', `${growth.toFixed(1)} %`, '<= 2 %',
		growth <= 2);
}

/** One request over nginx, from an address of the loopback network: {status, ms}. */
function ask(stack, path, { cookie, method = 'GET', body, from } = {}) {
	const begun = process.hrtime.bigint();
	const headers = cookie ? { Cookie: cookie } : {};
	if (body !== undefined)
		Object.assign(headers, { 'Content-Type': 'application/json', 'X-BanGUI-Request': '1',
			Origin: stack.url, 'Content-Length': Buffer.byteLength(body) });
	return new Promise((done, failed) => {
		const req = http.request(new URL(path, stack.url), { method, headers, agent: false, localAddress: from },
			(res) => {
				res.resume();
				res.on('end', () => done({ status: res.statusCode,
					ms: Number(process.hrtime.bigint() - begun) / 1e6 }));
			});
		req.on('error', failed);
		req.end(body);
	});
}

/** Goal 13: one client asks for what needs nobody else while many wait. */
async function hungFail2ban(stack, cookie) {
	const ban = JSON.stringify({ jail: 'blocked', ips: ['192.0.2.77'] });
	const waiting = [];
	const quick = [];
	process.kill(Number(stack.env.F2B_PID), 'SIGSTOP');
	try {
		const end = Date.now() + SECONDS * 1000;
		while (Date.now() < end) {
			if (waiting.length < 60)
				waiting.push(ask(stack, '/api/jails/sshd', { cookie }),
					ask(stack, '/api/active-bans', { cookie, method: 'POST', body: ban }));
			for (let i = 0; i < 20; i++)
				quick.push(await ask(stack, '/api/version', { cookie }));
		}
	} finally {
		process.kill(Number(stack.env.F2B_PID), 'SIGCONT');
	}
	const slow = await Promise.all(waiting);
	const worst = Math.max(...slow.map((r) => r.ms));
	const p50 = median(quick.map((r) => r.ms));
	const most = Math.max(...quick.map((r) => r.ms));
	assert.ok(quick.every((r) => r.status === 200));
	assert.ok(slow.some((r) => r.status >= 500), 'fail2ban did hang');
	row(13, `fail2ban hung: ${slow.length} calls to it`, `back within ${worst.toFixed(0)} ms`,
		'<= 2000 ms', worst <= 2000);
	row(13, `... ${quick.length} other requests meanwhile`,
		`p50 ${p50.toFixed(2)} ms, worst ${most.toFixed(1)} ms`, 'p50 <= 5 ms', p50 <= 5);
	await until(async () => (await ask(stack, '/api/jails/sshd', { cookie })).status === 200,
		'fail2ban is used again');
}

const LOGINS = 200; // a second

/** So many wrong passwords a second, no two of one address, until end(); counts statuses. */
function flood(stack) {
	const body = JSON.stringify({ password: 'a guess at the password' });
	const asked = [];
	const began = Date.now();
	const timer = setInterval(() => {
		while (asked.length < (Date.now() - began) * LOGINS / 1000) {
			const n = asked.length;
			asked.push(ask(stack, '/api/auth/login',
				{ method: 'POST', body, from: `127.1.${n >> 8}.${n & 255}` }));
		}
	}, 5);
	return { end: async () => {
		clearInterval(timer);
		const seconds = (Date.now() - began) / 1000;
		const statuses = {};
		for (const { status } of await Promise.all(asked))
			statuses[status] = (statuses[status] ?? 0) + 1;
		return { statuses, rate: asked.length / seconds };
	} };
}

/** SEC-15: an address with a good sign-in tries again until it is let in. */
async function signInMeanwhile(stack, body) {
	const began = Date.now();
	for (let tries = 1; ; tries++) {
		const r = await ask(stack, '/api/auth/login', { method: 'POST', body });
		if (r.status === 200)
			return { tries, seconds: (Date.now() - began) / 1000 };
		assert.equal(r.status, 429);
		await new Promise((done) => setTimeout(done, 200));
	}
}

/** SEC-15: other requests beside a flood of sign-ins, and the owner's own at its worst moment. */
async function loginFlood(stack, cookie) {
	const paths = ['/api/version', '/api/active-bans?limit=50'];
	const rates = async () => {
		const got = paths.map(() => []);
		for (let i = 0; i < ROUNDS; i++)
			for (const [at, path] of paths.entries())
				got[at].push((await load(stack.url + path, { cookie })).rate);
		return got.map(median);
	};
	const alone = await rates();
	const flooding = flood(stack);
	let beside, owner, seen;
	try {
		[beside, owner] = await Promise.all([rates(),
			signInMeanwhile(stack, JSON.stringify({ password: PASSWORD }))]);
	} finally {
		seen = await flooding.end();
	}
	assert.deepEqual(Object.keys(seen.statuses).filter((s) => s !== '401' && s !== '429'), []);
	const what = `${Math.round(seen.rate)} wrong sign-ins a second (${seen.statuses[401]} hashed)`;
	for (const [i, path] of paths.entries())
		row('SEC-15', `${path} beside ${what}`, `${(beside[i] / alone[i]).toFixed(2)} of ` +
			`${Math.round(alone[i])}/s`, '>= 0.5', beside[i] / alone[i] >= 0.5);
	row('SEC-15', '... the owner from an address known', `in at try ${owner.tries}, after ` +
		`${owner.seconds.toFixed(1)} s`, '<= 5 s', owner.seconds <= 5);
}

/**
 * Goal 12, start: from spawn-fcgi's start to the first answer over nginx, on
 * a database that exists. The listening socket is there before the program.
 */
async function startTime(stack) {
	const times = [];
	for (let i = 0; i < (SMOKE ? 2 : 10); i++) {
		await stack.stopPool();
		const begun = process.hrtime.bigint();
		const pool = spawn('spawn-fcgi', ['-n', '-s', stack.env.FCGI_SOCKET, '-b', '1024', '--',
			join(BUILD, 'bangui-fcgi'), '--workers', String(WORKERS)], { stdio: 'ignore',
			env: { PATH: process.env.PATH, BANGUI_CONFIG: stack.env.BANGUI_SETTINGS } });
		try {
			while (!existsSync(stack.env.FCGI_SOCKET))
				continue;
			// between bind and listen it refuses
			while ((await ask(stack, '/api/health/live')).status !== 200)
				continue;
			times.push(Number(process.hrtime.bigint() - begun) / 1e6);
		} finally {
			pool.kill('SIGTERM');
		}
		await new Promise((done) => pool.on('exit', done));
	}
	const ms = median(times);
	row(12, 'start: from spawn-fcgi to the first answer', `${ms.toFixed(1)} ms`, '<= 10 ms',
		ms <= 10);
}

/** Asks on one connection; {us, done}: the connection stays until done(). */
async function askFail2ban(socket) {
	const child = spawn(join(BUILD, 't/bench/gate'), [socket, SMOKE ? '500' : '20000'],
		{ stdio: ['pipe', 'pipe', 'inherit'] });
	const us = Number(await new Promise((told) => child.stdout.once('data', told)));
	return { us, done: () => new Promise((gone) => { child.on('exit', gone); child.stdin.end(); }) };
}

/** Goal 14. One after the other in each round, so that a busy machine slows both. */
async function throughTheGate() {
	const behind = await startStack({ gate: true, jobs: false, workers: 1 });
	const took = { direct: [], gate: [] };
	let most = 0;
	try {
		for (let i = 0; i < ROUNDS; i++) {
			const direct = await askFail2ban(behind.env.F2B_SOCKET);
			took.direct.push(direct.us);
			await direct.done();
			const through = await askFail2ban(behind.env.GATE_SOCKET);
			took.gate.push(through.us);
			const pid = behind.env.GATE_PID;
			const served = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
			most = Math.max(most, ...served.map(pss));
			await through.done();
		}
	} finally {
		await behind.stop({ checkLog: false });
	}
	const [direct, gate] = [median(took.direct), median(took.gate)];
	row(14, 'a command through the gate by a direct one', `${(gate / direct).toFixed(2)} (p50 ` +
		`${gate} and ${direct} us)`, '<= 1.6', gate <= 1.6 * direct);
	row(14, 'memory of the gate for a connection, most', `${most} kB PSS`, '<= 2048 kB', most <= 2048);
}

function print() {
	const widths = rows[0].map((_, i) => Math.max(...rows.map((r) => String(r[i]).length)));
	for (const r of rows)
		console.log(r.map((cell, i) => String(cell).padEnd(widths[i])).join('  ').trimEnd());
}

// hashing costs what it costs unless an operator says otherwise
const stack = await startStack({ workers: WORKERS, geo: true,
	settings: { BANGUI_BCRYPT_COST: '12' } });
let floor;
try {
	const me = stack.client();
	await me.setUp();
	await me.signIn();
	const cookie = [...me.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
	floor = await addFloor(stack);
	await smallAnswers(stack, cookie);
	await listWriter();
	await countries();
	await reaper();
	await archive();
	await archiveAnswers();
	await manyBans(stack, me, cookie);
	await memory(stack, cookie);
	await hungFail2ban(stack, cookie);
	await loginFlood(stack, cookie);
	await startTime(stack);
	await throughTheGate();
} finally {
	print();
	floor?.kill('SIGTERM');
	await stack.stop({ checkLog: false });
}
