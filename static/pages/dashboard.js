// SPDX-License-Identifier: GPL-2.0-or-later
import { html, useState } from '../vendor/preact.js';
import { iso, now } from '../lib/clock.js';
import { percent, t } from '../lib/i18n.js';
import { link } from '../lib/pulse.js';
import { useKept, useResource } from '../lib/resource.js';
import { useStore } from '../lib/store.js';
import { BanTable } from '../components/bans.js';
import { Icon } from '../components/icon.js';
import { lazy, PageHead } from '../components/states.js';
import { Tiles } from '../components/tiles.js';

const BanDialog = lazy(() => import('../components/bandialog.js'));
const Overview = lazy(() => import('../components/overview.js'));
const Notices = lazy(() => import('../components/notices.js'));

/** How far back, in seconds. @type {Record<string, number>} */
const RANGES = { '24h': 86400, '7d': 604800, '30d': 2592000, '365d': 31536000 };
const HOUR = 3600;

/** How many bans are new, and how that compares with as long a time before. @param {string} range */
function useNew(range) {
	const end = now() - (now() % HOUR) - RANGES[range], from = iso(end - RANGES[range]);
	const { data } = useKept('/stats/trend?range=' + range);
	const { data: before } = useKept(`/stats/trend?from=${encodeURIComponent(from)}&to=${encodeURIComponent(iso(end))}`, { live: false });
	// A time that is not wholly on record is no measure.
	const known = data && before && data.oldest && data.oldest <= from && !data.gaps.length && !before.gaps.length && before.total > 0;
	const change = known && data.total / before.total - 1;
	return { range, n: data && data.total, note: known && t('tile.change', { p: (change > 0 ? '+' : '') + percent(change) }) };
}

/** @param {any} f what GET /status says of fail2ban; null while loading @param {{ range: string, n: number | null, note: any }} fresh */
function tiles(f, fresh) {
	const on = f?.online;
	const figure = (/** @type {number} */ n) => (!f ? null : on ? n : '–');
	return [
		{ label: t('tile.banned'), value: figure(f?.currently_banned), tone: 'ban', note: on && t('tile.total', { n: f.total_banned }) },
		{ label: t('tile.new'), value: fresh.n, note: fresh.note, href: '/history?range=' + fresh.range },
		{ label: t('tile.failed'), value: figure(f?.currently_failed), note: on && t('tile.total', { n: f.total_failed }) },
		{ label: t('tile.jails'), value: figure(f?.active_jails), href: '/jails' },
	];
}

const ToCome = html`<div class="overview"><div class="card trend"></div><div class="ranks">${[1, 2, 3, 4].map((i) => html`<div class="card" key=${i}></div>`)}</div></div>`;

/** @param {{ query: URLSearchParams }} props */
export default function Dashboard({ query }) {
	const asked = query.get('range') || '', range = Object.hasOwn(RANGES, asked) ? asked : '24h';
	const fresh = useNew(range);
	const { data: status } = useResource('/status', { live: true });
	const { data: jails } = useResource('/jails');
	const { offline } = useStore(link);
	const [open, setOpen] = useState('');
	const ban = () => setOpen('ban'), close = () => setOpen('');
	const names = (jails?.items || []).map((/** @type {any} */ j) => j.name);
	return html`<${PageHead} title=${t('nav.dashboard')} name=${t('nav.dashboard')}>
		${status?.warnings.length > 0 && html`<button type="button" class="btn quiet notices" onClick=${() => setOpen('notices')}>
			<${Icon} name="info" /><span class="word">${t('notices.open', { n: status.warnings.length })}</span></button>`}
		<button type="button" class="btn primary needs-operate" disabled=${offline} onClick=${ban}><${Icon} name="ban" />${t('ban.open')}</button></${PageHead}>
	<${Tiles} label=${t('tile.label')} items=${tiles(status?.fail2ban || null, fresh)} />
	<${Overview} range=${range} ranges=${Object.keys(RANGES)} fallback=${ToCome} />
	<${BanTable} query=${query} jails=${names} onBan=${ban} />
	${open === 'ban' && html`<${BanDialog} preset=${query.get('jail') || ''} onClose=${close} />`}
	${open === 'notices' && html`<${Notices} items=${status.warnings} onClose=${close} />`}`;
}
