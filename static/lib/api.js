// SPDX-License-Identifier: GPL-2.0-or-later
// The only module that calls fetch. Every failure becomes an ApiError.
import { syncClock } from './clock.js';

const BASE = '/api';
const READ_MS = 20_000;
const CHANGE_MS = 70_000; // longer than nginx waits: its answer says more

export class ApiError extends Error {
	/**
	 * @param {number} status HTTP status; 0 when no answer came
	 * @param {string} code stable name of the problem
	 * @param {string} detail what went wrong and what to do, for people
	 * @param {{ requestId?: string, fields?: Record<string, string>, column?: number, retryAfter?: number, covered?: any[] }} [more]
	 *   fields: message by form field; column: in a query, from 1; retryAfter: seconds; covered: what would be locked out
	 */
	constructor(status, code, detail, more = {}) {
		super(detail);
		this.name = 'ApiError';
		this.status = status;
		this.code = code;
		this.requestId = more.requestId || '';
		this.fields = more.fields || {};
		this.column = more.column || 0;
		this.retryAfter = more.retryAfter || 0;
		this.covered = more.covered || [];
	}
}

/** @typedef {{ path: string, status: number, error: ApiError | null }} Seen */
/** @type {Set<(seen: Seen) => void>} */
const observers = new Set();
/**
 * Be told how every request ended.
 * @param {(seen: Seen) => void} fn
 */
export const observe = (fn) => void observers.add(fn);
/** @param {Seen} seen */
const tell = (seen) => observers.forEach((fn) => fn(seen));

/** @param {Headers} headers */
function retryAfter(headers) {
	const s = Number(headers.get('retry-after'));
	return Number.isFinite(s) && s > 0 ? Math.min(s, 3600) : 0;
}

/** @param {Response} res */
async function problem(res) {
	let p = /** @type {any} */ ({});
	try {
		if ((res.headers.get('content-type') || '').includes('json')) p = (await res.json()) || {};
	} catch { /* a body that is no JSON says nothing: the status has to do */ }
	/** @type {Record<string, string>} */
	const fields = {};
	for (const e of Array.isArray(p.errors) ? p.errors : []) fields[e.field] = e.message;
	return new ApiError(res.status, p.code || 'http_' + res.status, p.detail || p.title || '', {
		requestId: p.request_id || res.headers.get('x-request-id') || '',
		fields,
		column: p.errors?.[0]?.column,
		retryAfter: retryAfter(res.headers),
		covered: p.covered,
	});
}

/**
 * @param {Response} res
 * @param {string} path
 */
async function read(res, path) {
	syncClock(res.headers.get('date'));
	if (!res.ok && res.status !== 304) {
		const error = await problem(res);
		tell({ path, status: res.status, error });
		throw error;
	}
	let data = null;
	try {
		if (res.status === 200 || res.status === 201) data = await res.json();
	} catch {
		throw new ApiError(0, 'bad_answer', '');
	}
	tell({ path, status: res.status, error: null });
	return { data, etag: res.headers.get('etag') || '', notModified: res.status === 304 };
}

/**
 * @param {unknown} cause
 * @param {string} path
 * @param {boolean} late
 */
function unreachable(cause, path, late) {
	if (cause instanceof ApiError && cause.status) return cause;
	const code = cause instanceof ApiError ? cause.code : late ? 'timeout' : 'network';
	const error = new ApiError(0, code, '');
	tell({ path, status: 0, error });
	return error;
}

/**
 * A signal that fires when another one does or when time is up.
 * @param {AbortSignal | undefined} outer
 * @param {number} ms
 */
function deadline(outer, ms) {
	const inner = new AbortController();
	const state = { late: false };
	const stop = () => inner.abort();
	const timer = setTimeout(() => {
		state.late = true;
		stop();
	}, ms);
	if (outer?.aborted) stop();
	outer?.addEventListener('abort', stop);
	const done = () => {
		clearTimeout(timer);
		outer?.removeEventListener('abort', stop);
	};
	return { signal: inner.signal, state, done };
}

/** @param {string} method @param {{ body?: unknown, etag?: string, poll?: boolean }} opt */
function headersFor(method, opt) {
	/** @type {Record<string, string>} */
	const headers = { accept: 'application/json' };
	if (opt.body !== undefined) headers['content-type'] = 'application/json';
	if (opt.etag) headers['if-none-match'] = opt.etag;
	if (opt.poll) headers['x-bangui-poll'] = '1';
	if (method !== 'GET') headers['x-bangui-request'] = '1';
	return headers;
}

/**
 * Resolves with the answer; rejects with an ApiError, or with the signal's
 * own AbortError when the caller gave up.
 * @param {string} method
 * @param {string} path below /api
 * @param {{ body?: unknown, etag?: string, poll?: boolean, signal?: AbortSignal }} [opt]
 * @returns {Promise<{ data: any, etag: string, notModified: boolean }>}
 */
export async function request(method, path, opt = {}) {
	const limit = deadline(opt.signal, method === 'GET' ? READ_MS : CHANGE_MS);
	try {
		const res = await fetch(BASE + path, {
			method,
			headers: headersFor(method, opt),
			body: opt.body === undefined ? undefined : JSON.stringify(opt.body),
			signal: limit.signal,
			cache: 'no-store',
		});
		return await read(res, path);
	} catch (cause) {
		if (opt.signal?.aborted) throw cause;
		throw unreachable(cause, path, limit.state.late);
	} finally {
		limit.done();
	}
}

/**
 * A file of data that lies beside the modules.
 * @param {string} name below the top of the page's files
 */
export async function asset(name) {
	const limit = deadline(undefined, READ_MS);
	try {
		const res = await fetch(new URL('../' + name, import.meta.url), { signal: limit.signal });
		if (!res.ok) throw new ApiError(res.status, 'http_' + res.status, '');
		return await res.json();
	} catch (cause) {
		throw unreachable(cause, name, limit.state.late);
	} finally {
		limit.done();
	}
}

/**
 * Take over a request that boot.js sent before the modules had arrived.
 * @param {Promise<Response>} pending
 * @param {string} path
 */
export async function adopt(pending, path) {
	try {
		return await read(await pending, path);
	} catch (cause) {
		throw unreachable(cause, path, false);
	}
}
