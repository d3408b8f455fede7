// SPDX-License-Identifier: GPL-2.0-or-later
// A server that stands for ip-api.com, and misbehaves when it is told to.
//
//	const service = await startIpApi();
//	service.mode = 'cut';        // see MODES
//	service.asked                // every address that it was ever asked for
//	await service.stop();
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

const HOSTILE = '</script><img src=x onerror=alert(1)>\u202e\u0007' + 'x'.repeat(300);

function answersFor(addresses) {
	return addresses.map((query) => ({ query, status: 'success', country: 'Germany',
		countryCode: 'DE', as: 'AS64500 Example Net' }));
}

function sendJson(res, value, headers = {}) {
	res.writeHead(200, { 'Content-Type': 'application/json', ...headers });
	res.end(JSON.stringify(value));
}

/** Writes piece after piece until the other side has had enough. */
function sendForEver(res, piece, ms) {
	const more = () => {
		if (res.destroyed)
			return;
		if (ms !== undefined)
			setTimeout(more, ms);
		else if (!res.write(piece))
			return void res.once('drain', more);
		else
			setImmediate(more);
		if (ms !== undefined)
			res.write(piece);
	};
	res.writeHead(200, { 'Content-Type': 'application/json' });
	res.write('[');
	more();
}

/** What it can do: each gets the addresses asked for and the response. */
export const MODES = {
	good: (asked, res) => sendJson(res, answersFor(asked), { 'X-Rl': '14', 'X-Ttl': '60' }),
	unknown: (asked, res) => sendJson(res,
		asked.map((query) => ({ query, status: 'fail', message: 'reserved range' })),
		{ 'X-Rl': '14', 'X-Ttl': '60' }),
	429: (asked, res) => {
		res.writeHead(429, { 'X-Rl': '0', 'X-Ttl': '1800' });
		res.end();
	},
	500: (asked, res) => {
		res.writeHead(500);
		res.end(JSON.stringify(answersFor(asked)));
	},
	html: (asked, res) => {
		res.writeHead(200, { 'Content-Type': 'text/html' });
		res.end('<html><body>Please sign in to this network</body></html>');
	},
	json: (asked, res) => {
		res.writeHead(200, { 'Content-Type': 'application/json' });
		res.end(`${JSON.stringify(answersFor(asked)).slice(0, -1)}, NaN]`);
	},
	others: (asked, res) => sendJson(res, answersFor(['8.8.8.8', '192.168.1.1', 'x'])),
	cut: (asked, res) => {
		res.writeHead(200, { 'Content-Length': '9999' });
		res.write(JSON.stringify(answersFor(asked)));
		setTimeout(() => res.destroy(), 20);
	},
	huge: (asked, res) => {
		res.writeHead(200, { 'Content-Length': '99999999999' });
		res.write('[');
	},
	endless: (asked, res) => sendForEver(res, `${JSON.stringify(answersFor(['8.8.8.8'])[0])},`),
	redirect(asked, res) {
		res.writeHead(307, { Location: `${this.url}/elsewhere` });
		res.end();
	},
	drip: (asked, res) => sendForEver(res, ' ', 100),
	hostile: (asked, res) => sendJson(res, asked.map((query) => ({ query,
		status: 'success', country: HOSTILE, countryCode: 'DE', as: `AS64500 ${HOSTILE}` })),
	{ 'X-Rl': '14', 'X-Ttl': '60' }),
};

class IpApi {
	constructor(tls) {
		this.mode = 'good';
		this.asked = [];
		this.requests = 0;
		this.elsewhere = 0; // requests for anything else
		this.faults = []; // of the questions
		const handler = (req, res) => this.handle(req, res);
		this.server = tls ? createTlsServer(tls, handler) : createServer(handler);
		this.scheme = tls ? 'https' : 'http';
	}

	async listen(port = 0) {
		await new Promise((done) => this.server.listen(port, '127.0.0.1', done));
		this.server.unref(); // a test that fails must not wait for it
		this.port = this.server.address().port;
		this.url = `${this.scheme}://127.0.0.1:${this.port}`;
	}

	handle(req, res) {
		const chunks = [];
		req.on('data', (chunk) => chunks.push(chunk));
		req.on('end', () => {
			if (!req.url.startsWith('/batch?')) {
				this.elsewhere++;
				return void res.end();
			}
			this.requests++;
			const asked = this.read(req, Buffer.concat(chunks).toString());
			this.asked.push(...asked);
			MODES[this.mode].call(this, asked, res);
		});
	}

	/** The addresses of a question, which must be as the service wants it. */
	read(req, text) {
		try {
			assert.equal(req.method, 'POST');
			assert.equal(req.url, '/batch?fields=status,country,countryCode,as,query');
			assert.equal(req.headers['content-type'], 'application/json');
			for (const name of ['cookie', 'authorization', 'accept-encoding', 'referer'])
				assert.equal(req.headers[name], undefined, name);
			const asked = JSON.parse(text);
			assert.ok(Array.isArray(asked) && asked.length >= 1 && asked.length <= 100);
			assert.equal(new Set(asked).size, asked.length, 'each address once');
			return asked;
		} catch (e) {
			this.faults.push(e.message);
			return [];
		}
	}

	/** Nobody listens any more; listen(service.port) is its return. */
	async close() {
		this.server.closeAllConnections();
		await new Promise((done) => this.server.close(done));
	}
}

/** One that listens; tls {key, cert} for https. */
export async function startIpApi({ tls } = {}) {
	const service = new IpApi(tls);
	await service.listen();
	return service;
}
