// SPDX-License-Identifier: GPL-2.0-or-later
// The frame: who may see what, navigation, search, server state, notes.
import { html, useEffect, useErrorBoundary, useRef, useState } from '../vendor/preact.js';
import { useTick } from '../lib/clock.js';
import { t } from '../lib/i18n.js';
import { helpOpen } from '../lib/keys.js';
import { beat, heard, link } from '../lib/pulse.js';
import { useResource } from '../lib/resource.js';
import { go, useLocation, withQuery } from '../lib/router.js';
import { checkSession, session, signOut } from '../lib/session.js';
import { useStore } from '../lib/store.js';
import { setTheme, theme, THEMES } from '../lib/theme.js';
import { dismiss, holdToasts, toast, toasts } from '../lib/toast.js';
import { Icon } from './icon.js';
import { Empty, explain, Failure, lazy, PageHead } from './states.js';

const SignIn = lazy(() => import('./signin.js'));
const Setup = lazy(() => import('../pages/setup.js'));
const Help = lazy(() => import('./keyhelp.js'));
const Down = lazy(() => import('./down.js'));

const GROUPS = [
	{ title: 'nav.watch', items: [['dashboard', '/']] },
	{ title: 'nav.manage', items: [['jails', '/jails']] },
];
const SEARCH_MS = 300;

/** @param {string} path @param {string} href */
const within = (path, href) => path === href || (href !== '/' && path.startsWith(href + '/'));

/** @param {{ path: string, jails: number | undefined }} props */
const Nav = ({ path, jails }) => html`<nav class="nav" aria-label=${t('nav.label')}>
	${GROUPS.map(({ title, items }) => html`<h2 id=${title}>${t(title)}</h2><ul aria-labelledby=${title}>
		${items.map(([name, href]) => html`<li><a href=${href} aria-current=${path === href ? 'page' : within(path, href) ? 'true' : null}>
			<${Icon} name=${name} /><span>${t('nav.' + name)}</span>${name === 'jails' && jails !== undefined && html`<span class="count">${jails}</span>`}</a></li>`)}</ul>`)}</nav>`;

function ThemePicker() {
	const value = useStore(theme);
	return html`<fieldset class="seg"><legend class="sr">${t('theme.label')}</legend>
		${THEMES.map((x) => html`<label key=${x} title=${t('theme.' + x)}><input type="radio" name="theme" value=${x} checked=${x === value} onChange=${() => setTheme(x)} />
			<${Icon} name=${x} /><span class="sr">${t('theme.' + x)}</span></label>`)}</fieldset>`;
}

async function leave() {
	try {
		await signOut();
		go('/', { replace: true });
	} catch (e) {
		toast(explain(e), { tone: 'danger' });
	}
}

const Foot = () => html`<div class="side-foot"><${ThemePicker} />
	<button type="button" class="btn quiet" onClick=${() => helpOpen.set(true)} title="?"><${Icon} name="keys" />${t('keys.title')}</button>
	<button type="button" class="btn quiet" onClick=${leave}><${Icon} name="out" />${t('app.signout')}</button></div>`;

/** Filters the dashboard while typing; from other pages Enter goes there. @param {{ path: string, query: URLSearchParams }} props */
function Search({ path, query }) {
	const url = path === '/' ? query.get('ip') || '' : '';
	const [text, setText] = useState(url);
	const timer = useRef(/** @type {any} */ (0));
	useEffect(() => {
		if (url !== text.trim()) setText(url);
		return () => clearTimeout(timer.current);
	}, [url, path]);
	const apply = (/** @type {string} */ ip) => {
		clearTimeout(timer.current);
		if (path === '/') go(withQuery({ ip, cursor: '' }), { replace: true });
		else if (ip) go('/?ip=' + encodeURIComponent(ip));
	};
	const type = (/** @type {any} */ ev) => {
		const v = ev.currentTarget.value;
		setText(v);
		clearTimeout(timer.current);
		if (path === '/') timer.current = setTimeout(() => apply(v.trim()), SEARCH_MS);
	};
	const submit = (/** @type {Event} */ ev) => {
		ev.preventDefault();
		apply(text.trim());
	};
	return html`<form class="search" role="search" onSubmit=${submit}><label class="field"><span class="sr">${t('app.search')}</span><${Icon} name="search" />
		<input class="input" id="search" type="search" autocomplete="off" autocapitalize="off" spellcheck=${false} maxlength="64" value=${text} onInput=${type} placeholder=${t('app.search')} title=${t('app.searchHint')} />
		<span class="kbd" aria-hidden="true">/</span></label></form>`;
}

/** @param {{ status: any }} props */
function Server({ status }) {
	const { lost, offline } = useStore(link);
	const tone = lost ? 'warn' : offline ? 'danger' : status ? 'ok' : '';
	const text = lost ? t('link.lostShort') : offline ? t('link.offlineShort') : status ? t('link.up', { version: status.fail2ban.version }) : t('link.asking');
	return html`<div class="status" role="status"><span class=${'dot ' + tone}></span><span class="long">${text}</span></div>`;
}

function Banners() {
	const { lost, offline, next } = useStore(link);
	const wait = useTick(() => String(Math.max(0, Math.round((next - Date.now()) / 1000))));
	if (lost) {
		return html`<div class="banner" role="alert"><${Icon} name="warn" /><div class="grow"><strong>${t('link.lost')}</strong><p>${t('link.lostHelp')} <span class="nowrap">${t('link.next', { n: Number(wait) })}</span></p></div>
			<button type="button" class="btn small" onClick=${beat}>${t('link.now')}</button></div>`;
	}
	if (offline) return html`<div class="banner danger" role="alert"><${Icon} name="offline" /><div><strong>${t('offline.title')}</strong><p>${t('offline.help')}</p></div></div>`;
	return null;
}

function Toasts() {
	const list = useStore(toasts);
	const hold = { onMouseEnter: () => holdToasts(true), onMouseLeave: () => holdToasts(false), onFocusIn: () => holdToasts(true), onFocusOut: () => holdToasts(false) };
	return html`<div class="toasts" role="status" ...${hold}>${list.map((x) => html`<div class=${'toast ' + x.tone} key=${x.id}>
		<span class="grow">${x.text}</span>
		${x.action && html`<button type="button" class="toast-act" onClick=${() => { dismiss(x.id); x.action?.run(); }}>${x.action.label}</button>`}
		<button type="button" class="toast-x" aria-label=${t('app.close')} onClick=${() => dismiss(x.id)}><${Icon} name="x" /></button></div>`)}</div>`;
}

function Page() {
	const { route, params, query } = useLocation();
	const [crash, reset] = useErrorBoundary((error) => console.error(error));
	useEffect(reset, [route]);
	if (crash) return html`<${Failure} error=${{ message: t('error.crash') }} retry=${reset} />`;
	if (!route) return html`<${PageHead} title=${t('missing.title')} name=${t('missing.title')} /><section class="card"><${Empty} icon="search" title=${t('missing.text')}><a class="btn" href="/">${t('missing.home')}</a></${Empty}></section>`;
	return html`<${route.view} key=${route.name} params=${params} query=${query} />`;
}

function Frame() {
	const { path, query } = useLocation();
	const { data: status } = useResource('/status', { live: true });
	const [sheet, setSheet] = useState(false);
	useEffect(() => setSheet(false), [path]);
	useEffect(() => {
		if (status) heard(status.fail2ban.online);
	}, [status]);
	const close = (/** @type {KeyboardEvent} */ ev) => ev.key === 'Escape' && setSheet(false);
	return html`<a class="skip" href="#content">${t('app.skip')}</a>
	<div class="shell">
		<header class="side"><a class="brand" href="/"><${Icon} name="shield" size=${20} />BanGUI</a><${Nav} path=${path} jails=${status?.fail2ban.online ? status.fail2ban.active_jails : undefined} /><${Foot} /></header>
		<div class="main">
			<div class="top"><${Search} path=${path} query=${query} /><${Server} status=${status} /></div>
			<main class="content" id="content" tabindex="-1"><${Banners} /><${Page} /></main>
		</div>
		<div class="bottom" onKeyDown=${close}>
			${sheet && html`<div class="sheet" id="sheet" role="region" aria-label=${t('nav.more')}><${Foot} /></div>`}
			<nav aria-label=${t('nav.label')}><a href="/" aria-current=${path === '/' ? 'page' : null}><${Icon} name="dashboard" size=${20} />${t('nav.dashboard')}</a>
				<a href="/jails" aria-current=${path === '/jails' ? 'page' : within(path, '/jails') ? 'true' : null}><${Icon} name="jails" size=${20} />${t('nav.jails')}</a>
				<button type="button" aria-expanded=${sheet} aria-controls="sheet" onClick=${() => setSheet(!sheet)}><${Icon} name="more" size=${20} />${t('nav.more')}</button></nav>
		</div>
	</div>
	${useStore(helpOpen) && html`<${Help} />`}`;
}

export function Root() {
	const { standing, error } = useStore(session);
	const body = standing === 'in' || standing === 'expired' ? html`<${Frame} />${standing === 'expired' && html`<${SignIn} />`}`
		: standing === 'out' ? html`<${SignIn} />`
		: standing === 'setup' ? html`<${Setup} />`
		: standing === 'failed' ? html`<${Down} error=${error} retry=${checkSession} />` : null;
	return html`${body}<${Toasts} />`;
}
