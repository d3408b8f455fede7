// SPDX-License-Identifier: GPL-2.0-or-later
// doc/openapi.yaml as a judge: is an answer one that the document promises?
// Knows the part of JSON Schema that the document uses, and refuses a word
// that it does not know rather than pass over it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const DOCUMENT = JSON.parse(readFileSync(
	fileURLToPath(new URL('../../doc/openapi.yaml', import.meta.url)), 'utf8'));

function resolve(node) {
	while (node.$ref !== undefined)
		node = node.$ref.slice(2).split('/').reduce((at, name) => at[name], DOCUMENT);
	return node;
}

const isObject = (v) => v !== null && typeof v === 'object' && !Array.isArray(v);
const TYPES = {
	object: isObject,
	array: Array.isArray,
	string: (v) => typeof v === 'string',
	integer: Number.isSafeInteger,
	boolean: (v) => typeof v === 'boolean',
	null: (v) => v === null,
};
const TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/** Each word of a schema: what is wrong with value, or nothing. */
const WORDS = {
	type(types, value) {
		if (![types].flat().some((t) => TYPES[t](value)))
			return [`is no ${types}`];
	},
	enum(values, value) {
		if (!values.includes(value))
			return [`is none of ${values}`];
	},
	pattern(re, value) {
		if (typeof value === 'string' && !new RegExp(re).test(value))
			return [`does not match ${re}`];
	},
	format(name, value) {
		assert.equal(name, 'date-time');
		if (typeof value === 'string' && !TIME.test(value))
			return ['is no time'];
	},
	minimum(min, value) {
		if (typeof value === 'number' && value < min)
			return [`is less than ${min}`];
	},
	maximum(max, value) {
		if (typeof value === 'number' && value > max)
			return [`is more than ${max}`];
	},
	required(names, value) {
		return isObject(value) ? names.filter((n) => !(n in value)).map((n) => `has no ${n}`) : [];
	},
	properties(schemas, value) {
		if (!isObject(value))
			return [];
		// an answer says nothing that the document does not know
		const extra = Object.keys(value).filter((n) => !(n in schemas)).map((n) => `has ${n}`);
		return extra.concat(Object.keys(schemas).filter((n) => n in value)
			.flatMap((n) => faults(schemas[n], value[n]).map((f) => `${n} ${f}`)));
	},
	/** What is not named, all of one kind: beside no properties. */
	additionalProperties(schema, value) {
		return isObject(value) ? Object.entries(value)
			.flatMap(([n, v]) => faults(schema, v).map((f) => `${n} ${f}`)) : [];
	},
	items(schema, value) {
		return Array.isArray(value)
			? value.flatMap((v, i) => faults(schema, v).map((f) => `[${i}] ${f}`)) : [];
	},
	oneOf(schemas, value) {
		const fit = schemas.filter((schema) => faults(schema, value).length === 0).length;
		if (fit !== 1)
			return [`is ${fit} of the ${schemas.length}: ${schemas.map((schema) => faults(schema, value)[0])}`];
	},
	description() {},
};

/** What is wrong with value by schema: a list of texts. */
export function faults(schema, value) {
	schema = resolve(schema);
	return Object.entries(schema).flatMap(([word, arg]) => {
		assert.ok(word in WORDS, `the validator does not know "${word}"`);
		return WORDS[word](arg, value) ?? [];
	});
}

/**
 * The paths of the document that path asks for, what is literal first: a path
 * can be "/api/jails/reload" for one method and "/api/jails/{name}", with a
 * jail of that name, for another.
 */
export function findPaths(path) {
	const parts = path.split('?')[0].split('/');
	const fits = (pattern) => {
		const own = pattern.split('/');
		return own.length === parts.length &&
			own.every((p, i) => p === parts[i] || (p.startsWith('{') && parts[i] !== ''));
	};
	return Object.keys(DOCUMENT.paths).filter(fits)
		.sort((a, b) => a.includes('{') - b.includes('{'));
}

/** Each ends with its line feed, also the last. */
function lines(text) {
	assert.ok(text === '' || text.endsWith('\n'));
	return text.split('\n').slice(0, -1);
}

function checkBody(what, response, r) {
	const type = (r.headers['content-type'] ?? '').split(';')[0];
	if (response.content === undefined) {
		assert.equal(r.text, '', `${what} has a body`);
		return;
	}
	const media = response.content[type];
	assert.ok(media, `${what} is ${type}`);
	assert.deepEqual(faults(media.schema, r.json === undefined ? r.text : r.json), [], what);
	if (media['x-line-schema'] !== undefined)
		assert.deepEqual(lines(r.text).flatMap((line) => faults(media['x-line-schema'], JSON.parse(line))), [], what);
}

/** Throws unless r, of {status, headers, text, json}, is in the document. */
export function checkContract(method, path, r) {
	const head = method === 'HEAD';
	const found = findPaths(path).map((p) => DOCUMENT.paths[p]);
	const what = `${r.status} of ${method} ${path}`;
	const name = head ? 'get' : method.toLowerCase();
	const operation = found.find((item) => item[name] !== undefined)?.[name];
	if (operation === undefined) {
		const expected = found.length === 0 ? 404 : method === 'OPTIONS' ? 204 : 405;
		// what is wrong with a request as a whole is said first
		assert.ok([expected, 400, 413, 414, 421].includes(r.status), what);
		return;
	}
	const response = operation.responses[String(r.status)];
	assert.ok(response, `${what} is not described: ${r.text}`);
	if (head || r.status === 304)
		assert.equal(r.text, '', `${what} has a body`);
	else
		checkBody(what, resolve(response), r);
}
