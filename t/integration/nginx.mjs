// SPDX-License-Identifier: GPL-2.0-or-later
// nginx's side alone: what it serves by itself, what it passes on, and how it
// tells its own errors. The pool is a responder of the test's.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { startResponder } from '../lib/responder.mjs';
import { API_CSP, checkAnswer, PAGE_CSP, SECURITY_HEADERS } from '../lib/stack.mjs';

const NGINX = fileURLToPath(new URL('../lib/nginx.sh', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'bangui-'));
const root = join(dir, 'page');
const SCRIPT = 'export const one = 1;\n'.repeat(50);
let url, port, responder;
let seen; // the last request that reached the pool
let reply; // how the pool answers: text, null, or a function of the request

const OK = 'Content-Type: application/json\r\n\r\n{}';

before(async () => {
	mkdirSync(join(root, 's', 'abc123'), { recursive: true });
	writeFileSync(join(root, 'index.html'), '<!doctype html><title>BanGUI</title>');
	writeFileSync(join(root, 's/abc123/app.js'), SCRIPT);
	writeFileSync(join(root, 's/abc123/app.js.gz'), gzipSync(SCRIPT));
	const out = execFileSync(NGINX, ['start', dir, root], { encoding: 'utf8' });
	url = /^BANGUI_URL=(.*)$/m.exec(out)[1];
	port = Number(new URL(url).port);
	await startPool();
});

after(async () => {
	await responder.close();
	execFileSync(NGINX, ['stop', dir]);
	rmSync(dir, { recursive: true, force: true });
});

async function startPool() {
	reply = OK;
	responder = await startResponder(join(dir, 'fcgi.sock'), (req) => {
		seen = req;
		return typeof reply === 'function' ? reply(req) : reply;
	});
}

function fetchFrom(module, base, path, { method = 'GET', headers = {}, body, ...rest } = {}) {
	return new Promise((done, failed) => {
		const req = module.request(new URL(path, base), { method, headers, agent: false,
			...rest }, (res) => {
			const chunks = [];
			res.on('data', (c) => chunks.push(c));
			res.on('end', () => {
				const bytes = Buffer.concat(chunks);
				const text = bytes.toString('utf8');
				const type = res.headers['content-type'] ?? '';
				done({ status: res.statusCode, headers: res.headers, bytes, text, type,
					rawHeaders: res.rawHeaders,
					json: type.includes('json') ? JSON.parse(text) : undefined });
			});
		});
		req.on('error', failed);
		req.end(body);
	});
}

const ask = (path, opts) => fetchFrom(http, url, path, opts);

/** Bytes as they stand, over a socket; the whole answer as text. */
function raw(bytes) {
	return new Promise((done, failed) => {
		const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
		let text = '';
		socket.on('data', (c) => { text += c; });
		socket.on('error', failed);
		socket.on('close', () => done(text));
	});
}

function rawAnswer(text) {
	const [head, body] = text.split(/\r\n\r\n/);
	const [statusLine, ...lines] = head.split('\r\n');
	const headers = Object.fromEntries(lines.map((l) => {
		const at = l.indexOf(': ');
		return [l.slice(0, at).toLowerCase(), l.slice(at + 2)];
	}));
	return { status: Number(statusLine.split(' ')[1]), headers, text: body, rawHeaders: lines,
		json: headers['content-type'].includes('json') ? JSON.parse(body) : undefined };
}

function params() {
	return Object.fromEntries(seen.params);
}

function assertPageHeaders(r, what) {
	for (const [name, value] of SECURITY_HEADERS)
		assert.equal(r.headers[name], value, `${name} of ${what}`);
	assert.ok(r.headers['permissions-policy'], what);
	assert.equal(r.headers['content-security-policy'], PAGE_CSP, what);
	assert.equal(r.headers['strict-transport-security'], undefined, what);
	assert.doesNotMatch(r.headers.server, /\d/, 'no version');
}

function assertProblem(r, status, code) {
	assert.equal(r.status, status);
	checkAnswer('/api/', r);
	assert.equal(r.headers['content-security-policy'], API_CSP);
	assert.match(r.headers['content-type'], /^application\/problem\+json/);
	assert.equal(r.json.code, code);
	assert.equal(r.headers['cache-control'], 'no-store');
}

test('the configuration passes nginx -t without a warning', () => {
	assert.equal(readFileSync(join(dir, 'log/nginx.out'), 'utf8'), '');
});

test('a file under its hash may be kept for ever and comes compressed', async () => {
	const r = await ask('/s/abc123/app.js', { headers: { 'Accept-Encoding': 'gzip' } });
	assert.equal(r.status, 200);
	assert.equal(r.headers['content-encoding'], 'gzip');
	assert.equal(r.headers['cache-control'], 'public, max-age=31536000, immutable');
	assert.equal(r.headers.vary, 'Accept-Encoding');
	assert.match(r.type, /^application\/javascript; charset=utf-8$/);
	assertPageHeaders(r, 'a script');
	const plain = await ask('/s/abc123/app.js');
	assert.equal(plain.text, SCRIPT);
	assert.equal(plain.headers['content-encoding'], undefined);
});

test('a page of any address is index.html, asked for again each time', async () => {
	for (const path of ['/', '/index.html', '/bans?range=7d', '/jails/odd.name', '/jails/web.json',
		'/ips/2001:db8::7', '/ips/198.51.100.7', '/apix', '/api-docs']) {
		seen = undefined;
		const r = await ask(path);
		assert.equal(r.status, 200, path);
		assert.match(r.text, /<title>BanGUI/, path);
		assert.match(r.type, /^text\/html; charset=utf-8$/, path);
		assert.equal(r.headers['cache-control'], 'no-cache', path);
		assertPageHeaders(r, path);
		assert.equal(seen, undefined, `${path} does not reach the pool`);
	}
});

test('a file that is missing is 404 and not the page', async () => {
	for (const path of ['/s/abc123/gone.js', '/s/old/app.js', '/s/', '/favicon.ico',
		'/robots.txt', '/wp-login.php', '/lib/api.js', '/.bangui/api', '/.bangui/page']) {
		const r = await ask(path);
		assert.equal(r.status, 404, path);
		assert.equal(r.type, 'text/plain; charset=utf-8', path);
		assert.equal(r.headers['cache-control'], 'no-store', path);
		assertPageHeaders(r, path);
	}
});

test('a page takes GET and HEAD only and says so', async () => {
	const r = await ask('/', { method: 'POST', body: 'x' });
	assert.equal(r.status, 405);
	assert.equal(r.headers.allow, 'GET, HEAD');
	assertPageHeaders(r, 'POST /');
	assert.equal((await ask('/', { method: 'HEAD' })).status, 200);
});

test('these are the parameters of a request, none twice, Proxy never', async () => {
	const r = await ask('/api/jails/a%2Fb?x=1&y=%20', { method: 'POST', body: 'hello',
		headers: { 'Content-Type': 'text/odd', Proxy: 'http://203.0.113.9', Host: 'h.example' } });
	assert.equal(r.status, 200);
	const names = seen.params.map(([name]) => name);
	assert.deepEqual([...names].sort(), [...new Set(names)].sort());
	assert.deepEqual(params(), {
		GATEWAY_INTERFACE: 'CGI/1.1',
		SERVER_PROTOCOL: 'HTTP/1.1',
		REQUEST_METHOD: 'POST',
		REQUEST_SCHEME: 'http',
		REQUEST_URI: '/api/jails/a%2Fb?x=1&y=%20',
		QUERY_STRING: 'x=1&y=%20',
		CONTENT_TYPE: 'text/odd',
		CONTENT_LENGTH: '5',
		REMOTE_ADDR: '127.0.0.1',
		HTTP_X_REQUEST_ID: params().HTTP_X_REQUEST_ID,
		HTTP_HOST: 'h.example',
		HTTP_CONTENT_TYPE: 'text/odd',
		HTTP_CONTENT_LENGTH: '5',
		HTTP_CONNECTION: params().HTTP_CONNECTION,
	});
	assert.equal(seen.body.toString(), 'hello');
	assert.equal(seen.keep, false, 'the connection is closed each time');
});

test('a request id of the client is passed on when it is well formed', async () => {
	await ask('/api/x', { headers: { 'X-Request-ID': 'a.B-c_9' } });
	assert.equal(params().HTTP_X_REQUEST_ID, 'a.B-c_9');
	for (const bad of ['a b', 'x"y', 'ü', 'a'.repeat(65)]) {
		await ask('/api/x', { headers: { 'X-Request-ID': bad } });
		assert.match(params().HTTP_X_REQUEST_ID, /^[0-9a-f]{32}$/);
	}
});

test('a chunked body arrives whole with its length', async () => {
	const text = await raw('POST /api/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n' +
		'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n');
	assert.match(text, /^HTTP\/1.1 200/);
	assert.equal(seen.body.toString(), 'abcdefg');
	assert.equal(params().CONTENT_LENGTH, '7');
});

test('two Cookie headers both reach the program', async () => {
	await raw('GET /api/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nCookie: a=1\r\n' +
		'Cookie: b=2\r\n\r\n');
	const cookies = seen.params.filter(([name]) => name === 'HTTP_COOKIE').map(([, v]) => v);
	assert.equal(cookies.join('; '), 'a=1; b=2');
});

test('what the pool says comes through as it is, errors as well', async () => {
	reply = 'Status: 502 Bad Gateway\r\nContent-Type: application/problem+json\r\n' +
		'X-Frame-Options: DENY\r\nRetry-After: 7\r\n\r\n{"code":"fail2ban_unreachable"}';
	const r = await ask('/api/x');
	reply = OK;
	assert.equal(r.status, 502);
	assert.equal(r.json.code, 'fail2ban_unreachable');
	assert.equal(r.headers['retry-after'], '7');
	assert.equal(r.rawHeaders.filter((h) => h === 'X-Frame-Options').length, 1);
	assert.equal(r.headers['content-encoding'], undefined);
});

test('an answer larger than all buffers comes whole', async () => {
	const big = 'x'.repeat(3 * 1024 * 1024);
	reply = `Content-Type: text/plain\r\n\r\n${big}`;
	const r = await ask('/api/x');
	reply = OK;
	assert.equal(r.bytes.length, big.length);
});

test('an export is looked at to its last record', async () => {
	const big = 'x'.repeat(3 * 1024 * 1024);
	reply = `Content-Type: text/csv\r\n\r\n${big}`;
	const r = await ask('/api/export/x.csv');
	assert.equal(r.bytes.length, big.length);
	assert.equal(seen.keep, true, 'which the program does not heed');
	reply = OK;
	assert.equal((await ask('/api/export')).status, 200);
	assert.equal(seen.keep, false);
});

test('a worker that dies over a request is 503 and not tried again', async () => {
	let calls = 0;
	reply = () => {
		calls++;
		return null;
	};
	const r = await ask('/api/x');
	reply = OK;
	assertProblem(r, 503, 'overloaded');
	assert.ok(Number(r.headers['retry-after']) > 0);
	assert.equal(calls, 1);
});

test('a stopped pool is 503 with Retry-After and back at once', async () => {
	await responder.close();
	const r = await ask('/api/health/live');
	assertProblem(r, 503, 'overloaded');
	assert.ok(Number(r.headers['retry-after']) > 0);
	await startPool();
	assert.equal((await ask('/api/health/live')).status, 200);
});

test('a body over 64 KiB is 413, over 1 MiB for configuration', async () => {
	const body = Buffer.alloc(64 * 1024 + 1, 'x');
	assertProblem(await ask('/api/x', { method: 'POST', body }), 413, 'body_too_large');
	assertProblem(await ask('/api/auth/login', { method: 'POST', body }), 413, 'body_too_large');
	assert.equal((await ask('/api/x', { method: 'POST', body: body.subarray(1) })).status, 200);
	assert.equal((await ask('/api/config/x', { method: 'PUT', body })).status, 200);
	assertProblem(await ask('/api/config/x', { method: 'PUT', body: Buffer.alloc(1048577) }),
		413, 'body_too_large');
});

test('a chunked body over the limit is 413 too', async () => {
	const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
	const text = await raw('POST /api/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n' +
		`Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}${chunk}0\r\n\r\n`);
	assertProblem(rawAnswer(text), 413, 'body_too_large');
});

test('a flood on sign-in is 429 with Retry-After, other calls are not', async () => {
	// both share one allowance, which grows by one each 100 ms: so all at once
	const paths = ['/api/auth/session', '/api/setup'];
	const flood = await Promise.all(Array.from({ length: 60 }, (_, i) => ask(paths[i % 2])));
	const refused = flood.filter((r) => r.status === 429);
	assert.ok(refused.length > 0 && refused.length < 60, `${refused.length} refused`);
	for (const first of [0, 1]) {
		const r = flood.find((x, i) => i % 2 === first && x.status === 429);
		assertProblem(r, 429, 'too_many_requests');
		assert.ok(Number(r.headers['retry-after']) > 0);
	}
	assert.equal((await ask('/api/jails')).status, 200);
});

test('one address has at most 64 requests at once', async () => {
	let release;
	const gate = new Promise((done) => { release = done; });
	let inside = 0;
	reply = async () => {
		inside++;
		await gate;
		return OK;
	};
	const asked = Array.from({ length: 70 }, () => ask('/api/x'));
	const refused = (await Promise.race([Promise.all(asked), settle(asked, 6)]));
	assert.equal(refused.length, 6);
	for (const r of refused)
		assertProblem(r, 429, 'too_many_requests');
	release();
	const all = await Promise.all(asked);
	reply = OK;
	assert.equal(all.filter((r) => r.status === 200).length, 64);
	assert.equal(inside, 64);
});

/** The first n answers that come. */
function settle(promises, n) {
	return new Promise((done) => {
		const got = [];
		for (const p of promises)
			p.then((r) => got.push(r) === n && done(got));
	});
}

test('errors from before a location have the form of their address', async () => {
	const long = 'a'.repeat(20000);
	const table = [
		[`GET /api/${long} HTTP/1.1\r\nHost: h\r\n\r\n`, 414, 'uri_too_long'],
		['GET /api/x HTTP/1.1\r\n\r\n', 400, 'malformed_request'],
		['GET /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n', 400, 'malformed_request'],
		[`GET /api/x HTTP/1.1\r\nHost: h\r\nX: ${long}\r\n\r\n`, 400, 'malformed_request'],
		['TRACE /api/x HTTP/1.1\r\nHost: h\r\n\r\n', 405, 'method_not_allowed'],
		['POST /api/x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n' +
			'Transfer-Encoding: odd\r\n\r\n', 501, 'not_implemented'],
		['GET /api/%zz HTTP/1.1\r\nHost: h\r\n\r\n', 400, 'malformed_request'],
		['GET /api/../../x HTTP/1.1\r\nHost: h\r\n\r\n', 400, 'malformed_request'],
	];
	for (const [bytes, status, code] of table) {
		const r = rawAnswer(await raw(bytes));
		const what = bytes.slice(0, 60);
		assert.equal(r.status, status, what);
		if (r.headers['content-type'].startsWith('application/problem'))
			assertProblem(r, status, code);
		else
			assert.fail(`${what} is answered with ${r.headers['content-type']}`);
		const page = rawAnswer(await raw(bytes.replace('/api/', '/pag/')));
		assert.equal(page.status, status, what);
		assert.equal(page.headers['content-type'], 'text/plain; charset=utf-8', what);
		assertPageHeaders(page, what);
	}
});

test('/api alone and what only begins alike is not the API', async () => {
	seen = undefined;
	assertProblem(await ask('/api'), 404, 'not_found');
	assert.equal((await ask('/apix/jails')).status, 200);
	assert.equal(seen, undefined);
});

test('the TLS example works, with HSTS on page, API and errors', async () => {
	const key = join(dir, 'key.pem'), cert = join(dir, 'cert.pem');
	execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1',
		'-subj', '/CN=bangui.example.org', '-keyout', key, '-out', cert], { stdio: 'ignore' });
	const at = port + 1 > 65000 ? port - 1 : port + 1;
	const site = readFileSync(join(dir, 'nginx/bangui-site.conf'), 'utf8');
	const tls = site.slice(site.indexOf('#server {\n#	listen 443'))
		.replace(/^#/gm, '')
		.replace('listen 443 ssl http2', `listen 127.0.0.1:${at} ssl http2`)
		.replace(/^.*\[::\]:443.*$/m, '')
		.replace(/^	#(set \$bangui_hsts)/m, '	$1')
		.replace(/^	#(set_real_ip_from) .*$/m, '	$1 127.0.0.1;')
		.replace(/^	#(real_ip)/gm, '	$1')
		.replace('/etc/ssl/certs/bangui.example.org.pem', cert)
		.replace('/etc/ssl/private/bangui.example.org.key', key);
	const conf = join(dir, 'nginx/nginx.conf');
	const before_ = readFileSync(conf, 'utf8');
	writeFileSync(conf, before_.replace(/\n}\s*$/, `\n${tls}\n}\n`));
	execFileSync(NGINX, ['reload', dir]);
	const base = `https://127.0.0.1:${at}`;
	const tlsAsk = (path, headers) =>
		fetchFrom(https, base, path, { headers, rejectUnauthorized: false });
	for (const [path, status] of [['/', 200], ['/api/x', 200], ['/api', 404], ['/a.js', 404]]) {
		const r = await tlsAsk(path);
		assert.equal(r.status, status, path);
		assert.equal(r.headers['strict-transport-security'], 'max-age=31536000', path);
	}
	await tlsAsk('/api/x', { 'X-Forwarded-For': '203.0.113.5' });
	assert.equal(params().REMOTE_ADDR, '203.0.113.5');
	assert.equal(params().REQUEST_SCHEME, 'https');
	await tlsAsk('/api/x', { 'X-Forwarded-For': '198.51.100.1, 203.0.113.5, 127.0.0.1' });
	assert.equal(params().REMOTE_ADDR, '203.0.113.5', 'the right-most that is no proxy of ours');
	await ask('/api/x', { headers: { 'X-Forwarded-For': '203.0.113.5' } });
	assert.equal(params().REMOTE_ADDR, '127.0.0.1', 'believed only where it was switched on');
});
