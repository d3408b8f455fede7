// SPDX-License-Identifier: GPL-2.0-or-later
import { html, useState } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { link } from '../lib/pulse.js';
import { useResource } from '../lib/resource.js';
import { useStore } from '../lib/store.js';
import { BanTable } from '../components/bans.js';
import { Icon } from '../components/icon.js';
import { lazy, PageHead } from '../components/states.js';
import { Tiles } from '../components/tiles.js';

const BanDialog = lazy(() => import('../components/bandialog.js'));

/** @param {any} f what GET /status says of fail2ban; null while loading */
function tiles(f) {
	const on = f?.online;
	const figure = (/** @type {number} */ n) => (!f ? null : on ? n : '–');
	return [
		{ label: t('tile.banned'), value: figure(f?.currently_banned), tone: 'ban', note: on && t('tile.total', { n: f.total_banned }) },
		{ label: t('tile.failed'), value: figure(f?.currently_failed), note: on && t('tile.total', { n: f.total_failed }) },
		{ label: t('tile.jails'), value: figure(f?.active_jails), href: '/jails' },
		{ label: t('tile.server'), value: !f ? null : on ? f.version : t('tile.offline'), tone: f && !on ? 'danger' : '',
			note: on && t('tile.log', { level: f.log_level }) },
	];
}

/** What the server says the operator should know; read once a browser tab. @param {{ items: { code: string, detail: string }[] }} props */
function Warnings({ items }) {
	const [read, setRead] = useState(() => (sessionStorage.getItem('bangui.read') || '').split(' '));
	const hide = (/** @type {string} */ code) => {
		const next = [...read, code];
		sessionStorage.setItem('bangui.read', next.join(' '));
		setRead(next);
	};
	const open = items.filter((w) => !read.includes(w.code));
	if (!open.length) return null;
	return html`<ul class="warnings" aria-label=${t('warnings.label')}>${open.map((w) => html`<li key=${w.code}>
		<${Icon} name="info" /><span class="grow">${w.detail}</span>
		<button type="button" class="btn icon quiet small" aria-label=${t('warnings.hide')} title=${t('warnings.hide')} onClick=${() => hide(w.code)}>
			<${Icon} name="x" size=${14} /></button></li>`)}</ul>`;
}

/** @param {{ query: URLSearchParams }} props */
export default function Dashboard({ query }) {
	const { data: status } = useResource('/status', { live: true });
	const { data: jails } = useResource('/jails');
	const { offline } = useStore(link);
	const [banning, setBanning] = useState(false);
	const open = () => setBanning(true);
	return html`<${PageHead} title=${t('nav.dashboard')} name=${t('nav.dashboard')}>
		<button type="button" class="btn primary" disabled=${offline} onClick=${open}><${Icon} name="ban" />${t('ban.open')}</button></${PageHead}>
	<${Tiles} label=${t('tile.label')} items=${tiles(status?.fail2ban || null)} />
	${status && html`<${Warnings} items=${status.warnings} />`}
	<${BanTable} query=${query} jails=${(jails?.items || []).map((/** @type {any} */ j) => j.name)} onBan=${open} />
	${banning && html`<${BanDialog} preset=${query.get('jail') || ''} onClose=${() => setBanning(false)} />`}`;
}
