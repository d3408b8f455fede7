// SPDX-License-Identifier: GPL-2.0-or-later
// Exports: what the lists show, all of it, as CSV and as a JSON object a line;
// in constant memory, one at a time, and never a part that looks like all.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { PROGRAM, switches } from '../lib/pool.mjs';
import { BUILD, PASSWORD, startStack, until } from '../lib/stack.mjs';

const FORMULA = '=HYPERLINK("http://203.0.113.9", "x")';
const ROWS = 40000;
const files = mkdtempSync(join(tmpdir(), 'bangui-geo-'));

let stack, me;

const sql = (text) => execFileSync('sqlite3', [stack.env.BANGUI_DB, text], { encoding: 'utf8' }).trim();

before(async () => {
	const asn = join(files, 'asn.mmdb');
	execFileSync(join(BUILD, 't/lib/make_mmdb'), ['geolite-asn', asn],
		{ input: `11.0.0.0/8 DE 64500 Germany/${FORMULA}\n` });
	stack = await startStack({ workers: 2, fcgi: PROGRAM, settings: { BANGUI_GEOIP_ASN_DB_PATH: asn } });
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
	await stack.fail2ban('stop', 'recidive');
});
after(async () => {
	rmSync(files, { recursive: true, force: true });
	await stack.stop();
});

async function get(path, opts) {
	const r = await me.get(`/api/${path}`, opts);
	assert.equal(r.status, 200, r.text);
	return r;
}
/** An export as objects. */
const objects = async (path) => (await get(`export/${path}`)).text.split('\n').slice(0, -1).map((l) => JSON.parse(l));

/** RFC 4180, and nothing that is not: [[cell, ...], ...]. */
function parseCsv(text) {
	const rows = [];
	const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
	let row = [];
	while (cell.lastIndex < text.length) {
		const at = cell.lastIndex;
		const m = cell.exec(text);
		assert.ok(m, `no CSV: ${JSON.stringify(text.slice(at, at + 80))}`);
		row.push(m[1] === undefined ? m[2] : m[1].replaceAll('""', '"'));
		if (m[3] !== ',')
			rows.push(row), row = [];
	}
	assert.deepEqual(row, []);
	assert.ok(rows.every((r) => r.length === rows[0].length));
	return rows;
}
const table = async (path) => parseCsv((await get(`export/${path}`)).text);

/** An item of a list as the cells of the CSV. */
function cells(item) {
	return Object.values({ ...item }).flatMap((v) => {
		if (Array.isArray(v))
			return v.map((d) => `${d.name}=${d.value}`).join('\n');
		return v !== null && typeof v === 'object' ? Object.values(v) : v;
	}).map((v) => (v === null ? '' : /^[=+@]/.test(v) ? `'${v}` : String(v)));
}
function columns(item) {
	return Object.entries(item).flatMap(([name, v]) =>
		(v !== null && typeof v === 'object' && !Array.isArray(v) ? Object.keys(v).map((n) => `${name}_${n}`) : name));
}

test('nothing is a file, too', async () => {
	for (const name of ['bans', 'history']) {
		const csv = await get(`export/${name}.csv`);
		assert.equal(csv.headers['content-type'], 'text/csv; charset=utf-8; header=present');
		assert.equal(parseCsv(csv.text).length, 1);
		const day = new Date().toISOString().slice(0, 10);
		assert.equal(csv.headers['content-disposition'], `attachment; filename="bangui-${name}-${day}.csv"`);
		assert.equal(csv.headers['content-length'], undefined);
		assert.equal(csv.headers['cache-control'], 'no-store');
		const lines = await get(`export/${name}.ndjson`);
		assert.equal(lines.headers['content-type'], 'application/x-ndjson');
		assert.equal(lines.text, '');
	}
});

const FILTERS = {
	'bans': ['', 'jail=sshd', 'ip=11.', 'country=ZZ', 'asn=64500', 'sort=ip&order=desc', 'ip=203.0.113.9'],
	'history': ['', 'jail=sshd', 'jail=sshd&jail=blocked', 'ip=11.', 'country=ZZ', 'asn=64500', 'origin=manual', 'range=24h',
		'to=2020-01-01T00:00:00Z', 'jail=sshd&ip=11.0.0.1&origin=fail2ban', 'jail=nosuch'],
	'audit': ['', 'action=ban', 'actor=token', 'target=203.0.113.*', 'range=24h', 'actor=session&action=ban'],
};
const LISTS = { bans: 'active-bans', history: 'bans', audit: 'audit' };

// what the exports of this test leave behind in the audit log
const isOther = (item) => item.action !== 'audit_exported';

test('every list is exported as it is shown, under each of its filters', async () => {
	const token = await me.post('/api/auth/token', { password: PASSWORD, name: FORMULA, scopes: ['ban'] });
	await stack.hit('sshd', '11.0.0.1', 5);
	const ban = (ips, opts) => me.post('/api/active-bans', { jail: 'blocked', ips }, opts);
	await ban(['203.0.113.9', '2001:db8:1::/48', '13.0.0.1']);
	await ban(['203.0.113.10'], { headers: { Cookie: null, Authorization: `Bearer ${token.json.token}` } });
	await until(async () => (await get('bans?limit=1')).json.total === 5, 'they are archived');
	let compared = 0;
	for (const [name, filters] of Object.entries(FILTERS))
		for (const filter of filters) {
			const [head, ...csv] = (await table(`${name}.csv?${filter}`)).filter((r) => !r.includes('audit_exported'));
			const all = (await objects(`${name}.ndjson?${filter}`)).filter(isOther);
			const items = (await get(`${LISTS[name]}?limit=1000&${filter}`)).json.items.filter(isOther);
			assert.deepEqual(all, items, `${name} ${filter}`);
			assert.deepEqual(csv, items.map(cells), `${name} ${filter}`);
			if (items.length > 0)
				assert.deepEqual(head, columns(items[0]));
			compared += items.length;
		}
	assert.ok(compared > 30, `${compared} rows`);
});

test('what a spreadsheet would take for a formula is a text in CSV', async () => {
	const asOrg = async (path) => (await table(path)).map((r) => r.find((c) => c.includes('HYPERLINK')));
	for (const path of ['bans.csv?asn=64500', 'history.csv?asn=64500', 'audit.csv?actor=token'])
		assert.deepEqual(await asOrg(path), [undefined, `'${FORMULA}`], path);
	assert.equal((await objects('history.ndjson?asn=64500'))[0].as_org, FORMULA);
});

test('what is no filter is refused, and nothing is sent', async () => {
	for (const [query, field] of [['limit=5', 'limit'], ['cursor=x', 'cursor'], ['range=1h', 'range'], ['nosuch=1', 'nosuch']])
		for (const name of ['bans', 'history', 'audit']) {
			const r = await me.get(`/api/export/${name}.csv?${query}`);
			assert.equal(r.status, 422, query);
			assert.equal(r.json.errors[0].field, field);
			assert.equal(r.headers['content-disposition'], undefined);
		}
	for (const path of ['bans', 'bans.xls', 'bans.CSV', 'nosuch.csv', 'audit.csv/x'])
		assert.equal((await me.get(`/api/export/${path}`)).status, 404, path);
});

test('an export of the audit log is noted in it, before anything goes', async () => {
	const noted = () => Number(sql("SELECT count(*) FROM audit WHERE action = 'audit_exported'"));
	const n = noted();
	const head = await me.request('HEAD', '/api/export/audit.csv');
	assert.deepEqual([head.status, head.text], [200, '']);
	await get('export/history.csv');
	assert.equal(noted(), n);
	const [row] = await objects('audit.ndjson?action=audit_exported&range=7d');
	assert.equal(noted(), n + 1);
	assert.deepEqual([row.action, row.outcome, row.actor.kind, row.target], ['audit_exported', 'done', 'session', null]);
	assert.deepEqual(row.details, [{ name: 'format', value: 'ndjson' }, { name: 'filters', value: 'action=audit_exported&range=7d' }]);
	const writer = spawn('sqlite3', [stack.env.BANGUI_DB], { stdio: ['pipe', 'pipe', 'inherit'] });
	writer.stdin.write("BEGIN IMMEDIATE;\nSELECT 'locked';\n");
	await new Promise((done) => { writer.stdout.once('data', done); });
	const refused = await me.get('/api/export/audit.csv');
	assert.deepEqual([refused.status, refused.json.code], [503, 'database_busy']);
	assert.equal((await get('export/history.csv')).status, 200); // reading goes on
	writer.stdin.end();
	await new Promise((done) => { writer.once('close', done); });
});

/** Begins to read an answer and stops: {res, rest()}. */
function open(path) {
	const { hostname, port } = new URL(stack.url);
	const headers = me.headersFor('GET', undefined, {});
	return new Promise((done, failed) => {
		http.get({ hostname, port, path, headers, agent: false }, (res) => {
			stack.answered.push(res.headers['x-request-id']);
			done({ res, rest: () => readAll(res) });
		}).on('error', failed);
	});
}
function readAll(res) {
	return new Promise((done) => {
		const chunks = [];
		res.on('data', (c) => chunks.push(c));
		res.on('error', () => {});
		res.on('close', () => done({ whole: res.complete, text: Buffer.concat(chunks).toString() }));
	});
}
const lineOf = (res) => until(() => stack.log().find((l) => l.event === 'request' &&
	l.request_id === res.headers['x-request-id']), 'it is in the log');

/** Bytes that the larger worker has of its own. */
const memory = async () => Math.max(...(await stack.workers()).map((pid) =>
	1024 * Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1])));

test('many rows take no more memory than few, and hostile bytes are text', async () => {
	sql(`INSERT INTO audit WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})
		SELECT (SELECT seq FROM audit_head) + i, 1000 + i / 10, 0, NULL, CAST(x'ff1b5b326a' AS TEXT), NULL, 'old',
		'"' || char(8238) || ',' || i, 'done', NULL, 'a=b' || char(10) || 'c=' || hex(zeroblob(300)) || char(10), zeroblob(32)
		FROM n, (SELECT seq FROM audit_head)`.replace('(SELECT seq FROM audit_head) + i', 'seq + i'));
	await get('export/audit.csv?range=24h');
	const few = await memory();
	const { text } = await get('export/audit.csv?to=2000-01-01T00:00:00Z');
	const many = await memory();
	const rows = parseCsv(text);
	assert.equal(rows.length, ROWS + 1);
	assert.ok(text.length > 25e6);
	assert.ok(many - few < 8e6, `a worker grew from ${few} to ${many} bytes`);
	const seqs = rows.slice(1).map((r) => Number(r[0]));
	assert.ok(seqs.every((s, i) => i === 0 || s === seqs[i - 1] - 1));
	assert.deepEqual(rows.at(-1).slice(1), ['1970-01-01T00:16:40Z', 'nobody', '', '\ufffd\ufffd[2j', '', 'old',
		'"\u202e,1', 'done', '', `a=b\nc=${'0'.repeat(600)}`]);
});

test('while one is read slowly others wait, and all else is answered', async () => {
	const slow = await open('/api/export/audit.ndjson');
	const second = await me.get('/api/export/history.csv');
	assert.deepEqual([second.status, second.json.code, second.headers['retry-after']], [503, 'overloaded', '10']);
	for (const path of ['health/live', 'bans', 'active-bans', 'audit?limit=1'])
		await get(path);
	assert.equal((await me.request('HEAD', '/api/export/history.csv')).status, 200);
	// nothing takes it off the hands of its worker, which waits for the reader
	let before_ = '';
	await until(async () => {
		const now = (await stack.workers()).map(switches).join();
		const same = now === before_;
		before_ = now;
		return same;
	}, 'the workers wait');
	assert.ok(!stack.log().some((l) => l.request_id === slow.res.headers['x-request-id']));
	const { whole, text } = await slow.rest();
	assert.ok(whole);
	assert.ok(text.split('\n').length > ROWS);
	await get('export/history.csv');
});

test('who goes away half-way ends it at once', async () => {
	const { res } = await open('/api/export/audit.ndjson');
	res.destroy();
	const line = await lineOf(res);
	assert.deepEqual([line.status, line.aborted, line.code], [200, true, undefined]);
	assert.equal((await get('export/history.csv')).status, 200);
});

test('what breaks off half-way is broken for nginx and its client', async () => {
	const hook = await open('/api/test/bites?n=300&size=20000&ms=0&fail=200');
	assert.equal(hook.res.statusCode, 200);
	assert.equal((await hook.rest()).whole, false);
	const { res, rest } = await open('/api/export/audit.ndjson');
	sql('ALTER TABLE audit RENAME TO away'); // somebody has been at the file
	const { whole, text } = await rest();
	sql('ALTER TABLE away RENAME TO audit');
	assert.equal(whole, false);
	assert.ok(text.split('\n').length < ROWS);
	const line = await lineOf(res);
	assert.deepEqual([line.status, line.aborted], [200, true]);
	assert.ok(line.code && line.detail);
	assert.match(readFileSync(stack.env.NGINX_ERROR_LOG, 'utf8'), /unsupported FastCGI.*GET \/api\/export\/audit/);
	assert.ok((await objects('audit.ndjson?action=audit_exported')).length > 3);
});

test('the export of a worker that dies is broken as well', async () => {
	const { res, rest } = await open('/api/export/audit.ndjson');
	stack.answered.splice(stack.answered.indexOf(res.headers['x-request-id']), 1); // it dies without a word
	for (const pid of await stack.workers())
		process.kill(pid, 'SIGKILL');
	assert.equal((await rest()).whole, false);
	assert.match(readFileSync(stack.env.NGINX_ERROR_LOG, 'utf8'), /prematurely closed/);
	await until(async () => (await stack.workers()).length === 2, 'there are two again');
	await get('export/history.csv'); // its place went with it
});
