// SPDX-License-Identifier: GPL-2.0-or-later
// What is wrong with a request is said, whatever it is: every field of every
// call, made wrong in every way that doc/openapi.yaml's limits allow for, and
// bodies, queries and paths that are none.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { DOCUMENT } from '../lib/openapi.mjs';
import { startStack } from '../lib/stack.mjs';

let stack, me;

before(async () => {
	stack = await startStack();
	await stack.liftRateLimits();
	me = stack.client();
	await me.setUp();
	await me.signIn();
});
after(() => stack.stop());

const CALLS = Object.entries(DOCUMENT.paths).flatMap(([path, item]) =>
	Object.entries(item).filter(([, op]) => op.requestBody).map(([method, op]) => ({
		name: `${method.toUpperCase()} ${path}`,
		method: method.toUpperCase(),
		path,
		needsBody: op.requestBody.required === true,
		example: op.requestBody.content['application/json'].example,
		schema: { required: [], ...op.requestBody.content['application/json'].schema },
	})));

const send = (call, body) => me.request(call.method, call.path,
	{ body, headers: { 'Content-Type': 'application/json' } });
const sendJson = (call, json) => send(call, JSON.stringify(json));

// Nothing of this name is ever taken: with it in the body no call does
// anything, and the answer tells what else is wrong.
const STOP = 'stop_here';

async function fieldsAtFault(call, json, what) {
	const r = await sendJson(call, { ...json, [STOP]: 1 });
	assert.equal(r.status, 422, `${call.name} ${what}: ${r.text}`);
	assert.equal(r.json.code, 'validation_failed');
	const names = r.json.errors.map((e) => e.field);
	assert.ok(names.includes(STOP), `${call.name} ${what}: ${names}`);
	return names.filter((n) => n !== STOP);
}

const KINDS = {
	string: ['text'], integer: [7], boolean: [true], null: [null],
	array: [[], ['text'], [[['text']]]], object: [{}, { a: 1 }], number: [1.5, -0.5],
};

function wrongValues(schema) {
	const types = [schema.type].flat();
	return Object.entries(KINDS).filter(([kind]) => !types.includes(kind))
		.flatMap(([, values]) => values);
}

/** Values just inside and just outside of what the schema allows. */
function edges(schema) {
	const inside = [], outside = [];
	if (schema.maxLength !== undefined) {
		inside.push('x'.repeat(schema.maxLength));
		outside.push('x'.repeat(schema.maxLength + 1));
	}
	if (schema.minLength === 1)
		outside.push('');
	if (schema.minimum !== undefined) {
		inside.push(schema.minimum, schema.maximum);
		outside.push(schema.minimum - 1, schema.maximum + 1, Number.MIN_SAFE_INTEGER);
	}
	if (schema.type === 'array') {
		const item = 'y'.repeat(schema.items.maxLength);
		inside.push([item], Array(schema.maxItems).fill('192.0.2.1'));
		(schema.minItems > 0 ? outside : inside).push([]);
		outside.push(Array(schema.maxItems + 1).fill('192.0.2.1'));
	}
	return { inside, outside };
}

test('there are calls with bodies, and each has an example that is whole', () => {
	assert.ok(CALLS.length >= 5);
	for (const call of CALLS)
		for (const name of call.schema.required)
			assert.ok(name in call.example, `${call.name} ${name}`);
});

test('a field that is missing is named', async () => {
	for (const call of CALLS)
		for (const name of Object.keys(call.schema.properties)) {
			const { [name]: _, ...rest } = call.example;
			assert.deepEqual(await fieldsAtFault(call, rest, `without ${name}`),
				call.schema.required.includes(name) ? [name] : []);
		}
});

test('all that are missing are named at once', async () => {
	for (const call of CALLS)
		assert.deepEqual((await fieldsAtFault(call, {}, 'without anything')).sort(),
			[...call.schema.required].sort());
});

test('a value of the wrong type is named', async () => {
	for (const call of CALLS)
		for (const [name, schema] of Object.entries(call.schema.properties))
			for (const value of wrongValues(schema))
				assert.deepEqual(
					await fieldsAtFault(call, { ...call.example, [name]: value },
						`${name} = ${JSON.stringify(value)}`), [name]);
});

test('limits are those of the document, on both sides', async () => {
	let n = 0;
	for (const call of CALLS)
		for (const [name, schema] of Object.entries(call.schema.properties)) {
			const { inside, outside } = edges(schema);
			n += inside.length + outside.length;
			for (const value of inside)
				assert.deepEqual(await fieldsAtFault(call,
					{ ...call.example, [name]: value }, `${name} inside`), []);
			for (const value of outside)
				assert.deepEqual(await fieldsAtFault(call,
					{ ...call.example, [name]: value }, `${name} outside`), [name]);
		}
	assert.ok(n > 30);
});

test('an element of a list is named with its place', async () => {
	for (const call of CALLS.filter((c) => c.schema.properties.ips)) {
		for (const value of [5, null, true, {}, [], ['192.0.2.1'], 'z'.repeat(257)])
			assert.deepEqual(await fieldsAtFault(call,
				{ ...call.example, ips: ['192.0.2.1', value] }, JSON.stringify(value)), ['ips[1]']);
	}
});

test('null is taken where the document says so, and nowhere else', async () => {
	for (const call of CALLS)
		for (const [name, schema] of Object.entries(call.schema.properties))
			assert.deepEqual(await fieldsAtFault(call, { ...call.example, [name]: null },
				`${name} null`), [schema.type].flat().includes('null') ? [] : [name]);
});

// [what, the body as text or bytes, status]; %s stands for the example
const BODIES = [
	['nothing', '', 400],
	['blanks', '   ', 400],
	['half of it', '{"a":', 400],
	['a text behind it', '%s x', 400],
	['two objects', '%s{}', 400],
	['a comma too much', '{"a":1,}', 400],
	['single quotes', "{'a':1}", 400],
	['a comment', '/* */ {}', 400],
	['a byte order mark', '\ufeff{}', 400],
	['NaN', '{"a":NaN}', 400],
	['infinity', '{"a":Infinity}', 400],
	['a number without end', '{"a":1.}', 400],
	['a leading zero', '{"a":01}', 400],
	['a plus', '{"a":+1}', 400],
	['hex', '{"a":0x10}', 400],
	['an integer of 21 digits', '{"a":123456789012345678901}', 400],
	['a number beyond a double', '{"a":1e999}', 400],
	['a key twice', '{"a":1,"a":1}', 400],
	['a key twice, once escaped', '{"a":1,"\\u0061":1}', 400],
	['a key twice inside', '{"a":{"b":1,"b":2}}', 400],
	['a lone surrogate', '{"a":"\\ud800"}', 400],
	['a wrong escape', '{"a":"\\x41"}', 400],
	['a raw line break in a text', '{"a":"b\nc"}', 400],
	['a raw tab in a text', '{"a":"b\tc"}', 400],
	['bytes that are not UTF-8', Buffer.from('{"a":"\xff\xfe"}', 'latin1'), 400],
	['an overlong form', Buffer.from('{"a":"\xc0\xaf"}', 'latin1'), 400],
	['a surrogate in UTF-8', Buffer.from('{"a":"\xed\xa0\x80"}', 'latin1'), 400],
	['a raw NUL', Buffer.from('{"a":"b\0c"}'), 400],
	['UTF-16', Buffer.from('{"a":1}', 'utf16le'), 400],
	['17 deep', `${'{"a":'.repeat(16)}[]${'}'.repeat(16)}`, 400],
	['1000 deep', '['.repeat(1000), 400],
	['16 deep', `${'{"a":'.repeat(15)}[]${'}'.repeat(15)}`, 422],
	['a list', '[]', 422],
	['a text', '"a"', 422],
	['a number', '5', 422],
	['null', 'null', 422],
	['an escaped NUL', '{"a":"b\\u0000c"}', 422],
	['a NUL in a key', '{"a\\u0000":1}', 422],
	['an unknown field', '{"constructor":1,"__proto__":2}', 422],
	['a hundred unknown fields',
		JSON.stringify(Object.fromEntries([...Array(100)].map((_, i) => [`f${i}`, i]))), 422],
	['a field with a long name', JSON.stringify({ ['k'.repeat(128)]: 1 }), 422],
];
for (const [what, body, status] of BODIES) {
	test(`a body that is ${what} is ${status} for every call that wants one`, async () => {
		for (const call of CALLS.filter((c) => body !== '' || c.needsBody)) {
			const text = typeof body === 'string'
				? body.replace('%s', JSON.stringify(call.example)) : body;
			const r = await send(call, text);
			assert.equal(r.status, status, `${call.name}: ${r.text}`);
			assert.ok(r.json.detail.length > 0);
		}
	});
}

test('NUL and bytes that are not UTF-8 are refused in every text', async () => {
	for (const call of CALLS)
		for (const [name, schema] of Object.entries(call.schema.properties)) {
			if (![schema.type].flat().includes('string'))
				continue;
			const json = (v) => JSON.stringify({ ...call.example, [name]: 'HERE', [STOP]: 1 })
				.replace('"HERE"', v);
			assert.equal((await send(call, json('"a\\u0000b"'))).status, 422, `${call.name} ${name}`);
			assert.equal((await send(call, Buffer.from(json('"a\xffb"'), 'latin1'))).status, 400,
				`${call.name} ${name}`);
		}
});

test('a reason is one line of a log', async () => {
	for (const method of ['POST', 'DELETE'])
		for (const reason of ['a\nb', 'a\rb', 'a\tb', '\u001b[2J', '\u007f']) {
			const r = await me.request(method, '/api/active-bans',
				{ json: { jail: 'sshd', ips: ['203.0.113.1'], reason } });
			assert.equal(r.status, 422, JSON.stringify(reason));
			assert.deepEqual(r.json.errors.map((e) => e.field), ['reason']);
		}
});

test('a body that is not declared as JSON is 415', async () => {
	for (const call of CALLS)
		for (const type of [null, '', 'text/plain', 'text/json', 'application/jsonx',
			'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x',
			'application/problem+json']) {
			const r = await me.request(call.method, call.path,
				{ json: call.example, headers: { 'Content-Type': type } });
			assert.equal(r.status, 415, `${call.name} as ${type}: ${r.text}`);
		}
});

test('a body that is too long is 413', async () => {
	for (const call of CALLS) {
		const long = JSON.stringify({ ...call.example, x: 'x'.repeat(70000) });
		// nginx or the program, whichever comes first
		const r = await me.request(call.method, call.path, { body: long, nginx: true,
			headers: { 'Content-Type': 'application/json' } });
		assert.equal(r.status, 413, call.name);
		assert.equal(r.json.code, 'body_too_large');
	}
	for (const path of ['/api/setup', '/api/auth/login'])
		assert.equal((await me.request('POST', path, { body: ' '.repeat(4097),
			headers: { 'Content-Type': 'application/json' } })).status, 413);
	assert.equal((await me.request('POST', '/api/auth/login', { body: ' '.repeat(4096),
		headers: { 'Content-Type': 'application/json' } })).status, 400);
});

// [query, names at fault]
const QUERIES = [
	['limit=0', ['limit']],
	['limit=1001', ['limit']],
	['limit=-1', ['limit']],
	['limit=', ['limit']],
	['limit=5x', ['limit']],
	['limit=%205', ['limit']],
	['limit=99999999999999999999', ['limit']],
	['sort=', ['sort']],
	['sort=IP', ['sort']],
	['sort=ip;drop', ['sort']],
	['order=up', ['order']],
	['order=DESC', ['order']],
	[`jail=${'j'.repeat(65)}`, ['jail']],
	['jail=sshd&jail=nginx', ['jail']],
	[`ip=${'1'.repeat(65)}`, ['ip']],
	['ip=203.0.113.1/24', ['ip']],
	['ip=203.0.113.0/33', ['ip']],
	['ip=/', ['ip']],
	['offset=5', ['offset']],
	['Limit=5', ['Limit']],
	['=5', ['']],
	['limit=x&sort=x&order=x&jial=x', ['jial', 'sort', 'order', 'limit']],
];
for (const [query, names] of QUERIES) {
	test(`the query ${query.slice(0, 40)} is 422`, async () => {
		const r = await me.get(`/api/active-bans?${query}`);
		assert.equal(r.status, 422, r.text);
		assert.deepEqual(r.json.errors.map((e) => e.field), names);
	});
}

const MALFORMED = ['cursor=x', 'cursor=', 'cursor=AAAA', `cursor=${'A'.repeat(1000)}`,
	'cursor=AQAAAAAAAAAAAAAA%3D', 'limit=5&limit=6', 'ip=%ff', 'ip=%0a', 'ip=%00', 'ip=%',
	'ip=%zz', 'ip=%e2%82', 'ip=%ed%a0%80', 'ip=%7f', 'a%01=1'];
for (const query of MALFORMED) {
	test(`the query ${query.slice(0, 40)} is 400`, async () => {
		const r = await me.get(`/api/active-bans?${query}`);
		assert.equal(r.status, 400, r.text);
		assert.equal(r.json.code, 'malformed_request');
	});
}

test('a query that is harmless is taken as it is', async () => {
	for (const query of ['', 'ip=', 'ip=%25', "ip='%20OR%201=1", 'ip=%F0%9F%92%A9', 'jail=nosuch',
		'ip=203.', 'ip=2001:db8::', 'ip=0.0.0.0/0', 'ip=a+b', 'limit=1000', 'jail=%3Cscript%3E']) {
		const r = await me.get(`/api/active-bans?${query}`);
		assert.equal(r.status, 200, `${query}: ${r.text}`);
	}
});

// [the name of a jail as the path has it, status]
const NAMES = [['nosuch', 404], ['..%2fsshd', 404], ['%2e%2e', 404], ['--all', 404], ['-', 404],
	['sshd%20', 404], ['SSHD', 404], ['sshd%2F', 404], ['a'.repeat(300), 404],
	['%F0%9F%92%A9', 404], ['%3CF2B_END_COMMAND%3E', 404], ['sshd%0a', 400], ['%01', 400],
	['%ff', 400], ['%c0%af', 400], ['%7f', 400]];
for (const [name, status] of NAMES) {
	test(`a jail called ${name.slice(0, 30)} is ${status}`, async () => {
		const r = await me.get(`/api/jails/${name}`);
		assert.equal(r.status, status, r.text);
	});
}

test('an address that is too long is 414', async () => {
	const r = await me.get(`/api/active-bans?ip=${'1'.repeat(8192)}`, { nginx: true });
	assert.equal(r.status, 414);
});

test('too many parameters are 400, as many as allowed are not', async () => {
	const query = (n) => [...Array(n)].map((_, i) => `p${i}=`).join('&');
	assert.equal((await me.get(`/api/active-bans?${query(64)}`)).status, 422);
	assert.equal((await me.get(`/api/active-bans?${query(65)}`)).status, 400);
});

test('nothing of all this has done anything', async () => {
	assert.equal((await me.get('/api/active-bans')).json.total, 0);
	assert.equal((await me.get('/api/auth/session')).status, 200);
});
