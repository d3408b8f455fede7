// SPDX-License-Identifier: GPL-2.0-or-later
// The audit log: the words of its rows, and what the page's address asks of
// it. Pure.
import { timeOf } from './range.js';

/**
 * @typedef {{ seq: number, at: string, actor: { kind: string, id: number | null, name: string | null }, client: string | null,
 *   action: string, target: string | null, outcome: string, request_id: string | null, details: { name: string, value: string }[] }} Entry
 * @typedef {{ range: string, from: string, to: string, action: string, actor: string, outcome: string, target: string, ip: string }} AuditQuery
 */

export const ACTIONS = ['sign_in', 'sign_in_failed', 'sign_out', 'session_ended', 'sessions_ended', 'password_changed', 'token_created', 'token_revoked',
	'tokens_revoked', 'ban', 'unban', 'unban_all', 'jail_start', 'jail_stop', 'jail_idle', 'jail_busy', 'jail_reload', 'jail_set', 'ignore_add', 'ignore_remove',
	'allow_add', 'allow_change', 'allow_remove', 'allow_end', 'geo_re_resolve', 'job_cancelled', 'audit_exported', 'setup', 'setup_code'];
export const ACTORS = ['session', 'token', 'cli', 'nobody'];
export const OUTCOMES = ['done', 'refused', 'failed'];
const ACTOR = /^(session|token|cli|nobody)(:\d{1,18})?$/;

/** @param {URLSearchParams} query @param {string} name @param {string[]} known */
const oneOf = (query, name, known) => (known.includes(query.get(name) || '') ? query.get(name) || '' : '');

/** What is to be asked; what no button of the page can say is left out. @param {URLSearchParams} query @returns {AuditQuery} */
export function auditQuery(query) {
	const actor = query.get('actor') || '';
	return {
		...timeOf(query),
		action: oneOf(query, 'action', ACTIONS), outcome: oneOf(query, 'outcome', OUTCOMES),
		actor: ACTOR.test(actor) ? actor : '', target: query.get('target') || '', ip: query.get('ip') || '',
	};
}
