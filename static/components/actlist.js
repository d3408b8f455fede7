// SPDX-License-Identifier: GPL-2.0-or-later
// What was done about an address from here, as the audit log has it.
import { html } from '../vendor/preact.js';
import { addTexts } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { actName, actorName, Outcome } from './auditlist.js';
import { Ago } from './cells.js';
import { audit } from '../i18n/en-audit.js';

addTexts(audit);

const REASON_MAX = 300;

/** @param {{ entry: import('../lib/audit.js').Entry }} props */
function Act({ entry }) {
	const reason = entry.details.find((d) => d.name === 'reason')?.value;
	return html`<li><span class="act-line"><strong>${actName(entry.action)}</strong> <${Outcome} outcome=${entry.outcome} />
			<span class="muted"><bdi>${actorName(entry.actor)}</bdi>, <${Ago} at=${entry.at} /></span></span>
		${reason && html`<p class="muted wrap"><bdi>${inert(reason, REASON_MAX)}</bdi></p>`}</li>`;
}

/** @param {{ acts: import('../lib/audit.js').Entry[] }} props */
export default function ActList({ acts }) {
	return html`<ul class="acts">${acts.map((a) => html`<${Act} key=${a.seq} entry=${a} />`)}</ul>`;
}
