// SPDX-License-Identifier: GPL-2.0-or-later
// One ban, in force or long over: what led to it, by which rule, what came
// before and after, and what was done about it.
import { html, useRef } from '../vendor/preact.js';
import { isLifted } from '../lib/bans.js';
import { unix } from '../lib/clock.js';
import { span } from '../lib/duration.js';
import { addTexts, country, dateTime, num, rich, t, timeOfDay } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { growth, limits } from '../lib/limits.js';
import { ask } from '../lib/listing.js';
import { link } from '../lib/pulse.js';
import { useResource } from '../lib/resource.js';
import { ipHref, jailHref } from '../lib/router.js';
import { useStore } from '../lib/store.js';
import { useUnban } from '../components/bans.js';
import { Left, lengthOf, network } from '../components/cells.js';
import { HistoryTable, OF_ONE_ADDRESS } from '../components/history.js';
import { Empty, explain, Failure, lazy, Loading, LookOnly, PageHead, Skel, Stale } from '../components/states.js';
import { banTexts } from '../i18n/en-bans.js';
import { why } from '../i18n/en-why.js';

addTexts(banTexts);
addTexts(why);

const ActList = lazy(() => import('../components/actlist.js'));
const Evidence = lazy(() => import('../components/evidence.js'));

const ID_MAX = 64;
/** Of its own address, how long each lasted is what there is to see. */
const COLUMNS = [...OF_ONE_ADDRESS.filter((c) => c !== 'ends'), 'lasts', 'ends'];

/** @param {string} jail */
const Jail = (jail) => html`<a class="chip" href=${jailHref(jail)}><bdi>${inert(jail, ID_MAX)}</bdi></a>`;

/** @param {{ name: string, children?: any }} props */
const Fact = ({ name, children }) => html`<div><dt>${t('why.' + name)}</dt><dd>${children}</dd></div>`;

/** @param {{ n: number }} props */
const SkeletonFacts = ({ n }) => html`<dl class="facts">${Array.from({ length: n }, (_, i) => html`<div key=${i}><dt><${Skel} size="s" /></dt><dd><${Skel} size="m" /></dd></div>`)}</dl>`;

/** @param {{ title: string, children?: any, more?: any }} props */
const Card = ({ title, children, more }) => html`<section class="card" aria-label=${title}><div class="card-head"><h2>${title}</h2>${more}</div>
	<div class="card-body">${children}</div></section>`;

// ---------------------------------------------------------------------- head

/** @param {{ ban: any }} props */
function State({ ban }) {
	if (!ban.active || isLifted(ban)) return t('why.over');
	if (ban.permanent && !ban.due_at) return t('why.forGood');
	return ban.expires_at === null && !ban.due_at ? t('why.inForce') : rich('why.left', { left: html`<${Left} ban=${ban} />` });
}

/** @param {{ ban: any }} props */
function Lede({ ban }) {
	const at = html`<time datetime=${ban.banned_at}>${dateTime(unix(ban.banned_at))}</time>`;
	const lasts = lengthOf(ban);
	const first = lasts < -1 || lasts === null ? rich('why.bannedSpan', { jail: Jail(ban.jail), at })
		: rich('why.banned', { jail: Jail(ban.jail), at, span: span(lasts) });
	const by = ban.author_kind ? t('author.' + ban.author_kind, { name: inert(ban.author_name || '', ID_MAX) })
		: ban.origin !== 'fail2ban' ? t('by.' + ban.origin) : ban.failures !== null && t('by.fail2ban', { n: ban.failures });
	return html`${first} ${by} ${ban.reason && rich('why.reason', { reason: html`<bdi>${inert(ban.reason, 200)}</bdi>` })} <${State} ban=${ban} />`;
}

/** @param {{ ban: any, id: string, state: any, off: boolean, onUnban: () => void }} props */
function Head({ ban, id, state: { error, at }, off, onUnban }) {
	const ip = ban ? inert(ban.ip, ID_MAX) : '#' + inert(id, 20);
	return html`<nav class="crumbs" aria-label=${t('jail.crumbs')}><a href="/history?range=all">${t('nav.history')}</a></nav>
	<${PageHead} title=${rich('why.title', { ip: html`<bdi class="mono">${ip}</bdi>` })} name=${t('why.title', { ip })}>
		${error && ban && html`<${Stale} at=${timeOfDay(at / 1000)} />`}<span class="grow"></span>
		${ban && ban.active && !isLifted(ban) && html`<button type="button" class="btn needs-operate" disabled=${off} aria-label=${t('bans.unbanOne', { ip, jail: inert(ban.jail, ID_MAX) })}
			onClick=${onUnban}>${t('bans.unban')}</button>`}
		${ban && html`<a class="btn" href=${ipHref(ban.ip)}>${t('why.address')}</a>`}</${PageHead}>`;
}

// -------------------------------------------------------------- what led to it

const LinesToCome = () => html`<div class="card-body"><p><${Skel} size="xl" /></p><div class="count-line"></div>
	<ol class="lines log">${[1, 2, 3].map((i) => html`<li key=${i}><${Skel} size="xl" /></li>`)}</ol></div>`;

/** @param {{ ban: any }} props ban: null while loading */
const Led = ({ ban }) => html`<section class="card" aria-labelledby="led-title"><div class="card-head"><h2 id="led-title">${t('why.led')}
		${ban && ban.matches_total > 0 && html` <span class="count">${ban.matches.length < ban.matches_total
			? t('why.linesSome', { shown: ban.matches.length, n: ban.matches_total }) : t('why.linesAll', { n: ban.matches_total })}</span>`}</h2>
		${ban && ban.evidence_bytes > 0 && html`<a class="btn quiet small" download=${`ban-${ban.id}.json`} href=${`/api/bans/${ban.id}/evidence`}>${t('why.raw')}</a>`}</div>
	${ban ? html`<${Evidence} ban=${ban} fallback=${html`<${LinesToCome} />`} />` : html`<${LinesToCome} />`}</section>`;

// ------------------------------------------------------------------ the jail

/** @param {{ jail: any }} props as GET /jails/{name} tells */
const Rule = ({ jail }) => html`<${Fact} name="jailNow">${limits(jail)} ${growth(jail)}</${Fact}>
	${jail.filter !== null && html`<${Fact} name="filter"><bdi class="wrap">${inert(jail.filter, ID_MAX)}</bdi></${Fact}>`}
	<${Fact} name="patterns">${t('why.patternCount', { n: jail.fail_regex.length })}</${Fact}>`;

/** @param {{ name: string }} props */
function JailCard({ name }) {
	const { data, error } = useResource(jailHref(name));
	const gone = error && !data && (error.status === 404 ? t('why.jailGone') : error.status === 502 || error.status === 504 ? t('offline.title') + '.' : explain(error));
	return html`<${Card} title=${t('why.jail')} more=${data && html`<a class="btn quiet small" href=${jailHref(name)}>${t('why.jailMore')}</a>`}>
		${data || gone ? html`<dl class="facts"><${Fact} name="jailName">${Jail(name)}</${Fact}>${data && html`<${Rule} jail=${data} />`}</dl>
			${gone && html`<p class="muted">${gone}</p>`}` : html`<${SkeletonFacts} n=${4} />`}</${Card}>`;
}

// ----------------------------------------------------------------- around it

/** @param {{ around: any }} props */
function Network({ around: { network: net, bans, addresses, exact } }) {
	const all = html`<a href=${ask('/history', { range: 'all', ip: net })}>${rich(exact ? 'why.netBans' : 'why.netMany', { n: bans, net: html`<bdi class="mono">${net}</bdi>` })}</a>`;
	return html`<${Fact} name="net">${all}${exact && ', ' + t('why.addresses', { n: addresses })}</${Fact}>`;
}

/** @param {{ ban: any }} props */
function Around({ ban }) {
	const { network: net, asn } = ban.neighbours;
	const where = ban.kind !== 'global' ? t('place.' + ban.kind) : ban.country_code ? country(ban.country_code, ban.country_name) : t('place.unknown');
	return html`<dl class="facts"><${Fact} name="place">${where}</${Fact}>${net !== null && html`<${Network} around=${ban.neighbours} />`}
		${asn && html`<${Fact} name="as"><a href=${ask('/history', { range: 'all', asn: String(asn.asn) })}>${rich('why.asBans', { n: asn.bans, net: html`<bdi>${network(asn)}</bdi>` })}</a></${Fact}>`}</dl>
		${net === null && !asn && html`<p class="muted">${t('why.nothingAround')}</p>`}`;
}

// --------------------------------------------------------- before, after, acts

/** All of the address that is known, the newest first. @param {{ ban: any }} props ban: null while loading */
function Others({ ban }) {
	const rows = ban && [...ban.later.toReversed(), ban, ...ban.earlier];
	const grows = ban && ban.ban_increment !== null && t(ban.ban_increment ? 'why.grows' : 'why.same');
	const words = ban && [t('why.nth', { n: ban.ban_count }), rows.length === 1 && t('why.only'), grows].filter(Boolean).join(' ');
	return html`<section class="card" aria-labelledby="others-title"><div class="card-head"><h2 id="others-title">${t('why.others')}
			${ban && html` <span class="count">${num(rows.length)}</span>`}</h2>
			${ban && html`<a class="btn quiet small" href=${ask('/history', { range: 'all', ip: ban.ip })}>${t('why.moreBans')}</a>`}</div>
		<div class="card-body"><p class="muted">${words || html`<${Skel} size="xl" />`}</p></div>
		<${HistoryTable} items=${rows} caption=${t('why.others')} columns=${COLUMNS} here=${ban?.id} /></section>`;
}

/** @param {{ ban: any }} props ban: null while loading */
const Acts = ({ ban }) => html`<${Card} title=${t('why.acts')}>${!ban ? html`<${Skel} size="m" />`
	: ban.acts === null ? html`<p class="muted">${t('why.actsHidden')}</p>`
	: !ban.acts.length ? html`<p class="muted">${t('why.noActs')}</p>`
	: html`<${ActList} acts=${ban.acts} />`}</${Card}>`;

// ---------------------------------------------------------------------- page

const Missing = () => html`<${Empty} icon="history" title=${t('why.missing')} text=${t('why.missingHelp')}>
	<a class="btn" href="/history?range=all">${t('why.back')}</a></${Empty}>`;

/** @param {{ params: { id: string } }} props */
export default function Why({ params: { id } }) {
	const state = useResource('/bans/' + encodeURIComponent(id), { live: true });
	const { data: ban, error, reload } = state;
	const { offline } = useStore(link);
	const card = useRef(/** @type {HTMLElement | null} */ (null));
	const { busy, run } = useUnban(ban ? [ban] : [], card);
	const head = html`<${Head} ban=${ban} id=${id} state=${state} off=${offline || busy.size > 0 || Boolean(error)} onUnban=${() => run([ban])} />`;
	if (error && !ban) {
		return html`${head}<section class="card">${error.status === 404 || error.status === 400 ? html`<${Missing} />` : html`<${Failure} error=${error} retry=${reload} />`}</section>`;
	}
	return html`${head}<p class="lede">${ban ? html`<${Lede} ban=${ban} />` : html`<${Loading} /><${Skel} size="xl" />`}</p>${ban?.active && html`<${LookOnly} />`}
	<${Led} ban=${ban} />
	<div class="columns" ref=${card}>${ban ? html`<${JailCard} key=${ban.jail} name=${ban.jail} />` : html`<${Card} title=${t('why.jail')}><${SkeletonFacts} n=${4} /></${Card}>`}
		<div class="stack"><${Card} title=${t('why.around')}>${ban ? html`<${Around} ban=${ban} />` : html`<${SkeletonFacts} n=${3} />`}</${Card}><${Acts} ban=${ban} /></div></div>
	<${Others} ban=${ban} />`;
}
