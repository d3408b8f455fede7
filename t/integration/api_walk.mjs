// SPDX-License-Identifier: GPL-2.0-or-later
// Every route by everybody who should not get through, each with its exact
// status (SEC-14), and what holds of every route whatever it does.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';

import { DOCUMENT, findPaths } from '../lib/openapi.mjs';
import { PASSWORD, startStack } from '../lib/stack.mjs';

const NO_ID = 2 ** 52; // a number that nothing has been given
const ROUTES = Object.entries(DOCUMENT.paths).flatMap(([path, item]) =>
	Object.entries(item).map(([method, operation]) => ({
		method: method.toUpperCase(),
		path: path.replace('{kind}', 'jails').replace('{name}', 'sshd').replace('{ip}', '203.0.113.7')
			.replace('{id}', String(NO_ID)),
		needsSession: operation.security === undefined,
		// what a token must be good for; 'any' or nothing when nobody asks
		scope: operation['x-scope'],
		form: operation.parameters?.some((p) => p.$ref?.endsWith('CsrfHeaderForm')),
		takesBody: operation.requestBody !== undefined,
		asksWhich: operation.parameters?.some((p) => p.in === 'query' && p.required),
	})));
// A body that is JSON but nothing that any call takes: whoever gets as far as
// the handler is told so, and nothing is done.
const PROBE = { no_such_field: true };

let stack, me;

before(async () => {
	stack = await startStack();
	await stack.liftRateLimits();
	me = stack.client();
});
after(() => stack.stop());

async function walk(expected, opts = {}, who = stack.client()) {
	let n = 0;
	for (const route of ROUTES) {
		const want = expected(route);
		if (want === undefined)
			continue;
		const r = await who.request(route.method, route.path,
			{ ...(route.takesBody ? { json: PROBE } : {}), ...opts });
		assert.equal(r.status, want, `${route.method} ${route.path}: ${r.text}`);
		n++;
	}
	assert.ok(n > 0);
}

/** What comes back for bytes that no client would send. */
async function raw(bytes) {
	const { hostname, port } = new URL(stack.url);
	const socket = net.connect(Number(port), hostname);
	socket.on('error', () => {}); // nginx may hang up before all is sent
	const chunks = [];
	socket.on('data', (chunk) => chunks.push(chunk));
	socket.write(bytes); // not end(): nginx would take it for a hang-up
	await once(socket, 'close');
	return Buffer.concat(chunks).toString('latin1');
}

const changes = (route) => route.method !== 'GET';
// how a call ends that nobody has kept from its handler
function reached(route) {
	if (route.takesBody || route.asksWhich)
		return 422;
	if (route.path.split('/').includes(String(NO_ID)))
		return 404;
	return EMPTY.has(`${route.method} ${route.path}`) ? 204 : 200;
}
const EMPTY = new Set(['POST /api/auth/logout']);

test('before set-up everything but what is public is 503 setup_required', async () => {
	await walk((route) => (route.needsSession ? 503 : reached(route)));
	const r = await me.get('/api/status');
	assert.equal(r.json.code, 'setup_required');
});

test('nobody gets what needs a session', async () => {
	await me.setUp();
	await walk((route) => (route.needsSession ? 401 : reached(route)));
	const r = await stack.client().get('/api/status');
	assert.equal(r.headers['www-authenticate'], 'Bearer');
	assert.equal(r.json.code, 'not_signed_in');
});

test('a session gets everything', async () => {
	await me.signIn();
	// signing out comes last: it ends the session
	await walk((route) => (route.path === '/api/auth/logout' ? undefined : reached(route)), {}, me);
});

test('a token that is none, or is ended, is nobody', async () => {
	const other = stack.client();
	await other.signIn();
	const [name, token] = [...other.cookies][0];
	assert.equal((await other.post('/api/auth/logout')).status, 204);
	for (const value of [token, 'A'.repeat(43), '', 'x', `${token}A`, token.slice(1)])
		await walk((route) => (route.needsSession ? 401 : undefined),
			{ headers: { Cookie: `${name}=${value}` } });
});

const withCookie = (text) => ({ headers: { Cookie: text } });

test('a cookie under the wrong name is nobody', async () => {
	const token = me.cookies.get('bangui');
	for (const name of ['__Host-bangui', 'Bangui', 'bangui2', 'session'])
		await walk((route) => (route.needsSession ? 401 : undefined), withCookie(`${name}=${token}`));
});

test('two cookies of the name are nobody', async () => {
	const token = me.cookies.get('bangui');
	for (const text of [`bangui=${token}; bangui=${token}`, `bangui=${token}; bangui=x`,
		`bangui=x; bangui=${token}`])
		await walk((route) => (route.needsSession ? 401 : undefined), withCookie(text));
});

const sql = (text) => execFileSync('sqlite3', [stack.env.BANGUI_DB, text], { encoding: 'utf8' }).trim();

test('a session that has expired, or was idle for too long, is nobody', async () => {
	for (const change of ["expires_at = unixepoch('now')", 'last_seen_at = last_seen_at - idle_s']) {
		const other = stack.client();
		await other.signIn();
		sql(`UPDATE session SET ${change} WHERE id = (SELECT max(id) FROM session)`);
		await walk((route) => (route.needsSession ? 401 : undefined), {}, other);
	}
});

/** A token good for scopes: what to send with a request. */
async function bearer(scopes, more = {}) {
	const r = await stack.client().post('/api/auth/token',
		{ password: PASSWORD, name: `${scopes} ${tokens++}`, scopes, ...more });
	assert.equal(r.status, 201, r.text);
	assert.deepEqual(r.setCookie, []);
	return { id: r.json.id, opts: { headers: { Authorization: `Bearer ${r.json.token}` } } };
}
let tokens = 0;

const SCOPES = [['read'], ['ban'], ['read', 'ban'], ['admin'], ['read', 'ban', 'admin']];
for (const scopes of SCOPES) {
	test(`a token for ${scopes} gets what needs that, and for the rest is told what is missing`, async () => {
		const { opts } = await bearer(scopes, { expires_in_seconds: null });
		const covered = (scope) => scopes.includes('admin') || ['any', ...scopes].includes(scope);
		await walk((route) => (!route.needsSession || covered(route.scope) ? reached(route) : 403), opts);
		// the cookie beside it adds nothing, and a foreign page cannot matter
		await walk((route) => (!route.needsSession ? undefined : covered(route.scope) ? reached(route) : 403),
			{ headers: { ...opts.headers, 'X-BanGUI-Request': null, Origin: 'null' } }, me);
		await me.signIn(); // one of the calls ends all sessions
		const missing = ROUTES.find((route) => route.needsSession && !covered(route.scope));
		if (!missing)
			return;
		const r = await stack.client().request(missing.method, missing.path, opts);
		assert.equal(r.json.code, 'scope_missing');
		assert.ok(r.json.detail.includes(`"${missing.scope}"`), r.json.detail);
	});
}

test('a token that has expired, was revoked or is of another instance is nobody', async () => {
	const expired = await bearer(['admin'], { expires_in_seconds: 3600 });
	sql(`UPDATE token SET expires_at = unixepoch('now') WHERE id = ${expired.id}`);
	const revoked = await bearer(['admin']);
	assert.equal((await me.delete(`/api/auth/tokens/${revoked.id}`)).status, 204);
	const foreign = { headers: { Authorization: 'Bearer bgt_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaG9wn-Og' } };
	for (const opts of [expired.opts, revoked.opts, foreign]) {
		await walk((route) => (route.needsSession ? 401 : reached(route)), opts);
		// a good cookie does not save it
		await walk((route) => (route.needsSession ? 401 : undefined), opts, me);
	}
	const r = await me.get('/api/status', foreign);
	assert.equal(r.headers['www-authenticate'], 'Bearer');
	assert.match(r.json.detail, /token/);
});

test('what is no token at all is nobody, beside a good cookie too', async () => {
	const { opts } = await bearer(['admin']);
	const good = opts.headers.Authorization;
	const bad = [good.slice(0, -1), `${good}A`, good.toLowerCase(), good.toUpperCase(),
		good.replace('Bearer ', 'Bearer'), good.replace('bgt_', ''), `${good} x`, `${good},${good}`,
		`"${good}"`.replace('"Bearer ', 'Bearer "'), 'Bearer', 'Bearer bgt_x', `Bearer ${'A'.repeat(4000)}`];
	for (const Authorization of bad) {
		const r = await me.get('/api/status', { headers: { Authorization } });
		assert.equal(r.status, 401, Authorization.slice(0, 80));
	}
	assert.equal((await me.get('/api/status', { headers: { Authorization: good.replace('Bearer', 'bEARER  ') } })).status, 200);
});

test('a token of 1 MB, or with a NUL in it, does not come as far', async () => {
	const long = await me.get('/api/status', { headers: { Authorization: `Bearer ${'A'.repeat(12000)}` }, nginx: true, unchecked: true });
	assert.equal(long.status, 400);
	const { opts } = await bearer(['read']);
	for (const text of [`${opts.headers.Authorization}\0`, `Bearer ${'A'.repeat(1 << 20)}`])
		assert.match(await raw(`GET /api/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${text}\r\n\r\n`),
			/^HTTP\/1.1 400 /);
});

test('a cookie that is broken, quoted or empty is nobody', async () => {
	const token = me.cookies.get('bangui');
	for (const text of [`bangui="${token}"`, `bangui=${token.slice(0, -1)}`, `bangui=${token}x`,
		`bangui= ${token}`, `bangui =${token}`, 'bangui', 'bangui=', '=', ';;;', `bangui=${token.toLowerCase()}`,
		`x=${'y'.repeat(3900)}`, `bangui%3D${token}`]) {
		const r = await stack.client().get('/api/status', withCookie(text));
		assert.equal(r.status, 401, text.slice(0, 80));
	}
	// among others it is found all the same
	assert.equal((await stack.client().get('/api/status', withCookie(`a=1; bangui=${token} ; b="2"`))).status, 200);
});

test('two Cookie or Authorization headers are one too many', async () => {
	const token = me.cookies.get('bangui');
	for (const name of ['Cookie', 'Authorization']) {
		const line = `${name}: ${name === 'Cookie' ? `bangui=${token}` : 'Bearer x'}\r\n`;
		const text = await raw(`GET /api/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${line}${line}\r\n`);
		assert.match(text, /^HTTP\/1.1 400 /, name);
	}
});

const FOREIGN = [
	['without the header', { 'X-BanGUI-Request': null }],
	['with another value in the header', { 'X-BanGUI-Request': 'yes' }],
	['from a foreign origin', { Origin: 'http://evil.example' }],
	['from the origin null', { Origin: 'null' }],
	['from this host over https', { Origin: 'https://127.0.0.1' }],
	['from another port', { Origin: 'http://127.0.0.1:1' }],
	['cross-site', { 'Sec-Fetch-Site': 'cross-site' }],
	['same-site', { 'Sec-Fetch-Site': 'same-site' }],
	['from no page', { 'Sec-Fetch-Site': 'none' }],
];
for (const [what, headers] of FOREIGN) {
	test(`a change ${what} is 403, a read is not hindered`, async () => {
		await walk((route) => (changes(route) ? 403 : reached(route)), { headers }, me);
		const r = await me.delete('/api/active-bans/all', { confirm: 'unban all' }, { headers });
		assert.equal(r.json.code, 'csrf_check_failed');
	});
}

test('forms without any sign of a browser need no header', async () => {
	await walk((route) => (route.form ? reached(route) : undefined),
		{ headers: { 'X-BanGUI-Request': null, Origin: null } });
});

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

test('a method that a path does not have is 405 with Allow', async () => {
	for (const path of new Set(ROUTES.map((r) => r.path))) {
		const own = findPaths(path)
			.flatMap((p) => Object.keys(DOCUMENT.paths[p])).map((m) => m.toUpperCase());
		for (const method of [...METHODS.filter((m) => !own.includes(m)), 'PROPFIND', 'BREW']) {
			const r = await me.request(method, path);
			assert.equal(r.status, 405, `${method} ${path}`);
			const allow = r.headers.allow.split(', ');
			for (const m of own)
				assert.ok(allow.includes(m), `${path} allows ${r.headers.allow}`);
			assert.equal(allow.includes('HEAD'), own.includes('GET'));
		}
	}
});

test('OPTIONS answers Allow to anybody', async () => {
	for (const path of new Set(ROUTES.map((r) => r.path))) {
		const r = await stack.client().request('OPTIONS', path);
		assert.equal(r.status, 204, path);
		assert.ok(r.headers.allow.includes('OPTIONS'));
		assert.equal(r.headers['access-control-allow-origin'], undefined);
	}
});

test('HEAD is GET without its body', async () => {
	for (const route of ROUTES.filter((r) => r.method === 'GET')) {
		const get = await me.get(route.path);
		const head = await me.request('HEAD', route.path);
		assert.equal(head.status, get.status, route.path);
		assert.equal(head.text, '');
		assert.equal(head.headers['content-type'], get.headers['content-type']);
	}
});

test('what is polled has an ETag that answers 304', async () => {
	for (const path of ['/api/status', '/api/jails', '/api/jails/sshd', '/api/active-bans',
		'/api/geo/203.0.113.7', '/api/geo/stats', '/api/ips/203.0.113.7', '/api/openapi.json']) {
		const first = await me.get(path);
		assert.match(first.headers.etag, /^"[^"]+"$/, path);
		const again = await me.get(path, { headers: { 'If-None-Match': first.headers.etag } });
		assert.equal(again.status, 304, path);
		assert.equal(again.headers.etag, first.headers.etag);
		const other = await me.get(path, { headers: { 'If-None-Match': '"other"' } });
		assert.equal(other.status, 200, path);
	}
});

test('addresses that are none are 404 for anybody', async () => {
	for (const path of ['/api/', '/api/nothing', '/api/jails/', '/api/jails/sshd/bans',
		'/api/active-bans/', '/api/config', '/api/active-bans/203.0.113.1', '/api//status', '/api/Status',
		'/api/auth', '/api/auth/login/x', '/api/status/..%2fjails'])
		for (const who of [me, stack.client()]) {
			const r = await who.get(path);
			assert.equal(r.status, 404, path);
			assert.equal(r.json.code, 'not_found');
		}
});

test('the document that is served is the one of the source', async () => {
	const r = await stack.client().get('/api/openapi.json');
	assert.deepEqual(r.json, DOCUMENT);
});
