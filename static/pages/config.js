// SPDX-License-Identifier: GPL-2.0-or-later
// fail2ban's configuration: names, the files of one, and its values with where
// each is from. What is open is the page's address.
import { html } from '../vendor/preact.js';
import { addTexts, t, timeOfDay } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { useResource } from '../lib/resource.js';
import { go, withQuery } from '../lib/router.js';
import { ConfList, ConfState } from '../components/conflist.js';
import { ConfText } from '../components/conftext.js';
import { ConfValues, Uses } from '../components/confvalues.js';
import { Segmented } from '../components/segmented.js';
import { Empty, explain, Failure, Loading, PageHead, Skel, Stale } from '../components/states.js';
import { config } from '../i18n/en-config.js';

addTexts(config);

const KINDS = ['jails', 'filters', 'actions'];

/** @param {{ list: any[] }} props */
const Issues = ({ list }) => list.length > 0 && html`<section class="card rest" aria-label=${t('config.issues', { n: list.length })}>
	<div class="card-head"><h2>${t('config.issues', { n: list.length })}</h2></div>
	<ul class="card-body lines" tabindex="0" aria-label=${t('config.issues', { n: list.length })}>${list.map((p, i) => html`<li key=${i}>${p.message} <bdi class="muted">${inert(p.line ? t('config.at', p) : p.file, 160)}</bdi></li>`)}</ul></section>`;

/** @param {{ state: any }} props */
function Wrong({ state: { error, reload } }) {
	if (error.status === 403) return html`<${Empty} icon="jails" title=${t('config.forbidden')} text=${explain(error)} />`;
	if (error.status === 404) return html`<${Empty} icon="search" title=${t('config.gone')} text=${t('config.goneHelp')} />`;
	return html`<${Failure} error=${error} retry=${reload} />`;
}

/** @param {{ kind: string, name: string, query: URLSearchParams }} props */
function One({ kind, name, query }) {
	const path = '/config/' + kind + '/' + encodeURIComponent(name);
	const state = useResource(path);
	const raw = useResource(path + '/raw');
	const { data } = state;
	if (state.error && !data) return html`<section class="card rest"><${Wrong} state=${state} /></section>`;
	return html`${data && html`<${Issues} list=${data.issues} />`}<section class="card" aria-labelledby="conf-text"><div class="card-head"><h2 id="conf-text">${t('config.text')}</h2></div>
		<div class="card-body">${raw.data ? html`<${ConfText} files=${raw.data.items} file=${query.get('file') || ''} line=${Number(query.get('line')) || 0} />`
			: raw.error ? html`<${Wrong} state=${raw} />` : html`<${Loading} /><${Skel} size="block" />`}</div></section>
	<section class="card" aria-labelledby="conf-name"><div class="card-head"><h2 id="conf-name"><bdi>${inert(name, 80)}</bdi></h2>${data && html`<${ConfState} kind=${kind} entry=${data} />`}</div>
		<div class="card-body">${data ? html`<${Uses} one=${data} /><h3 class="fine strong">${t('config.values')}</h3><${ConfValues} one=${data} />` : html`<${Loading} /><${Skel} size="block" />`}</div></section>`;
}

/** @param {{ query: URLSearchParams }} props */
export default function Config({ query }) {
	const asked = query.get('kind') || '', kind = KINDS.includes(asked) ? asked : 'jails', name = query.get('name') || '';
	const { data, error, at, reload } = useResource('/config/' + kind);
	const pick = (/** @type {string} */ k) => go(withQuery({ kind: k, name: '', file: '', line: '' }));
	return html`<${PageHead} title=${t('nav.config')} name=${t('nav.config')}>
		${error && data && html`<${Stale} at=${timeOfDay(at / 1000)} />`}
		<${Segmented} label=${t('config.kind')} name="kind" value=${kind} options=${KINDS.map((k) => [k, t('config.' + k)])} onPick=${pick} /></${PageHead}>
	<p class="lede">${t('config.lede')}</p>
	${data && !name && html`<${Issues} list=${data.issues} />`}
	<div class="panes"><section class="card" aria-labelledby="conf-list"><div class="card-head"><h2 id="conf-list">${t('config.' + kind)}</h2>${data && html`<span class="count">${data.total}</span>`}</div>
			<div class="card-body">${data ? html`<${ConfList} key=${kind} kind=${kind} items=${data.items} name=${name} />`
				: error ? html`<${Wrong} state=${{ error, reload }} />` : html`<${Loading} /><${Skel} size="block" />`}</div></section>
		${name ? html`<${One} key=${kind + '/' + name} kind=${kind} name=${name} query=${query} />`
			: html`<section class="card rest"><${Empty} icon="config" title=${t('config.pick')} text=${t('config.pickHelp')} /></section>`}</div>`;
}
