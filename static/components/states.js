// SPDX-License-Identifier: GPL-2.0-or-later
// What a part of the page shows while it has nothing, or nothing good, to
// show: loading, empty, failed. And the head that every page begins with.
import { html, useEffect, useRef, useState } from '../vendor/preact.js';
import { now } from '../lib/clock.js';
import { rich, t } from '../lib/i18n.js';
import { useResource } from '../lib/resource.js';
import { Icon } from './icon.js';

/**
 * A grey bar in the place of a text. CSS keeps it unseen for 150 ms.
 * @param {{ size?: 'xs' | 's' | 'm' | 'l' | 'xl' | 'block' }} props
 */
export const Skel = ({ size = 'm' }) => html`<span class=${'skel skel-' + size} aria-hidden="true"></span>`;

/** Says to a screen reader what the grey bars say to eyes. */
export const Loading = () => html`<span class="sr" role="status">${t('state.loading')}</span>`;

/** What is on show is old. @param {{ at: string }} props at: when it was right */
export const Stale = ({ at }) => html`<span class="stale"><${Icon} name="warn" size=${14} />${t('state.stale', { at })}</span>`;

/** @param {{ title: string, text?: any, icon?: string, children?: any }} props */
export const Empty = ({ title, text, icon = 'shield', children }) => html`<div class="empty">
	<${Icon} name=${icon} size=${28} /><p class="empty-title">${title}</p>
	${text && html`<p>${text}</p>`}${children && html`<div class="row">${children}</div>`}</div>`;

/** Why what needs the level operate is not there, which CSS hides by its class. */
export function LookOnly() {
	const { gate } = useResource('/status').data || {};
	return gate?.level === 'observe' ? html`<p class="look-only fine">${t('level.observe', { page: gate.mode === 'gate' ? 'gate.conf(5)' : 'bangui.conf(5)' })}</p>` : null;
}

/** No answer, and why not. */
const SILENT = /** @type {Record<string, string>} */ ({ timeout: 'error.timeout', bad_answer: 'error.badAnswer' });

/** What a failure means and what to do; most of it is the server's own words. @param {any} error */
export function explain(error) {
	if (error?.status === 0) return t(SILENT[error.code] || 'error.network');
	return error?.message || t('error.unknown');
}

/**
 * Seconds left of a wait that a failure asks for.
 * @param {any} error
 */
export function useWait(error) {
	const until = useRef({ error: null, at: 0 });
	if (until.current.error !== error) until.current = { error, at: now() + (error?.retryAfter || 0) };
	const left = () => Math.max(0, until.current.at - now());
	const [, redraw] = useState(0);
	useEffect(() => {
		if (!left()) return;
		const timer = setInterval(() => {
			redraw((n) => n + 1);
			if (!left()) clearInterval(timer);
		}, 500);
		return () => clearInterval(timer);
	}, [error]);
	return left();
}

/** Where to look in the log. @param {{ error: any }} props */
export const RequestId = ({ error }) => error?.requestId
	? html`<p class="fine">${rich('error.request', { id: html`<code>${error.requestId}</code>` })}</p>` : null;

/** @param {any} error */
function headline(error) {
	if (error?.status === 502 || error?.status === 504) return t('offline.title');
	return t(error?.status === 429 ? 'error.limited' : 'error.title');
}

/** @param {{ error: any, retry?: () => void }} props */
export function Failure({ error, retry }) {
	const wait = useWait(error);
	const offline = error?.status === 502 || error?.status === 504;
	return html`<div class="empty" role="alert"><${Icon} name=${offline ? 'offline' : 'warn'} size=${28} />
		<p class="empty-title">${headline(error)}</p>
		<p>${offline ? t('offline.card') : explain(error)}</p>
		${retry && html`<button type="button" class="btn" disabled=${wait > 0} onClick=${retry}>
			${wait ? t('error.retryIn', { n: wait }) : t('error.retry')}</button>`}
		<${RequestId} error=${error} /></div>`;
}

let first = true;
/** @param {{ title: any, name: string, children?: any }} props name: for the window's title */
export function PageHead({ title, name, children }) {
	const h1 = useRef(/** @type {HTMLElement | null} */ (null));
	useEffect(() => {
		document.title = name + ' · BanGUI';
		if (first) first = false;
		else h1.current?.focus();
	}, [name]);
	return html`<div class="page-head"><h1 ref=${h1} tabindex="-1">${title}</h1>${children}</div>`;
}

/** @type {Promise<void> | null} */
let styles = null;
/** The rules that nothing of the first view needs: fetched once, for the first part that comes later. */
const lateStyles = () => (styles ??= new Promise((done, failed) => {
	const link = document.createElement('link');
	link.rel = 'stylesheet';
	link.href = new URL('../late.css', import.meta.url).href;
	link.onload = () => done();
	link.onerror = failed;
	document.head.append(link);
}));

/**
 * A component that is fetched when it is first drawn.
 * @param {() => Promise<{ default: any }>} load
 */
export function lazy(load) {
	/** @type {any} */
	let View = null;
	return function Lazy(/** @type {any} */ props) {
		const [error, setError] = useState(/** @type {any} */ (null));
		const [, redraw] = useState(0);
		useEffect(() => {
			if (View) return;
			Promise.all([load(), lateStyles()]).then(([m]) => {
				View = m.default;
				redraw(1);
			}, setError);
		}, []);
		// A browser remembers that a module failed, so only a reload helps; it
		// also helps when the server has a newer page than this one.
		if (error) return html`<${Failure} error=${{ message: t('error.module') }} retry=${() => window.location.reload()} />`;
		return View ? html`<${View} ...${props} />` : props.fallback || null;
	};
}
