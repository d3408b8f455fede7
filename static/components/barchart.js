// SPDX-License-Identifier: GPL-2.0-or-later
// Counts over time as bars, drawn at their real size. One stop of the Tab key;
// the arrows go from bar to bar, and Enter follows one.
import { html, useId, useMemo, useState } from '../vendor/preact.js';
import { axisStep, dayLabels, labelUnit, span } from '../lib/buckets.js';
import { compact, t } from '../lib/i18n.js';
import { useWalk } from '../lib/walk.js';
import { useWidth } from '../lib/width.js';
import { Tip } from './tip.js';

const H = 200, TOP = 8, BOTTOM = 22, LEFT = 36, LABEL = 60;
const TIP_JAILS = 4;

/**
 * @typedef {{ start: number, bans: number, jails: [string, number][] }} Bucket start: Unix time
 * @typedef {{ from: number, to: number }} Gap
 */

/** @param {{ bucket: Bucket, step: number, unsure: boolean }} props */
const Note = ({ bucket, step, unsure }) => html`<strong>${t('trend.bans', { n: bucket.bans })}</strong><span>${span(bucket.start, step)}</span>
	${bucket.jails.slice(0, TIP_JAILS).map(([jail, n]) => html`<span class="muted" key=${jail}>${t('trend.jail', { jail, n })}</span>`)}
	${unsure && html`<span class="muted">${t('trend.unsure')}</span>`}`;

/**
 * @param {{ buckets: Bucket[], step: number, gaps: Gap[], label: string, onPick: (start: number) => void }} props
 *   step: seconds of a bar; gaps: times of which nobody knows
 */
export function BarChart({ buckets, step, gaps, label, onPick }) {
	const { box, px } = useWidth();
	const [hovered, hover] = useState(-1);
	const id = 'b' + useId();
	const walk = useWalk(useMemo(() => buckets.map((b) => String(b.start)), [buckets]), String(buckets.at(-1)?.start));
	const wide = Math.max(0, px - LEFT), bar = wide / buckets.length, first = buckets[0].start;
	const most = Math.max(...buckets.map((b) => b.bans)), unit = axisStep(most), top = Math.max(unit, Math.ceil(most / unit) * unit);
	const y = (/** @type {number} */ n) => TOP + (H - TOP - BOTTOM) * (1 - n / top);
	const x = (/** @type {number} */ s) => LEFT + (wide * Math.max(0, Math.min(1, (s - first) / (step * buckets.length))));
	const unsure = (/** @type {Bucket} */ b) => gaps.some((g) => g.from < b.start + step && g.to > b.start);
	const each = labelUnit(step, (LABEL / Math.max(1, bar)) * step), text = dayLabels(step);
	const at = hovered >= 0 ? hovered : walk.within ? buckets.findIndex((b) => String(b.start) === walk.at) : -1;
	const move = (/** @type {PointerEvent} */ ev) => {
		const left = ev.clientX - /** @type {HTMLElement} */ (box.current).getBoundingClientRect().left - LEFT;
		hover(left < 0 ? -1 : Math.min(buckets.length - 1, Math.floor(left / bar)));
	};
	const key = (/** @type {KeyboardEvent} */ ev) => {
		if (walk.key(ev)) return hover(-1);
		if (ev.key !== 'Enter' && ev.key !== ' ') return;
		ev.preventDefault();
		onPick(Number(walk.at));
	};
	return html`<div class="chart" ref=${box} onPointerMove=${move} onPointerLeave=${() => hover(-1)} onClick=${() => hovered >= 0 && onPick(buckets[hovered].start)}>
		${px > 0 && html`<svg width=${px} height=${H} role="listbox" aria-label=${label} tabindex="0" aria-activedescendant=${id + walk.at}
			onKeyDown=${key} onFocus=${walk.enter} onBlur=${walk.leave}>
			<defs><pattern id=${id + 'gap'} patternUnits="userSpaceOnUse" width="6" height="6"><path class="gap-line" d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5" /></pattern></defs>
			<g aria-hidden="true">${Array.from({ length: Math.round(top / unit) + 1 }, (_, i) => html`<path key=${i} class="gridline" d=${`M${LEFT} ${y(i * unit)}H${px}`} />
				<text class="axis" x=${LEFT - 8} y=${y(i * unit) + 4} text-anchor="end">${compact(i * unit)}</text>`)}
			${gaps.map((g) => html`<rect key=${g.from} class="gap" x=${x(g.from)} y=${TOP} width=${Math.max(2, x(g.to) - x(g.from))} height=${H - TOP - BOTTOM} fill=${`url(#${id}gap)`} />`)}</g>
			${buckets.map((b, i) => html`<g key=${b.start} id=${id + b.start} role="option" aria-selected=${String(String(b.start) === walk.at)}
				aria-label=${t('trend.said', { n: b.bans, when: span(b.start, step) }) + (unsure(b) ? ' ' + t('trend.unsure') : '')}>
				<rect class=${'reach' + (i === at ? ' at' : '')} x=${LEFT + i * bar} y=${TOP} width=${bar} height=${H - TOP - BOTTOM} />
				<rect class="count-bar" x=${LEFT + i * bar + Math.min(2, bar * 0.12)} y=${y(b.bans)} width=${Math.max(1, bar - Math.min(4, bar * 0.24))} height=${y(0) - y(b.bans)} rx=${Math.min(2, bar / 4)} /></g>`)}
			<g aria-hidden="true">${buckets.map((b, i) => each(b.start, first) && i * bar < wide - LABEL / 2 && html`<text key=${b.start} class="axis" x=${LEFT + (i + 0.5) * bar} y=${H - 5} text-anchor="middle">${text(b.start)}</text>`)}</g></svg>
		${at >= 0 && html`<${Tip} at=${{ x: LEFT + (at + 0.5) * bar, y: TOP, right: (at + 0.5) * bar > wide / 2 }}><${Note} bucket=${buckets[at]} step=${step} unsure=${unsure(buckets[at])} /></${Tip}>`}`}</div>`;
}
