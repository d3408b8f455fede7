// SPDX-License-Identifier: GPL-2.0-or-later
// Every route by everybody who should not get through, each with its exact
// status (SEC-14), and what holds of every route whatever it does.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { DOCUMENT } from '../lib/openapi.mjs';
import { startStack } from '../lib/stack.mjs';

const ROUTES = Object.entries(DOCUMENT.paths).flatMap(([path, item]) =>
	Object.entries(item).map(([method, operation]) => ({
		method: method.toUpperCase(),
		path: path.replace('{name}', 'sshd').replace('{ip}', '203.0.113.7'),
		needsSession: operation.security === undefined,
		form: operation.parameters?.some((p) => p.$ref?.endsWith('CsrfHeaderForm')),
		takesBody: operation.requestBody !== undefined,
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

const changes = (route) => route.method !== 'GET';
// how a call ends that nobody has kept from its handler
const reached = (route) => (route.takesBody ? 422 : route.path === '/api/auth/logout' ? 204 : 200);

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

test('a bearer beside the cookie is asked alone', async () => {
	await walk((route) => (route.needsSession ? 401 : undefined),
		{ headers: { Authorization: 'Bearer bgt_x' } }, me);
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
		await walk((route) => (changes(route) ? 403 : 200), { headers }, me);
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
		const own = ROUTES.filter((r) => r.path === path).map((r) => r.method);
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
		'/api/geo/203.0.113.7', '/api/geo/stats', '/api/openapi.json']) {
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
