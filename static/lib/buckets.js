// SPDX-License-Identifier: GPL-2.0-or-later
// Time cut into equal pieces: how its axes are labelled. Pieces of a day and
// more begin at 00:00 UTC, so their dates are those of UTC. Pure.
import { locale, t } from './i18n.js';

const HOUR = 3600, DAY = 24 * HOUR, WEEK = 7 * DAY;
const UNITS = [HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY, WEEK, 2 * WEEK, 4 * WEEK, 8 * WEEK, 16 * WEEK];

/** @param {Intl.DateTimeFormatOptions} opt */
const format = (opt) => new Intl.DateTimeFormat(locale, { hourCycle: 'h23', ...opt });
const clock = format({ hour: '2-digit', minute: '2-digit' }), moment = format({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
const day = format({ month: 'short', day: 'numeric', timeZone: 'UTC' }), date = format({ dateStyle: 'medium', timeZone: 'UTC' });

/** A step of an axis: 1, 2 or 5 times a power of ten, so that four reach the most. @param {number} most */
export function axisStep(most) {
	const raw = Math.max(4, most) / 4, power = 10 ** Math.floor(Math.log10(raw));
	return [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999) || 10 * power;
}

/**
 * Which pieces are labelled.
 * @param {number} step seconds of one
 * @param {number} least seconds between two labels
 * @returns {(start: number, first: number) => boolean}
 */
export function labelUnit(step, least) {
	const unit = UNITS.find((u) => u >= least && u % step === 0) || step * Math.ceil(least / step);
	return (start, first) => (start - (unit > DAY ? first : 0)) % unit === 0;
}

/** What stands below a piece. @param {number} step @returns {(start: number) => string} */
export const dayLabels = (step) => (start) => (step < 6 * HOUR ? clock : day).format(start * 1000);

/** When a piece was. @param {number} start @param {number} step */
export function span(start, step) {
	if (step < DAY) return t('trend.span', { from: moment.format(start * 1000), to: clock.format((start + step) * 1000) });
	const from = date.format(start * 1000);
	return step === DAY ? from : t('trend.span', { from, to: date.format((start + step - DAY) * 1000) });
}
