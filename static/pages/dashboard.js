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
const Notices = lazy(() => import('../components/notices.js'));

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

/** @param {{ query: URLSearchParams }} props */
export default function Dashboard({ query }) {
	const { data: status } = useResource('/status', { live: true });
	const { data: jails } = useResource('/jails');
	const { offline } = useStore(link);
	const [open, setOpen] = useState('');
	const ban = () => setOpen('ban'), close = () => setOpen('');
	const names = (jails?.items || []).map((/** @type {any} */ j) => j.name);
	return html`<${PageHead} title=${t('nav.dashboard')} name=${t('nav.dashboard')}>
		${status?.warnings.length > 0 && html`<button type="button" class="btn quiet notices" onClick=${() => setOpen('notices')}>
			<${Icon} name="info" /><span class="word">${t('notices.open', { n: status.warnings.length })}</span></button>`}
		<button type="button" class="btn primary" disabled=${offline} onClick=${ban}><${Icon} name="ban" />${t('ban.open')}</button></${PageHead}>
	<${Tiles} label=${t('tile.label')} items=${tiles(status?.fail2ban || null)} />
	<${BanTable} query=${query} jails=${names} onBan=${ban} />
	${open === 'ban' && html`<${BanDialog} preset=${query.get('jail') || ''} onClose=${close} />`}
	${open === 'notices' && html`<${Notices} items=${status.warnings} onClose=${close} />`}`;
}
