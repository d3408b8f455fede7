// SPDX-License-Identifier: GPL-2.0-or-later
// A FastCGI responder for tests of nginx's side: it shows what nginx sends.
import { rmSync } from 'node:fs';
import net from 'node:net';

const BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6;
const HEADER_LEN = 8;

function readLength(buf, at) {
	return buf[at] < 128 ? [buf[at], at + 1]
		: [buf.readUInt32BE(at) & 0x7fffffff, at + 4];
}

/** Name-value pairs in order: a name may come twice. */
function readParams(buf) {
	const pairs = [];
	for (let at = 0; at < buf.length;) {
		let nameLen, valueLen;
		[nameLen, at] = readLength(buf, at);
		[valueLen, at] = readLength(buf, at);
		pairs.push([buf.toString('latin1', at, at + nameLen),
			buf.toString('latin1', at + nameLen, at + nameLen + valueLen)]);
		at += nameLen + valueLen;
	}
	return pairs;
}

function record(type, content) {
	const head = Buffer.alloc(HEADER_LEN);
	head[0] = 1;
	head[1] = type;
	head.writeUInt16BE(1, 2);
	head.writeUInt16BE(content.length, 4);
	return Buffer.concat([head, content]);
}

function answer(socket, text) {
	const bytes = Buffer.from(text);
	for (let at = 0; at < bytes.length; at += 65535)
		socket.write(record(STDOUT, bytes.subarray(at, at + 65535)));
	socket.end(Buffer.concat([record(STDOUT, Buffer.alloc(0)),
		record(END, Buffer.alloc(8))]));
}

/** One connection: collects its records and calls done when stdin ends. */
function collect(socket, done) {
	let rest = Buffer.alloc(0);
	const req = { keep: false, params: [], stdin: [] };
	const take = (type, content) => {
		if (type === BEGIN)
			req.keep = (content[2] & 1) !== 0;
		else if (type === PARAMS)
			req.params.push(Buffer.from(content));
		else if (type === STDIN && content.length > 0)
			req.stdin.push(Buffer.from(content));
		else if (type === STDIN)
			done({ keep: req.keep, params: readParams(Buffer.concat(req.params)),
				body: Buffer.concat(req.stdin) });
	};
	socket.on('data', (chunk) => {
		rest = Buffer.concat([rest, chunk]);
		while (rest.length >= HEADER_LEN) {
			const len = rest.readUInt16BE(4);
			const whole = HEADER_LEN + len + rest[6];
			if (rest.length < whole)
				return;
			take(rest[1], rest.subarray(HEADER_LEN, HEADER_LEN + len));
			rest = rest.subarray(whole);
		}
	});
	socket.on('error', () => {});
}

/**
 * Listen on a Unix socket; handler(request) gives the CGI answer as text, or
 * null to close the connection without one, or a promise of either.
 * request: {keep, params: [[name, value], ...], body}. Gives {close()}.
 */
export async function startResponder(path, handler) {
	rmSync(path, { force: true });
	const open = new Set();
	const server = net.createServer((socket) => {
		open.add(socket);
		socket.on('close', () => open.delete(socket));
		collect(socket, async (req) => {
			const text = await handler(req);
			if (text === null)
				socket.destroy();
			else
				answer(socket, text);
		});
	});
	await new Promise((done) => server.listen(path, done));
	return {
		close() {
			for (const socket of open)
				socket.destroy();
			return new Promise((done) => server.close(done));
		},
	};
}
