// SPDX-License-Identifier: GPL-2.0-or-later
// Countries by how many bans came from them. One stop of the Tab key; the
// arrows go from country to country by rank. Tones differ in lightness and in
// hatching, and every figure is in the ranking and in the table as well.
import { html, useId, useMemo, useState } from '../vendor/preact.js';
import { country, num, t } from '../lib/i18n.js';
import { classOf, classStarts, classSteps, toneOf } from '../lib/scale.js';
import { useWalk } from '../lib/walk.js';
import { useWidth } from '../lib/width.js';
import { useWorld } from '../lib/world.js';
import { Icon } from './icon.js';
import { explain } from './states.js';
import { Tip } from './tip.js';

/**
 * @typedef {{ code: string, name: string, bans: number, addresses: number | null, rank: number }} Row
 * @typedef {import('../lib/world.js').World} World
 */

const DOT = 4.5; // pixels
const REACH = 12; // of a finger or a pointer round a dot
const TILE = 6; // of a hatching

/** Hatchings by tone, in tiles of TILE: the denser, the more. */
const HATCHES = ['', 'M1 1h1v1h-1zM4 4h1v1h-1z', 'M-1 7L7 -1M-1 1L1 -1M5 7L7 5', 'M0 3h6', 'M0 3h6M3 0v6', ''];

/** The tones as fills. @param {{ id: string, unit: number }} props unit: of the drawing in one pixel */
const Tones = ({ id, unit }) => html`<defs>${HATCHES.map((d, tone) => html`<pattern key=${tone} id=${id + tone}
	patternUnits="userSpaceOnUse" width=${TILE} height=${TILE} patternTransform=${`scale(${unit})`}>
	<rect class=${'tone-' + tone} width=${TILE} height=${TILE} />${d && html`<path class=${'hatch hatch-' + tone} d=${d} />`}</pattern>`)}</defs>`;

/** @param {Row} row */
const sentence = (row) => t('map.said', { name: row.name, n: row.bans, rank: num(row.rank) });

// ------------------------------------------------------------------ legend

/** @param {{ starts: number[], id: string }} props */
const Legend = ({ starts, id }) => html`<div class="legend"><span id=${id + 'legend'}>${t('map.legend')}</span>
	<svg width="0" height="0" aria-hidden="true"><${Tones} id=${id + 'l'} unit=${1} /></svg>
	<ul aria-labelledby=${id + 'legend'}>${[{ from: 0, to: 0 }, ...classSteps(starts)].map(({ from, to }, cls) => html`<li key=${cls}>
		<svg width="20" height="14" aria-hidden="true"><rect class="swatch" x=".5" y=".5" width="19" height="13" rx="3"
			fill=${`url(#${id}l${toneOf(cls, starts.length)})`} /></svg>
		${cls === 0 ? t('map.none') : to === null ? t('map.from', { n: from }) : from === to ? num(from) : t('map.fromTo', { from, to })}</li>`)}</ul></div>`;

// ----------------------------------------------------------------- drawing

/**
 * @param {{ world: World, rows: Map<string, Row>, tone: (code: string) => number, selected: string, id: string, unit: number }} props
 */
const Shapes = ({ world, rows, tone, selected, id, unit }) => html`<g>
	<path class="land" d=${world.land} aria-hidden="true" />
	<g aria-hidden="true">${Object.entries(world.places).map(([code, [d]]) => d && !rows.has(code) && html`<path key=${code} class="land" d=${d} data-code=${code} />`)}</g>
	${[...rows.values()].filter((r) => world.places[r.code]).map((r) => {
		const [d, x, y, small] = world.places[r.code], fill = `url(#${id}${tone(r.code)})`;
		return html`<g key=${r.code} id=${id + r.code} role="option" aria-selected=${String(r.code === selected)} aria-label=${sentence(r)} data-code=${r.code} class="place">
			${d && html`<path d=${d} fill=${fill} data-code=${r.code} />`}
			${small && html`<circle cx=${x} cy=${y} r=${DOT * unit} fill=${fill} data-code=${r.code} />
				<circle class="reach" cx=${x} cy=${y} r=${REACH * unit} data-code=${r.code} />`}</g>`;
	})}</g>`;

/** A line round a place, above all others. @param {{ world: World, code: string, unit: number, kind: string }} props */
function Ring({ world, code, unit, kind }) {
	const place = world.places[code];
	if (!place) return null;
	const [d, x, y, small] = place;
	return html`<g class=${'ring ' + kind} aria-hidden="true">${d && html`<path d=${d} />`}
		${small && html`<circle cx=${x} cy=${y} r=${(DOT + 1) * unit} />`}</g>`;
}

/** @param {{ at: import('./tip.js').At, row: Row | undefined, code: string }} props */
const Note = ({ at, row, code }) => html`<${Tip} at=${at}><strong>${row?.name || country(code)}</strong>
	<span>${t('map.bans', { n: row?.bans || 0 })}</span>
	${row && row.addresses !== null && html`<span class="muted">${t('map.addresses', { n: row.addresses })}</span>`}</${Tip}>`;

// ----------------------------------------------------------------- the map

/** @param {Event} ev */
const codeAt = (ev) => /** @type {Element} */ (ev.target).getAttribute?.('data-code') || '';

/**
 * @param {{ world: World, rows: Row[], starts: number[], selected: string, label: string, onPick: (code: string) => void, id: string }} props
 */
function Drawing({ world, rows, starts, selected, label, onPick, id }) {
	const { box, px } = useWidth();
	const unit = world.width / (px || 1000);
	const [tip, setTip] = useState(/** @type {{ code: string, x: number, y: number, right: boolean } | null} */ (null));
	const order = useMemo(() => rows.filter((r) => world.places[r.code]), [rows, world]);
	const byCode = useMemo(() => new Map(rows.map((r) => [r.code, r])), [rows]);
	const walk = useWalk(useMemo(() => order.map((r) => r.code), [order]), selected);
	const tone = (/** @type {string} */ code) => toneOf(classOf(byCode.get(code)?.bans || 0, starts), starts.length);
	const shapes = useMemo(() => html`<${Shapes} world=${world} rows=${byCode} tone=${tone} selected=${selected} id=${id} unit=${unit} />`, [world, byCode, starts, selected, unit]);

	const place = (/** @type {string} */ code, /** @type {number} */ x, /** @type {number} */ y) => {
		const width = box.current?.clientWidth || 1;
		setTip({ code, x, y, right: x > width / 2 });
	};
	const hover = (/** @type {PointerEvent} */ ev) => {
		const code = codeAt(ev), rect = box.current?.getBoundingClientRect();
		if (!code || !rect) return setTip(null);
		place(code, ev.clientX - rect.left, ev.clientY - rect.top);
	};
	const key = (/** @type {KeyboardEvent} */ ev) => {
		if (walk.key(ev)) return setTip(null);
		if ((ev.key !== 'Enter' && ev.key !== ' ') || !walk.at) return;
		ev.preventDefault();
		onPick(walk.at);
	};
	const click = (/** @type {Event} */ ev) => {
		const code = codeAt(ev);
		if (!byCode.has(code)) return;
		walk.go(code);
		onPick(code);
	};
	const focused = walk.within ? walk.at : '';
	const [, fx, fy] = world.places[focused] || ['', 0, 0];
	const note = tip || (focused && { code: focused, x: fx / unit, y: fy / unit, right: fx > world.width / 2 });
	const list = order.length > 0;
	return html`<div class="map-box" ref=${box} onPointerMove=${hover} onPointerLeave=${() => setTip(null)}>
		<svg class="map" viewBox=${`0 0 ${world.width} ${world.height}`} role=${list ? 'listbox' : 'img'} aria-label=${label} tabindex=${list ? 0 : null}
			aria-activedescendant=${list ? id + walk.at : null} onKeyDown=${key} onClick=${click} onFocus=${walk.enter} onBlur=${walk.leave}>
			<${Tones} id=${id} unit=${unit} />${shapes}
			${selected && html`<${Ring} world=${world} code=${selected} unit=${unit} kind="chosen" />`}
			${note && html`<${Ring} world=${world} code=${note.code} unit=${unit} kind=${focused && !tip ? 'focus' : 'hover'} />`}</svg>
		${note && html`<${Note} at=${note} code=${note.code} row=${byCode.get(note.code)} />`}</div>`;
}

/** @param {{ error: any, retry: () => void }} props */
const NoOutlines = ({ error, retry }) => html`<div class="map-box"><div class="map-gone" role="alert"><${Icon} name="warn" size=${28} />
	<p>${t('map.noOutlines')} ${explain(error)}</p><button type="button" class="btn small" onClick=${retry}>${t('error.retry')}</button></div></div>`;

/**
 * @param {{ rows: Row[] | null, selected: string, label: string, onPick: (code: string) => void }} props
 *   rows: most bans first; null while loading
 */
export default function WorldMap({ rows, selected, label, onPick }) {
	const { world, error, reload } = useWorld();
	const id = 'm' + useId() + '-';
	const max = rows?.[0]?.bans || 0;
	const starts = useMemo(() => classStarts(max), [max]);
	const drawing = error ? html`<${NoOutlines} error=${error} retry=${reload} />`
		: !world ? html`<div class="map-box"></div>`
		: html`<${Drawing} world=${world} rows=${rows || []} starts=${starts} selected=${selected} label=${label} onPick=${onPick} id=${id} />`;
	return html`<figure class="map-figure">${drawing}<figcaption><${Legend} starts=${starts} id=${id} /></figcaption></figure>`;
}
