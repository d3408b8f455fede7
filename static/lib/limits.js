// SPDX-License-Identifier: GPL-2.0-or-later
// What a jail does, in sentences.
import { limits as texts } from '../i18n/en-limits.js';
import { span } from './duration.js';
import { addTexts, t } from './i18n.js';

addTexts(texts);

/**
 * A jail's limits as a sentence.
 * @param {{ max_retry: number, find_time_seconds: number, ban_time_seconds: number,
 *   ban_time_increment?: { enabled: boolean, max_time_seconds?: number | null, overall_jails?: boolean } | null }} jail
 */
export function limits(jail) {
	const args = { n: jail.max_retry, find: span(jail.find_time_seconds), ban: span(jail.ban_time_seconds) };
	return t(jail.ban_time_seconds < 0 ? 'limits.forever' : 'limits.timed', args);
}

/**
 * The second sentence, for jails that ban longer each time; '' for others.
 * @param {{ ban_time_increment?: any }} jail
 */
export function growth(jail) {
	const inc = jail.ban_time_increment;
	if (!inc?.enabled) return '';
	const max = inc.max_time_seconds;
	const text = max > 0 ? t('limits.growsTo', { max: span(max) }) : t('limits.grows');
	return inc.overall_jails ? text + ' ' + t('limits.overall') : text;
}
