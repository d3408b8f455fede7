// SPDX-License-Identifier: GPL-2.0-or-later
// Failures over time, one step each, up to the limit at which a jail bans.
import { html } from '../vendor/preact.js';
import { dateTime, num, t, timeOfDay } from '../lib/i18n.js';
import { useWidth } from '../lib/width.js';

const H = 116, TOP = 18, BOTTOM = 22, SIDE = 4, DOT = 3.5;
const DAY = 86400;

/**
 * Which time is drawn: all of the jail's find time, unless the lines would be
 * a heap at the end of it.
 * @param {number[]} times @param {number} banned @param {number | null} findTime
 */
function spanOf(times, banned, findTime) {
	const lasted = Math.max(1, banned - times[0]);
	return findTime !== null && findTime < lasted * 12 ? Math.max(findTime, lasted) : lasted * 1.1;
}

/**
 * @param {{ times: number[], before: number, limit: number | null, findTime: number | null, banned: number, label: string }} props
 *   times: of the lines, in order, Unix; before: failures of which no line is there; banned: Unix time of the ban
 */
export function CountLine({ times, before, limit, findTime, banned, label }) {
	const { box, px } = useWidth();
	const most = Math.max(before + times.length, limit || 0), from = banned - spanOf(times, banned, findTime);
	const x = (/** @type {number} */ s) => SIDE + ((px - 2 * SIDE) * Math.max(0, s - from)) / (banned - from);
	const y = (/** @type {number} */ n) => TOP + (H - TOP - BOTTOM) * (1 - n / most);
	const points = times.map((s, i) => ({ x: x(s), y: y(before + i + 1) }));
	const line = `M${SIDE} ${y(before)}` + points.map((p) => `H${p.x.toFixed(1)}V${p.y.toFixed(1)}`).join('') + `H${px - SIDE}`;
	const start = banned - from > DAY ? dateTime(Math.floor(from)) : timeOfDay(Math.floor(from));
	return html`<div class="count-line" ref=${box}>${px > 0 && html`<svg width=${px} height=${H} role="img" aria-label=${label}>
		<path class="area" d=${line + `V${y(0)}H${SIDE}Z`} /><path class="gridline" d=${`M0 ${y(0)}H${px}`} />
		${limit !== null && html`<path class="limit" d=${`M0 ${y(limit)}H${px}`} /><text class="axis" x=${SIDE} y=${y(limit) - 5}>${t('why.limit', { n: limit })}</text>`}
		<path class="steps" d=${line} />${points.map((p, i) => html`<circle key=${i} class="dot-mark" cx=${p.x} cy=${p.y} r=${DOT} />`)}
		<text class="axis" x=${SIDE} y=${H - 6}>${start}</text>
		<text class="axis" x=${px - SIDE} y=${H - 6} text-anchor="end">${t('why.bannedAt', { at: timeOfDay(banned), n: num(before + times.length) })}</text></svg>`}</div>`;
}
