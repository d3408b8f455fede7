// SPDX-License-Identifier: GPL-2.0-or-later
// The frame: who may see what, navigation, search, server state, notes.
import { html, useEffect, useErrorBoundary, useRef, useState } from '../vendor/preact.js';
import { useTick } from '../lib/clock.js';
import { typed } from '../lib/dom.js';
import { t } from '../lib/i18n.js';
import { helpOpen } from '../lib/keys.js';
import { beat, heard, link } from '../lib/pulse.js';
import { useResource } from '../lib/resource.js';
import { go, useLocation, withQuery } from '../lib/router.js';
import { checkSession, session, signOut } from '../lib/session.js';
import { useStore } from '../lib/store.js';
import { setTheme, theme, THEMES } from '../lib/theme.js';
import { dismiss, holdToasts, toast, toasts } from '../lib/toast.js';
import { routes } from '../routes.js';
import { Icon } from './icon.js';
import { Empty, explain, Failure, lazy, PageHead } from './states.js';

const SignIn = lazy(() => import('./signin.js'));
const Setup = lazy(() => import('../pages/setup.js'));
const Help = lazy(() => import('./keyhelp.js'));
const Down = lazy(() => import('./down.js'));

const PLACES = routes.filter((r) => r.group);
const GROUPS = [...new Set(PLACES.map((r) => r.group))];
const ON_BAR = 4; // of them, on phones; the others are in the sheet
const SEARCH_MS = 300;

/** For aria-current: the page itself, or one below it. @param {string} path @param {string} href */
const current = (path, href) => (path === href ? 'page' : href !== '/' && path.startsWith(href + '/') ? 'true' : null);

// -------------------------------------------------------------- navigation

/** @param {{ to: import('../lib/router.js').Route, path: string, count?: number, size?: number }} props */
const NavLink = ({ to: { name, path: href }, path, count, size = 16 }) => html`<a href=${href} aria-current=${current(path, href)}>
	<${Icon} name=${name} size=${size} /><span>${t('nav.' + name)}</span>
	${count !== undefined && html`<span class="count">${count}</span>`}</a>`;

/** @param {{ path: string, jails: number | undefined }} props */
const Nav = ({ path, jails }) => html`<nav class="nav" aria-label=${t('nav.label')}>
	${GROUPS.map((group) => html`<h2 id=${'nav-' + group}>${t('nav.' + group)}</h2><ul aria-labelledby=${'nav-' + group}>
		${PLACES.filter((r) => r.group === group).map((r) => html`<li><${NavLink} to=${r} path=${path} count=${r.name === 'jails' ? jails : undefined} /></li>`)}
	</ul>`)}</nav>`;

function ThemePicker() {
	const value = useStore(theme);
	return html`<fieldset class="seg"><legend class="sr">${t('theme.label')}</legend>
		${THEMES.map((x) => html`<label key=${x} title=${t('theme.' + x)}>
			<input type="radio" name="theme" value=${x} checked=${x === value} onChange=${() => setTheme(x)} />
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

/** On phones, in place of the side. @param {{ path: string }} props */
function Bottom({ path }) {
	const [sheet, setSheet] = useState(false);
	useEffect(() => setSheet(false), [path]);
	const close = (/** @type {KeyboardEvent} */ ev) => ev.key === 'Escape' && setSheet(false);
	const links = (/** @type {typeof PLACES} */ places, /** @type {number} */ size) => places.map((r) => html`<${NavLink} key=${r.name} to=${r} path=${path} size=${size} />`);
	return html`<div class="bottom" onKeyDown=${close}>
		${sheet && html`<div class="sheet" id="sheet" role="region" aria-label=${t('nav.more')}>
			<ul class="nav">${links(PLACES.slice(ON_BAR), 16).map((x) => html`<li>${x}</li>`)}</ul><${Foot} /></div>`}
		<nav aria-label=${t('nav.label')}>
			${links(PLACES.slice(0, ON_BAR), 20)}
			<button type="button" aria-expanded=${sheet} aria-controls=${sheet ? 'sheet' : null} onClick=${() => setSheet(!sheet)}>
				<${Icon} name="more" size=${20} />${t('nav.more')}</button></nav></div>`;
}

// ----------------------------------------------------------------- the top

/** What is typed, and when it is applied. @param {string} path @param {URLSearchParams} query */
function useSearch(path, query) {
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
	const type = (/** @type {string} */ v) => {
		setText(v);
		clearTimeout(timer.current);
		if (path === '/') timer.current = setTimeout(() => apply(v.trim()), SEARCH_MS);
	};
	return { text, type, apply: () => apply(text.trim()) };
}

/** Filters the dashboard while typing; from other pages Enter goes there. @param {{ path: string, query: URLSearchParams }} props */
function Search({ path, query }) {
	const { text, type, apply } = useSearch(path, query);
	const submit = (/** @type {Event} */ ev) => {
		ev.preventDefault();
		apply();
	};
	return html`<form class="search" role="search" onSubmit=${submit}><label class="field"><span class="sr">${t('app.search')}</span>
		<${Icon} name="search" />
		<input class="input" id="search" type="search" autocomplete="off" autocapitalize="off" spellcheck=${false} maxlength="64"
			value=${text} onInput=${typed(type)} placeholder=${t('app.search')} title=${t('app.searchHint')} />
		<span class="kbd" aria-hidden="true">/</span></label></form>`;
}

/** @param {{ status: any }} props */
function Server({ status }) {
	const { lost, offline } = useStore(link);
	const [tone, text] = lost ? ['warn', t('link.lostShort')]
		: offline ? ['danger', t('link.offlineShort')]
		: status ? ['ok', t('link.up', { version: status.fail2ban.version })]
		: ['', t('link.asking')];
	return html`<div class="status" role="status"><span class=${'dot ' + tone}></span><span class="long">${text}</span></div>`;
}

function Lost() {
	const { next } = useStore(link);
	const wait = useTick(() => String(Math.max(0, Math.round((next - Date.now()) / 1000))));
	return html`<div class="banner" role="alert"><${Icon} name="warn" /><div><strong>${t('link.lost')}</strong>
		<p>${t('link.lostHelp')} <span class="nowrap">${t('link.next', { n: Number(wait) })}</span></p></div>
		<button type="button" class="btn small" onClick=${beat}>${t('link.now')}</button></div>`;
}

function Banners() {
	const { lost, offline } = useStore(link);
	if (lost) return html`<${Lost} />`;
	if (!offline) return null;
	return html`<div class="banner danger" role="alert"><${Icon} name="offline" />
		<div><strong>${t('offline.title')}</strong><p>${t('offline.help')}</p></div></div>`;
}

// ------------------------------------------------------------------- notes

/** @param {{ note: import('../lib/toast.js').Toast }} props */
function Note({ note }) {
	const act = () => {
		dismiss(note.id);
		note.action?.run();
	};
	return html`<div class=${'toast ' + note.tone}><span class="grow">${note.text}</span>
		${note.action && html`<button type="button" class="toast-act" onClick=${act}>${note.action.label}</button>`}
		<button type="button" class="toast-x" aria-label=${t('app.close')} onClick=${() => dismiss(note.id)}><${Icon} name="x" /></button></div>`;
}

function Toasts() {
	const hold = () => holdToasts(true), release = () => holdToasts(false);
	return html`<div class="toasts" role="status" onMouseEnter=${hold} onMouseLeave=${release} onFocusIn=${hold} onFocusOut=${release}>
		${useStore(toasts).map((note) => html`<${Note} key=${note.id} note=${note} />`)}</div>`;
}

// --------------------------------------------------------------- the whole

const Missing = () => html`<${PageHead} title=${t('missing.title')} name=${t('missing.title')} />
	<section class="card"><${Empty} icon="search" title=${t('missing.text')}><a class="btn" href="/">${t('missing.home')}</a></${Empty}></section>`;

function Page() {
	const { route, params, query } = useLocation();
	const [crash, reset] = useErrorBoundary((error) => console.error(error));
	useEffect(reset, [route]);
	if (crash) return html`<${Failure} error=${{ message: t('error.crash') }} retry=${reset} />`;
	return route ? html`<${route.view} key=${route.name} params=${params} query=${query} />` : html`<${Missing} />`;
}

function Frame() {
	const { path, query } = useLocation();
	const { data: status, error } = useResource('/status', { live: true });
	const help = useStore(helpOpen);
	useEffect(() => {
		if (status) heard(status.fail2ban.online);
	}, [status]);
	const jails = status?.fail2ban.online ? status.fail2ban.active_jails : undefined;
	const level = status ? status.gate?.level : error ? null : 'asking';
	return html`<a class="skip" href="#content">${t('app.skip')}</a>
	<div class="shell" data-level=${level}>
		<header class="side"><a class="brand" href="/"><${Icon} name="shield" size=${20} />BanGUI</a><${Nav} path=${path} jails=${jails} /><${Foot} /></header>
		<div class="main">
			<div class="top"><${Search} path=${path} query=${query} /><${Server} status=${status} /></div>
			<main class="content" id="content" tabindex="-1"><${Banners} /><${Page} /></main>
		</div>
		<${Bottom} path=${path} />
	</div>
	${help && html`<${Help} />`}`;
}

/** What is shown to whom. @param {ReturnType<typeof session.get>} s */
function view({ standing, error }) {
	switch (standing) {
	// One shape for both: the frame stays, with all that was typed in it.
	case 'in':
	case 'expired': return html`<${Frame} />${standing === 'expired' && html`<${SignIn} />`}`;
	case 'out': return html`<${SignIn} />`;
	case 'setup': return html`<${Setup} />`;
	case 'failed': return html`<${Down} error=${error} retry=${checkSession} />`;
	default: return null;
	}
}

export const Root = () => html`${view(useStore(session))}<${Toasts} />`;
