// SPDX-License-Identifier: GPL-2.0-or-later
// How far a new password is, and what is wrong with it: set-up and change.
import { html } from '../vendor/preact.js';
import { door } from '../i18n/en-door.js';
import { addTexts, t } from '../lib/i18n.js';
import { measure } from '../lib/password.js';
import { Icon } from './icon.js';

addTexts(door);

/** What holds until the server has said. */
export const POLICY = { min_chars: 12, max_bytes: 72 };

/** @param {{ label: string, value: number, max: number, good?: boolean, bad?: boolean }} props */
const Meter = ({ label, value, max, good = false, bad = false }) => html`<div class=${'meter-row' + (bad ? ' bad' : good ? ' good' : '')}>
	<progress max=${max} value=${Math.min(value, max)} aria-hidden="true"></progress><span>${label}</span>
	${(good || bad) && html`<${Icon} name=${bad ? 'warn' : 'check'} size=${14} />`}</div>`;

/** Characters and bytes so far, with the rule. @param {{ text: string, policy: typeof POLICY }} props */
export function Counter({ text, policy }) {
	const { chars, bytes, verdict } = measure(text, policy);
	const min = policy.min_chars, max = policy.max_bytes;
	const spoken = verdict === 'long' ? t('setup.tooLong', { max }) : verdict === 'ok' ? t('setup.fits') : '';
	return html`<div class="meter"><${Meter} label=${t('setup.chars', { n: chars, min })} value=${chars} max=${min} good=${chars >= min} />
		<${Meter} label=${t('setup.bytes', { n: bytes, max })} value=${bytes} max=${max} bad=${verdict === 'long'} />
		<span class="sr" role="status">${spoken}</span></div>`;
}

/**
 * By field: what is wrong with a new password and its repetition.
 * @param {{ password: string, repeat: string }} v
 * @param {typeof POLICY} policy
 */
export function passwordFaults(v, policy) {
	/** @type {Record<string, string>} */
	const out = {};
	const { verdict } = measure(v.password, policy);
	if (verdict === 'empty' || verdict === 'short') out.password = t('setup.tooShort', { min: policy.min_chars });
	if (verdict === 'long') out.password = t('setup.tooLong', { max: policy.max_bytes });
	if (verdict === 'odd') out.password = t('setup.odd');
	if (verdict === 'ok' && v.repeat !== v.password) out.repeat = t('setup.differs');
	return out;
}
