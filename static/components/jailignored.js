// SPDX-License-Identifier: GPL-2.0-or-later
// What a jail never bans: a list that may be long, and changes to it.
import { html, useState } from '../vendor/preact.js';
import { jailActs } from '../i18n/en-jailacts.js';
import { typed } from '../lib/dom.js';
import { addTexts, num, t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { changeIgnored, ignoredPath } from '../lib/jails.js';
import { useKept } from '../lib/resource.js';
import { toast } from '../lib/toast.js';
import { Field, FormError } from './field.js';
import { useForm } from './form.js';
import { Empty, explain, Failure, Loading, Skel } from './states.js';

addTexts(jailActs);

const PAGE = 100, MOST = 1000;
const VALUE_MAX = 260;

/** Why an entry was not taken. @param {{ value: string, outcome: string, detail: string | null }} r */
const whyNot = (r) => t('jign.not', { value: inert(r.value, 60), why: r.outcome === 'already_ignored' ? t('jign.known') : r.detail || '' });

/** @param {{ name: string }} props */
function Add({ name }) {
	const [not, setNot] = useState(/** @type {string[]} */ ([]));
	const form = useForm({ values: '' }, {
		faults: (v) => /** @type {Record<string, string>} */ (v.values.trim() ? {} : { values: t('jign.empty') }),
		refused: (e) => /** @type {Record<string, string>} */ (e.fields?.values ? { values: e.fields.values } : {}),
		send: async (v) => {
			const results = await changeIgnored(name, 'POST', v.values.split(/[\s,]+/).filter(Boolean));
			const added = results.filter((r) => r.outcome === 'added').length;
			const rest = results.filter((r) => r.outcome !== 'added');
			setNot(rest.map(whyNot));
			form.set({ values: rest.filter((r) => r.outcome === 'invalid').map((r) => r.value).join('\n') });
			if (added) toast(t('jign.added', { n: added }));
		},
	});
	return html`<form class="form needs-operate" onSubmit=${form.submit} novalidate>
		${form.failure && html`<${FormError}>${explain(form.failure)}</${FormError}>`}
		<${Field} label=${t('jign.values')} hint=${t('jign.hint')} error=${form.errors.values}>${(/** @type {any} */ attrs) => html`<textarea ...${attrs} name="values"
			class="input mono area" rows="3" autocapitalize="off" autocomplete="off" spellcheck=${false} value=${form.v.values}
			onInput=${typed((values) => form.set({ values }))}></textarea>`}</${Field}>
		${not.length > 0 && html`<${FormError}><ul>${not.map((x, i) => html`<li key=${i}><bdi>${x}</bdi></li>`)}</ul></${FormError}>`}
		<div class="actions"><button class="btn primary" aria-disabled=${form.busy}>${t('jign.add')}</button></div></form>`;
}

/** @param {{ name: string, value: string, onFail: (e: any) => void }} props */
function Entry({ name, value, onFail }) {
	const [busy, setBusy] = useState(false);
	const remove = async () => {
		setBusy(true);
		try {
			const [r] = await changeIgnored(name, 'DELETE', [value]);
			toast(r.outcome === 'refused' ? whyNot(r) : t('jign.removed', { value: inert(value, 60) }), { tone: r.outcome === 'refused' ? 'danger' : 'plain' });
		} catch (e) {
			onFail(e);
		}
		setBusy(false);
	};
	return html`<li><bdi class="mono wrap">${inert(value, VALUE_MAX)}</bdi>
		<button type="button" class="btn small needs-operate" aria-label=${t('jign.removeOne', { value: inert(value, 60) })} aria-disabled=${busy}
			onClick=${remove}>${t('jign.remove')}</button></li>`;
}

/** @param {{ name: string, q: string, data: any, onFail: (e: any) => void }} props */
const Entries = ({ name, q, data, onFail }) => (data.items.length
	? html`<ul class="entries">${data.items.map((/** @type {string} */ x) => html`<${Entry} key=${x} name=${name} value=${x} onFail=${onFail} />`)}</ul>`
	: html`<${Empty} title=${t('jign.none')} text=${t(q ? 'jign.noMatch' : 'jign.noneHelp')} />`);

/** @param {{ name: string }} props */
export default function JailIgnored({ name }) {
	const [q, setQ] = useState(''), [limit, setLimit] = useState(PAGE);
	const [failure, setFailure] = useState(/** @type {any} */ (null));
	const { data, error, reload } = useKept(ignoredPath(name, { q: q.trim(), limit }));
	return html`<section class="card" aria-label=${t('jtab.ignored')}><div class="card-head"><h2>${t('jtab.ignored')}</h2>
			${data && html`<span class="count" aria-label=${t('jign.count', { n: data.total })}>${num(data.total)}</span>`}
			<input type="search" class="input narrow" aria-label=${t('jign.search')} placeholder=${t('jign.search')} value=${q} onInput=${typed((x) => (setQ(x), setLimit(PAGE)))} /></div>
		<div class="card-body"><${Add} name=${name} />
			${failure && html`<${FormError}>${explain(failure)}</${FormError}>`}
			${data ? html`<${Entries} name=${name} q=${q} data=${data} onFail=${setFailure} />`
				: error ? html`<${Failure} error=${error} retry=${reload} />` : html`<${Loading} /><${Skel} size="xl" />`}
			${data?.next_cursor && limit < MOST && html`<div class="actions"><button type="button" class="btn" onClick=${() => setLimit(MOST)}>${t('jign.more')}</button></div>`}</div></section>`;
}
