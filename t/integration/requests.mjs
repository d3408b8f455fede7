// SPDX-License-Identifier: GPL-2.0-or-later
// What nginx or a hostile client could send to a worker, and the exact answer
// (SEC-31, SEC-32, SEC-33): each row of the table is one request, and after
// all of them the same worker still serves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { exchange, params, request } from '../lib/fastcgi.mjs';
import { Pool } from '../lib/pool.mjs';
import { API_CSP, SECURITY_HEADERS } from '../lib/stack.mjs';

const pool = new Pool();

before(() => pool.start());
after(() => pool.stop());

const LIVE = '/api/health/live';
const COUNT = '/api/test/count';
const JSON_TYPE = { 'content-type': 'application/json' };

/** The parameters of a GET of LIVE with more of them, which may come twice. */
function withMore(...more) {
	return [...params('GET', LIVE), ...more];
}

/** The same without one, or with another value of it. */
function withOther(name, value) {
	const rest = params('GET', LIVE).filter(([n]) => n !== name);
	return value === undefined ? rest : [...rest, [name, value]];
}

function post(body, { length = Buffer.byteLength(body), headers = JSON_TYPE } = {}) {
	return { pairs: params('POST', COUNT, headers, length), body };
}

/** Every answer, right or wrong, has these. */
function checkCommon(r, what) {
	assert.ok(r.ended, what);
	for (const [name, value] of SECURITY_HEADERS)
		assert.equal(r.headers[name], value, `${what}: ${name}`);
	assert.equal(r.headers['content-security-policy'], API_CSP, what);
	assert.equal(r.headers['cache-control'], 'no-store', what);
	assert.match(r.headers['x-request-id'], /^[A-Za-z0-9._-]{1,64}$/, what);
	assert.equal(r.headers['access-control-allow-origin'], undefined, what);
	if (r.status !== 204)
		assert.equal(Number(r.headers['content-length']), r.body.length, what);
}

function checkProblem(r, code, what) {
	assert.equal(r.headers['content-type'], 'application/problem+json', what);
	const problem = JSON.parse(r.body);
	assert.equal(problem.status, r.status, what);
	assert.equal(problem.code, code, what);
	assert.equal(problem.request_id, r.headers['x-request-id'], what);
	for (const field of ['type', 'title', 'detail'])
		assert.ok(problem[field], `${what}: ${field}`);
}

// what, parameters (or {pairs, body}), status, code
const ROWS = [
	['a plain request', withMore(), 200],
	['an encoded letter', params('GET', '/api/he%61lth/live'), 200],
	['a query that nobody reads', params('GET', `${LIVE}?a=b&c`), 200],

	['CR LF in the path', params('GET', '/api/a%0d%0aX: b'), 400, 'malformed_request'],
	['a raw control character', params('GET', '/api/\x01'), 400, 'malformed_request'],
	['DEL in the path', params('GET', '/api/%7f'), 400, 'malformed_request'],
	['NUL in the path', params('GET', `${LIVE}%00`), 400, 'malformed_request'],
	['half an escape', params('GET', '/api/%'), 400, 'malformed_request'],
	['a bad escape', params('GET', '/api/%zz'), 400, 'malformed_request'],
	['invalid UTF-8 in the path', params('GET', '/api/%ff'), 400, 'malformed_request'],
	['an overlong slash', params('GET', '/api%c0%afx'), 400, 'malformed_request'],
	['a raw byte that is no UTF-8', params('GET', '/api/\xff'), 400, 'malformed_request'],
	['no leading slash', params('GET', 'api/health/live'), 400, 'malformed_request'],
	['an absolute address', params('GET', 'http://x/api/health/live'), 400, 'malformed_request'],
	['no address', withOther('REQUEST_URI'), 400, 'malformed_request'],
	['CR LF in a query value', params('GET', `${LIVE}?a=%0d%0a`), 400, 'malformed_request'],
	['invalid UTF-8 in a query name', params('GET', `${LIVE}?%ff=1`), 400, 'malformed_request'],
	['a query parameter twice', params('GET', `${LIVE}?a=1&%61=1`), 400, 'malformed_request'],
	['64 query parameters', params('GET', `${LIVE}?${query(64)}`), 200],
	['65 query parameters', params('GET', `${LIVE}?${query(65)}`), 400, 'malformed_request'],
	['8 KiB of address', params('GET', long(8192)), 200],
	['a byte more', params('GET', long(8193)), 414, 'uri_too_long'],
	['60 KiB of address', params('GET', long(60000)), 414, 'uri_too_long'],

	...['HTTP_COOKIE', 'HTTP_HOST', 'HTTP_ORIGIN', 'HTTP_AUTHORIZATION', 'CONTENT_TYPE',
		'HTTP_X_BANGUI_REQUEST', 'HTTP_SEC_FETCH_SITE', 'HTTP_IF_NONE_MATCH', 'HTTP_IF_MATCH',
		'HTTP_X_BANGUI_POLL', 'HTTP_IDEMPOTENCY_KEY', 'HTTP_USER_AGENT', 'HTTP_X_REQUEST_ID'].map((name) =>
		[`${name} twice`, withMore([name, 'a'], [name, 'a']), 400, 'malformed_request']),
	['CONTENT_LENGTH twice', withMore(['CONTENT_LENGTH', '0']), 400, 'malformed_request'],
	['another header twice', withMore(['HTTP_ACCEPT', 'a'], ['HTTP_ACCEPT', 'b']), 200],
	['a control character in a cookie', withMore(['HTTP_COOKIE', 'a=\x01']), 400, 'malformed_request'],
	['a tab in Origin', withMore(['HTTP_ORIGIN', 'a\tb']), 400, 'malformed_request'],
	['invalid UTF-8 in User-Agent', withMore(['HTTP_USER_AGENT', '\xff']), 400, 'malformed_request'],
	['4 KiB of cookie', withMore(['HTTP_COOKIE', 'c'.repeat(4096)]), 200],
	['a byte more of cookie', withMore(['HTTP_COOKIE', 'c'.repeat(4097)]), 400, 'malformed_request'],
	['a control character in a header that nobody reads', withMore(['HTTP_X_A', '\x01']), 200],
	['no client address', withOther('REMOTE_ADDR'), 400, 'malformed_request'],
	['a client address that is none', withOther('REMOTE_ADDR', 'unix:'), 400, 'malformed_request'],

	['an unknown method', params('BREW', LIVE), 405, 'method_not_allowed'],
	['a method in small letters', params('get', LIVE), 405, 'method_not_allowed'],
	['TRACE', params('TRACE', LIVE), 405, 'method_not_allowed'],
	['POST where only GET is', params('POST', LIVE), 405, 'method_not_allowed'],
	['a method override', withMore(['HTTP_X_HTTP_METHOD_OVERRIDE', 'DELETE'],
		['HTTP_X_METHOD_OVERRIDE', 'DELETE'], ['HTTP_X_HTTP_METHOD', 'DELETE']), 200],

	['a body', post('{"a":1}'), 200],
	['64 KiB of body', post('x'.repeat(65536)), 200],
	['a byte more of body', post('x'.repeat(65537)), 413, 'body_too_large'],
	['a body declared endless', post('x', { length: '9223372036854775807' }), 413, 'body_too_large'],
	['a body where none is taken', { pairs: params('GET', LIVE, JSON_TYPE, 2), body: '{}' }, 413,
		'body_too_large'],
	['a body shorter than declared', post('{}', { length: 3 }), 400, 'malformed_request'],
	['a body longer than declared', post('{}', { length: 1 }), 400, 'malformed_request'],
	['a body that is not declared', post('{}', { length: '' }), 400, 'malformed_request'],
	...['-1', '+1', '1a', '0x2', '2,2', '99999999999999999999', '2.0'].map((length) =>
		[`Content-Length: ${length}`, post('{}', { length }), 400, 'malformed_request']),
	...['text/plain', 'application/json; charset=utf-8', 'application/jsonp', 'Application/json',
		'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'].map((type) =>
		[type, post('{}', { headers: { 'content-type': type } }), 415, 'json_required']),
	['a body without a type', post('{}', { headers: {} }), 415, 'json_required'],
];

function query(n) {
	return Array.from({ length: n }, (_, i) => `p${i}=1`).join('&');
}

function long(n) {
	const start = `${LIVE}?a=`;
	return start + 'x'.repeat(n - start.length);
}

for (const [what, sent, status, code] of ROWS)
	test(`${what}: ${status}`, async () => {
		const { pairs, body } = Array.isArray(sent) ? { pairs: sent, body: '' } : sent;
		const r = await exchange(pool.sock, pairs, body);
		assert.equal(r.status, status, r.body.toString());
		checkCommon(r, what);
		if (code)
			checkProblem(r, code, what);
		if (status === 405)
			assert.equal(r.headers.allow, 'GET, HEAD, OPTIONS');
	});

test('HEAD is GET without its body', async () => {
	const get = await request(pool.sock, 'GET', LIVE);
	const head = await request(pool.sock, 'HEAD', LIVE);
	assert.equal(head.status, 200);
	assert.equal(head.body.length, 0);
	assert.equal(head.headers['content-length'], get.headers['content-length']);
});

test('OPTIONS tells the methods and allows no other origin', async () => {
	const r = await exchange(pool.sock, params('OPTIONS', LIVE, { origin: 'https://evil.example',
		'access-control-request-method': 'GET' }));
	assert.equal(r.status, 204);
	checkCommon(r, 'OPTIONS');
	assert.equal(r.headers.allow, 'GET, HEAD, OPTIONS');
	assert.ok(Object.keys(r.headers).every((name) => !name.startsWith('access-control')));
});

test('a clean request id is kept, any other becomes one of ours', async () => {
	const id = async (sent) => (await pool.get(LIVE, { 'x-request-id': sent })).headers['x-request-id'];
	assert.equal(await id('aZ.09_-'), 'aZ.09_-');
	assert.equal(await id('a'.repeat(64)), 'a'.repeat(64));
	for (const bad of ['', 'a'.repeat(65), 'a b', '<script>', '"', 'a/b', '\xc3\xa9'])
		assert.match(await id(bad), /^[0-9a-f]{32}$/, bad);
});

test('each request has one line in the log, whatever was in it', async () => {
	const hostile = '","event":"login_failed","client":"192.0.2.1",\\u2028';
	const r = await pool.get('/api/nowhere', { 'user-agent': hostile, 'x-request-id': 'mine-1' });
	assert.equal(r.status, 404);
	const lines = pool.log().filter((l) => l.request_id === 'mine-1');
	assert.equal(lines.length, 1);
	assert.equal(lines[0].event, 'request');
	assert.deepEqual(Object.keys(lines[0]).slice(0, 5),
		['ts', 'level', 'event', 'client', 'request_id']);
	assert.equal(pool.events('login_failed').length, 0);
});

test('the same worker has served all of it', () => {
	assert.equal(pool.child.exitCode, null);
	assert.ok(pool.events('request').length >= ROWS.length);
});
