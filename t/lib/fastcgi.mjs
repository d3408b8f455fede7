// SPDX-License-Identifier: GPL-2.0-or-later
// A FastCGI client that sends what it is told, piece by piece: requests that
// no nginx would send, and requests that stop half-way.
import net from 'node:net';

const BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6;
const HEADER_LEN = 8;

function record(type, content = Buffer.alloc(0)) {
	const head = Buffer.alloc(HEADER_LEN);
	head[0] = 1;
	head[1] = type;
	head.writeUInt16BE(1, 2);
	head.writeUInt16BE(content.length, 4);
	return Buffer.concat([head, content]);
}

/** Content as records of at most 65535 bytes, without the empty last one. */
function records(type, content) {
	const out = [];
	for (let at = 0; at < content.length; at += 65535)
		out.push(record(type, content.subarray(at, at + 65535)));
	return Buffer.concat(out);
}

function encodeLength(n) {
	if (n < 128)
		return Buffer.from([n]);
	const four = Buffer.alloc(4);
	four.writeUInt32BE(n + 0x80000000);
	return four;
}

/** pairs: [[name, value], ...]; values are strings (latin1) or buffers. */
function encodeParams(pairs) {
	const out = [];
	for (const [name, value] of pairs) {
		const n = Buffer.from(name, 'latin1');
		const v = Buffer.isBuffer(value) ? value : Buffer.from(value, 'latin1');
		out.push(encodeLength(n.length), encodeLength(v.length), n, v);
	}
	return Buffer.concat(out);
}

/** The parameters of a request as nginx sends them. */
export function params(method, uri, headers = {}, length = '') {
	const pairs = [['REQUEST_METHOD', method], ['REQUEST_URI', uri],
		['REMOTE_ADDR', '127.0.0.1'], ['REQUEST_SCHEME', 'http'],
		['CONTENT_LENGTH', String(length)], ['HTTP_HOST', 'localhost']];
	for (const [name, value] of Object.entries(headers)) {
		const upper = name.toUpperCase().replaceAll('-', '_');
		pairs.push([upper === 'CONTENT_TYPE' ? upper : `HTTP_${upper}`, value]);
	}
	return pairs;
}

/** The pieces of a request: {begin, params, paramsEnd, body, bodyEnd}. */
export function pieces(pairs, body = '', { keep = false } = {}) {
	const bytes = Buffer.from(body);
	return {
		begin: record(BEGIN, Buffer.from([0, 1, keep ? 1 : 0, 0, 0, 0, 0, 0])),
		params: records(PARAMS, encodeParams(pairs)),
		paramsEnd: record(PARAMS),
		body: records(STDIN, bytes),
		bodyEnd: record(STDIN),
	};
}

function parseAnswer(text) {
	const split = text.indexOf('\r\n\r\n');
	if (split < 0)
		return { status: 0, headers: {}, body: text };
	const headers = {};
	for (const line of text.toString('latin1', 0, split).split('\r\n')) {
		const colon = line.indexOf(': ');
		headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 2);
	}
	return { status: Number((headers.status ?? '0').slice(0, 3)), headers,
		body: text.subarray(split + 4) };
}

/** One connection; `done` gives {status, headers, body, ended} at its end. */
export class Connection {
	constructor(path) {
		this.rest = Buffer.alloc(0);
		this.stdout = [];
		this.ended = false; // END_REQUEST was seen: the answer is whole
		this.socket = net.connect(path);
		this.connected = new Promise((ok, failed) => {
			this.socket.once('connect', ok);
			this.socket.once('error', failed);
		});
		this.done = new Promise((ok) => this.socket.on('close', () => ok({
			...parseAnswer(Buffer.concat(this.stdout)), ended: this.ended })));
		this.connected.catch(() => {});
		this.socket.on('error', () => {});
		this.socket.on('data', (chunk) => this.take(chunk));
	}

	take(chunk) {
		this.rest = Buffer.concat([this.rest, chunk]);
		while (this.rest.length >= HEADER_LEN) {
			const len = this.rest.readUInt16BE(4);
			const whole = HEADER_LEN + len + this.rest[6];
			if (this.rest.length < whole)
				return;
			if (this.rest[1] === STDOUT)
				this.stdout.push(this.rest.subarray(HEADER_LEN, HEADER_LEN + len));
			if (this.rest[1] === END)
				this.ended = true;
			this.rest = this.rest.subarray(whole);
		}
	}

	async send(...buffers) {
		await this.connected;
		this.socket.write(Buffer.concat(buffers));
	}

	close() {
		this.socket.destroy();
	}
}

/** Send all of a request and wait for the connection to close. */
export async function exchange(path, pairs, body = '', options = {}) {
	const p = pieces(pairs, body, options);
	const c = new Connection(path);
	await c.send(p.begin, p.params, p.paramsEnd, p.body, p.bodyEnd);
	return c.done;
}

/** One ordinary request; the body, if any, goes with its length and type. */
export function request(path, method, uri, { headers = {}, body } = {}) {
	if (body === undefined)
		return exchange(path, params(method, uri, headers));
	return exchange(path, params(method, uri,
		{ 'content-type': 'application/json', ...headers }, Buffer.byteLength(body)), body);
}
