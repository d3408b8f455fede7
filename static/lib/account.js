// SPDX-License-Identifier: GPL-2.0-or-later
// What an owner does with sessions, tokens and the password.
import { request } from './api.js';
import { cache } from './resource.js';

/**
 * @typedef {{ id: number, created_at: string, last_seen_at: string, expires_at: string, client: string,
 *   user_agent: string | null, current: boolean }} Session
 * @typedef {{ id: number, name: string, scopes: string[], created_at: string, expires_at: string | null,
 *   last_used_at: string | null, last_used_from: string | null }} Token
 */

export const SESSIONS = '/auth/sessions';
export const TOKENS = '/auth/tokens';
const DAY = 86400;
/** Lives to choose from, in days; 0 for ever. */
export const LIVES = [7, 30, 90, 365, 0];
export const SCOPES = ['read', 'ban', 'admin'];
export const NAME_MAX = 64; // bytes

/** @param {number} id */
export async function endSession(id) {
	await request('DELETE', `${SESSIONS}/${id}`);
	await cache.refresh(SESSIONS);
}

/** How many have ended. @returns {Promise<number>} */
export async function endOthers() {
	const { data } = await request('DELETE', SESSIONS);
	await cache.refresh(SESSIONS);
	return data.ended;
}

/**
 * The token, which nobody can ask for again.
 * @param {{ password: string, name: string, scopes: string[], days: number }} v
 * @returns {Promise<string>}
 */
export async function makeToken({ password, name, scopes, days }) {
	const body = { password, name, scopes, expires_in_seconds: days ? days * DAY : null };
	const { data } = await request('POST', '/auth/token', { body });
	cache.refresh(TOKENS);
	return data.token;
}

/** @param {number} id */
export async function revokeToken(id) {
	await request('DELETE', `${TOKENS}/${id}`);
	await cache.refresh(TOKENS);
}

/** @param {string} current @param {string} next @param {boolean} revoke the tokens as well */
export async function changePassword(current, next, revoke) {
	await request('POST', '/auth/password', { body: { current_password: current, new_password: next, revoke_tokens: revoke } });
	await cache.refresh('/auth/');
}
