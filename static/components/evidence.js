// SPDX-License-Identifier: GPL-2.0-or-later
// The log lines that led to a ban. Attackers wrote them: each is drawn as
// text, and what would hide or turn it is written out.
import { html, useMemo } from '../vendor/preact.js';
import { unix } from '../lib/clock.js';
import { span } from '../lib/duration.js';
import { t } from '../lib/i18n.js';
import { parts, timesOf } from '../lib/lines.js';
import { CountLine } from './countline.js';
import { Icon } from './icon.js';

/** @typedef {{ text: string, time: string | null, escaped: boolean, truncated: boolean }} Match */

/** @param {{ part: import('../lib/lines.js').Part }} props */
const Piece = ({ part: { kind, text } }) => (kind === 'ip' ? html`<mark>${text}</mark>` : kind === 'odd' ? html`<span class="odd">${text}</span>` : html`${text}`);

/** @param {{ match: Match, ip: string }} props */
function Line({ match, ip }) {
	const pieces = useMemo(() => parts(match.text, ip), [match.text, ip]);
	const notes = [match.truncated && t('why.cut'), match.escaped && t('why.bytes')].filter(Boolean);
	return html`<li><bdi class="mono">${pieces.map((part, i) => html`<${Piece} key=${i} part=${part} />`)}${match.truncated && '…'}</bdi>
		${notes.length > 0 && html` <span class="fine">(${notes.join('; ')})</span>`}</li>`;
}

/** What the lines say of times: a sentence, and a drawing where they do. @param {{ ban: any }} props */
function Count({ ban }) {
	const banned = unix(ban.banned_at);
	const times = useMemo(() => timesOf(ban.matches, banned).filter((s) => s !== null).sort((a, b) => a - b), [ban.matches, banned]);
	const n = ban.failures ?? ban.matches_total;
	const counted = times.length ? t('why.count', { n, span: span(Math.max(1, banned - times[0])) }) : t('why.countOnly', { n });
	const rule = ban.max_retry !== null && ban.find_time_seconds !== null && t('why.rule', { n: ban.max_retry, find: span(ban.find_time_seconds) });
	const sentence = rule ? counted + ' ' + rule : counted;
	return html`<p>${sentence}</p>${times.length > 0 && html`<${CountLine} times=${times} before=${Math.max(0, n - times.length)} limit=${ban.max_retry}
		findTime=${ban.find_time_seconds} banned=${banned} label=${sentence} />`}`;
}

const NO_LINES = /** @type {Record<string, string>} */ ({ manual: 'why.noLinesManual', blocklist: 'why.noLinesList' });

/** @param {{ ban: any }} props */
export default function Evidence({ ban }) {
	const shown = ban.matches.length, n = ban.matches_total, missing = (ban.failures ?? n) - n;
	if (!shown) return html`<div class="card-body"><p>${t('why.noLines')} <span class="muted">${t(NO_LINES[ban.origin] || 'why.noLinesHelp')}</span></p></div>`;
	return html`<div class="card-body"><${Count} ban=${ban} />
		<ol class="lines log" tabindex="0" aria-label=${t('why.lines')}>${ban.matches.map((/** @type {Match} */ m, /** @type {number} */ i) => html`<${Line} key=${i} match=${m} ip=${ban.ip} />`)}</ol>
		${!ban.matches_complete && html`<p class="stale"><${Icon} name="warn" size=${14} />${t('why.partial')}</p>`}
		${ban.matches_complete && missing > 0 && html`<p class="fine">${t('why.fewer', { n: missing })}</p>`}</div>`;
}
