// SPDX-License-Identifier: GPL-2.0-or-later
// Who is signed in. The session itself is an HttpOnly cookie that no script
// sees; here is only what the server says of it.
import { adopt, observe, request } from './api.js';
import { startPulse, stopPulse } from './pulse.js';
import { cache } from './resource.js';
import { createStore } from './store.js';

/**
 * unknown: not asked yet; in, out: as it says; expired: was in, and what is on
 * the page stays under the sign-in; setup: no password yet; failed: the server
 * could not tell
 * @typedef {'unknown' | 'in' | 'out' | 'expired' | 'setup' | 'failed'} Standing
 */
export const session = createStore(/** @type {{ standing: Standing, error: any }} */ ({ standing: 'unknown', error: null }));

/** @type {BroadcastChannel | null} */
let tabs = null;

/** @param {Standing} standing @param {any} [error] */
function become(standing, error = null) {
	if (standing === session.get().standing && !error) return;
	const before = session.get().standing;
	if (standing === 'out' || standing === 'setup') cache.clear();
	session.set({ standing, error });
	if (standing !== 'in') return stopPulse();
	startPulse();
	if (before === 'expired') cache.refresh('/');
}

observe(({ status, error }) => {
	const { standing } = session.get();
	if (error?.code === 'setup_required') become('setup');
	else if (status === 401 && standing === 'in' && error?.code !== 'wrong_password') become('expired');
});

/** @param {any} error */
function settle(error) {
	if (error.status === 401) become('out');
	else if (error.code !== 'setup_required') become('failed', error);
}

/** Ask the server who is signed in. */
export async function checkSession() {
	try {
		await request('GET', '/auth/session');
		become('in');
	} catch (error) {
		settle(error);
	}
}

/** @param {MessageEvent} ev */
function onTab(ev) {
	if (ev.data === 'out') become('out');
	else if (ev.data === 'in' && session.get().standing !== 'in') checkSession();
}

/** @param {Promise<Response>} pending the request that boot.js has sent */
export async function startSession(pending) {
	if ('BroadcastChannel' in window) {
		tabs = new BroadcastChannel('bangui');
		tabs.addEventListener('message', onTab);
	}
	try {
		await adopt(pending, '/auth/session');
		become('in');
	} catch (error) {
		settle(error);
	}
}

/** @param {string} password */
export async function signIn(password) {
	await request('POST', '/auth/login', { body: { password } });
	become('in');
	tabs?.postMessage('in');
}

export async function signOut() {
	await request('POST', '/auth/logout');
	become('out');
	tabs?.postMessage('out');
}

/** @param {string} code @param {string} password */
export async function setUp(code, password) {
	await request('POST', '/setup', { body: { setup_token: code, password } });
	become('out');
}

/** Set-up turned out to be done already. */
export const setUpDone = () => become('out');
