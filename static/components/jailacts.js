// SPDX-License-Identifier: GPL-2.0-or-later
// Starting, stopping, pausing and reloading jails; each asks first, and says
// what it will do.
import { html, useState } from '../vendor/preact.js';
import { jailActs } from '../i18n/en-jailacts.js';
import { typed } from '../lib/dom.js';
import { addTexts, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { act, paused } from '../lib/jails.js';
import { useStore } from '../lib/store.js';
import { toast } from '../lib/toast.js';
import { Dialog } from './dialog.js';
import { Field, FormError } from './field.js';
import { Icon } from './icon.js';
import { explain } from './states.js';

addTexts(jailActs);

/** @typedef {'start' | 'stop' | 'reload' | 'pause' | 'wake'} What */
const NAME_MAX = 80;
const ISSUE_MAX = 300;

/** @param {What} what @param {any} jail null: all */
function effect(what, jail) {
	if (!jail) return [t('jact.reloadAllHelp')];
	if (what === 'stop') return [t('jact.stopHelp', { n: jail.currently_banned || 0 }), t('jact.stopMore')];
	if (what === 'pause') return [t('jact.pauseHelp'), t('jact.pauseMore')];
	return [t('jact.' + what + 'Help')];
}

/** What went wrong, in lines; none: it is done. @param {import('../lib/jails.js').Act} done */
function faults(done) {
	if (done.outcome === 'refused') return done.issues.filter((i) => i.severity === 'error').map((i) => (i.where ? inert(i.where, NAME_MAX) + ': ' : '') + inert(i.message, ISSUE_MAX));
	if (done.outcome !== 'lost') return [];
	return done.lost.map((name) => t(done.brought_back.includes(name) ? 'jfault.back' : 'jfault.gone', { jail: inert(name, NAME_MAX) }));
}

/** @param {import('../lib/jails.js').Act} done @param {What} what */
function tell(done, what) {
	if (done.name === null) return toast(t('jdone.reloadAll'));
	const jail = inert(done.name, NAME_MAX), name = done.name;
	if (done.outcome === 'unchanged') return toast(t('jdone.unchanged', { jail }));
	const again = async () => {
		const back = await act(name, 'start');
		toast(faults(back)[0] || t('jdone.start', { jail }), { tone: faults(back).length ? 'danger' : 'plain' });
	};
	toast(t('jdone.' + what, { jail }), what === 'stop' ? { action: { label: t('jdone.again'), run: again } } : {});
}

/** Does it, and keeps what went wrong. @param {string | null} name @param {What} what @param {() => void} onClose */
function useAct(name, what, onClose) {
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState(/** @type {any} */ (null));
	const [wrong, setWrong] = useState(/** @type {import('../lib/jails.js').Act | null} */ (null));
	const run = async () => {
		if (busy) return;
		setBusy(true);
		setFailure(null);
		setWrong(null);
		try {
			const done = await act(name, what);
			if (!faults(done).length) {
				tell(done, what);
				return onClose();
			}
			setWrong(done);
		} catch (e) {
			setFailure(e);
		}
		setBusy(false);
	};
	return { busy, failure, wrong, run };
}

/** @param {{ failure: any, wrong: any }} props */
const Trouble = ({ failure, wrong }) => html`${failure && html`<${FormError}>${explain(failure)}</${FormError}>`}
	${wrong && html`<${FormError}><p>${t('jfault.' + wrong.outcome)}</p>
		<ul>${faults(wrong).map((x, i) => html`<li key=${i}><bdi>${x}</bdi></li>`)}</ul></${FormError}>`}`;

/** @param {{ busy: boolean, label: string, danger?: boolean, onClose: () => void, onYes?: () => void }} props */
const Buttons = ({ busy, label, danger, onClose, onYes }) => html`<div class="actions">
	<button type="button" class="btn quiet" data-first onClick=${onClose}>${t('app.cancel')}</button>
	<button type=${onYes ? 'button' : 'submit'} class=${'btn ' + (danger ? 'danger' : 'primary')} aria-disabled=${busy} onClick=${onYes}>
		${busy ? t('jact.busy') : label}</button></div>`;

/** @param {{ what: What, jail: any, onClose: () => void }} props jail: null for all */
function Ask({ what, jail, onClose }) {
	const name = jail ? inert(jail.name, NAME_MAX) : '';
	const title = jail ? t('jact.' + what + 'One', { jail: name }) : t('jact.reloadAll');
	const s = useAct(jail ? jail.name : null, what, onClose);
	return html`<${Dialog} title=${title} onClose=${onClose}>
		${effect(what, jail).map((text, i) => html`<p key=${i}>${text}</p>`)}
		<${Trouble} failure=${s.failure} wrong=${s.wrong} />
		<${Buttons} busy=${s.busy} label=${t('jact.' + what)} danger=${what === 'stop'} onClose=${onClose} onYes=${s.run} /></${Dialog}>`;
}

/** @param {{ jail: any, small?: boolean, off?: boolean }} props */
export function JailActs({ jail, small, off }) {
	const idle = useStore(paused).includes(jail.name) || jail.idle;
	const [what, ask] = useState(/** @type {What | null} */ (null));
	const label = (/** @type {What} */ w) => t('jact.' + w + 'One', { jail: inert(jail.name, NAME_MAX) });
	/** @type {What[]} */
	const all = [idle ? 'wake' : 'pause', 'reload', 'stop'];
	return html`<div class="jail-acts needs-operate">${all.map((w) => html`<button key=${w} type="button" class=${'btn' + (small ? ' small' : '')}
			aria-label=${label(w)} disabled=${off} onClick=${() => ask(w)}>${t('jact.' + w)}</button>`)}</div>
		${what && html`<${Ask} what=${what} jail=${jail} onClose=${() => ask(null)} />`}`;
}

/** @param {{ name: string }} props */
export function StartJail({ name }) {
	const [asking, ask] = useState(false);
	return html`<button type="button" class="btn primary needs-operate" onClick=${() => ask(true)}>${t('jact.startOne', { jail: inert(name, NAME_MAX) })}</button>
		${asking && html`<${Ask} what="start" jail=${{ name }} onClose=${() => ask(false)} />`}`;
}

/** @param {{ onClose: () => void }} props */
function StartOther({ onClose }) {
	const [name, setName] = useState(''), [tried, setTried] = useState(false);
	const s = useAct(name.trim(), 'start', onClose);
	const submit = (/** @type {Event} */ ev) => {
		ev.preventDefault();
		setTried(true);
		if (name.trim()) s.run();
	};
	return html`<${Dialog} title=${t('jact.startOther')} onClose=${onClose}><form class="form" onSubmit=${submit} novalidate>
		<${Field} label=${t('jact.startName')} hint=${t('jact.startHint')} error=${tried && !name.trim() ? t('jact.noName') : ''}>
			${(/** @type {any} */ attrs) => html`<input ...${attrs} class="input" autocapitalize="off" autocomplete="off" spellcheck=${false}
				value=${name} onInput=${typed(setName)} />`}</${Field}>
		<${Trouble} failure=${s.failure} wrong=${s.wrong} />
		<${Buttons} busy=${s.busy} label=${t('jact.start')} onClose=${onClose} /></form></${Dialog}>`;
}

/** What concerns no one jail. @param {{ off: boolean }} props */
export function AllJails({ off }) {
	const [what, ask] = useState('');
	return html`<div class="jail-acts needs-operate"><button type="button" class="btn" disabled=${off} onClick=${() => ask('start')}>${t('jact.startOther')}</button>
		<button type="button" class="btn" disabled=${off} onClick=${() => ask('reload')}><${Icon} name="history" />${t('jact.reloadAll')}</button></div>
		${what === 'start' && html`<${StartOther} onClose=${() => ask('')} />`}
		${what === 'reload' && html`<${Ask} what="reload" jail=${null} onClose=${() => ask('')} />`}`;
}
