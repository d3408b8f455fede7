// SPDX-License-Identifier: GPL-2.0-or-later
// The audit log. Filters, place in the list and the open entry are the page's
// address.
import { html } from '../vendor/preact.js';
import { ACTIONS, ACTORS, auditQuery, OUTCOMES } from '../lib/audit.js';
import { addTexts, rich, t, timeOfDay } from '../lib/i18n.js';
import { ask, useRestart } from '../lib/listing.js';
import { useKept } from '../lib/resource.js';
import { withQuery } from '../lib/router.js';
import { AuditTable } from '../components/auditlist.js';
import { counted, Filter, TableFoot } from '../components/cells.js';
import { Exports, Pick, RangePicker, TimeFilter, Typed, WhyWrong } from '../components/filters.js';
import { Empty, explain, Failure, Loading, PageHead, Stale } from '../components/states.js';
import { audit } from '../i18n/en-audit.js';
import { filters } from '../i18n/en-filters.js';

addTexts(filters);
addTexts(audit);

const ROWS = '50';
const COMMAND = 'bangui audit verify';
const NOTHING = { action: '', actor: '', outcome: '', target: '', ip: '', from: '', to: '', range: 'all', cursor: '', open: '' };

/** @typedef {import('../lib/audit.js').AuditQuery} AuditQuery */

/** One of a kind of actor, which no list offers. @param {{ actor: string }} props */
function OneActor({ actor }) {
	const [kind, id] = actor.split(':');
	if (!id) return null;
	const text = kind === 'cli' ? t('one.user', { id }) : kind === 'nobody' ? t('actor.nobody') : t('one.' + kind, { id });
	return html`<${Filter} text=${text} label=${t('audit.clearActor')} clear=${withQuery({ actor: '', cursor: '', open: '' })} />`;
}

/** @param {{ q: AuditQuery, wrong: Record<string, string> }} props wrong: message by field */
const Filters = ({ q, wrong }) => html`<div class="filters wide" role="search" aria-label=${t('filters.label')}>
	<${Pick} name="action" label=${t('audit.what')} value=${q.action} options=${[['', t('audit.anyAct')], ...ACTIONS.map((a) => [a, t('act.' + a)])]} />
	<${Pick} name="actor" label=${t('audit.who')} value=${q.actor.includes(':') ? '' : q.actor} options=${[['', t('audit.anyActor')], ...ACTORS.map((a) => [a, t('actor.' + a)])]} />
	<${Pick} name="outcome" label=${t('audit.outcome')} value=${q.outcome} options=${[['', t('audit.anyOutcome')], ...OUTCOMES.map((o) => [o, t('result.' + o)])]} />
	<${Typed} name="target" label=${t('audit.target')} hint=${t('audit.targetHint')} value=${q.target} wrong=${'target' in wrong} />
	<${Typed} name="ip" label=${t('audit.ip')} hint=${t('audit.ipHint')} value=${q.ip} wrong=${'ip' in wrong} />
	<${OneActor} actor=${q.actor} /><${TimeFilter} from=${q.from} to=${q.to} /></div>`;

/** @param {{ l: any, q: AuditQuery, open: string }} props */
function List({ l, q, open }) {
	if (l.error?.status === 422) return html`<${WhyWrong} error=${l.error} clear=${withQuery(NOTHING)} />`;
	if (l.error?.status === 403) return html`<${Empty} icon="jails" title=${t('audit.forbidden')} text=${explain(l.error)} />`;
	if (l.error && !l.data) return html`<${Failure} error=${l.error} retry=${l.reload} />`;
	if (l.data && !l.data.items.length) return html`<${Empty} icon="search" title=${t('audit.noMatch')} text=${t('audit.noMatchHelp')}><a class="btn" href=${withQuery(NOTHING)}>${t('filters.clear')}</a></${Empty}>`;
	return html`<${AuditTable} items=${l.data && l.data.items} open=${open} busy=${l.busy && Boolean(l.data)} />
		${l.data && html`<${Foot} list=${l.data} /><${Exports} name="audit" asked=${q} />`}`;
}

/** @param {{ list: any }} props */
function Foot({ list }) {
	const shown = list.items.length, n = list.total;
	const text = !list.total_exact ? t('audit.many', { shown, n }) : shown < n ? t('audit.some', { shown, n }) : t('audit.all', { n });
	return html`<${TableFoot} list=${list} shown=${shown} total=${n} text=${text} />`;
}

/** @param {{ query: URLSearchParams }} props */
export default function AuditPage({ query }) {
	const q = auditQuery(query), cursor = query.get('cursor') || '';
	const l = useKept(ask('/audit', { ...q, limit: ROWS, cursor }));
	useRestart(l.error, cursor);
	return html`<${PageHead} title=${t('nav.audit')} name=${t('nav.audit')}><${RangePicker} range=${q.range} /></${PageHead}>
	<p class="lede">${rich('audit.lede', { command: html`<code>${COMMAND}</code>` })}</p>
	<section class="card" aria-labelledby="audit-title"><div class="card-head"><h2 id="audit-title" tabindex="-1">${t('audit.title')}
			${l.data && html` <span class="count">${counted(l.data)}</span>`}</h2>
		${l.error && l.data && html`<${Stale} at=${timeOfDay(l.at / 1000)} />`}
		<${Filters} q=${q} wrong=${l.error?.fields || {}} /></div>
		${!l.data && !l.error && html`<${Loading} />`}<${List} l=${l} q=${q} open=${query.get('open') || ''} />
		<span class="sr" role="status">${l.data && !l.busy ? t('audit.all', { n: l.data.total }) : ''}</span></section>`;
}
