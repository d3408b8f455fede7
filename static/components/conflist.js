// SPDX-License-Identifier: GPL-2.0-or-later
// Names of the configuration, each with how it is.
import { html, useState } from '../vendor/preact.js';
import { typed } from '../lib/dom.js';
import { t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { withQuery } from '../lib/router.js';
import { Empty } from './states.js';

/** Dot and word of an entry. @param {string} kind @param {any} e @returns {[string, string]} */
export function stateOf(kind, e) {
	if (kind !== 'jails') return e.active ? ['ok', 'used'] : ['', 'unused'];
	if (e.running) return ['ok', 'running'];
	if (!e.active) return ['', 'off'];
	return e.running === false ? ['danger', 'enabled'] : ['warn', 'on'];
}

/** @param {{ kind: string, entry: any }} props */
export function ConfState({ kind, entry }) {
	const [tone, word] = stateOf(kind, entry);
	return html`<span class="state"><span class=${'dot ' + tone}></span>${t('config.' + word)}</span>`;
}

/** @param {{ kind: string, entry: any, open: boolean }} props */
const Item = ({ kind, entry, open }) => html`<li><a href=${withQuery({ name: entry.name, file: '', line: '' })} aria-current=${open ? 'true' : null}>
	<bdi>${inert(entry.name, 80)}</bdi></a>${entry.has_local && html`<span class="muted">${t('config.local')}</span>`}
	<${ConfState} kind=${kind} entry=${entry} /></li>`;

/** @param {{ kind: string, items: any[], name: string }} props */
export function ConfList({ kind, items, name }) {
	const [text, setText] = useState('');
	const wanted = text.trim().toLowerCase();
	const shown = items.filter((e) => e.name.toLowerCase().includes(wanted));
	// what works comes first
	const sorted = [...shown.filter((e) => e.active), ...shown.filter((e) => !e.active)];
	return html`<label class="sr" for="conf-find">${t('config.find')}</label>
		<input id="conf-find" class="input" type="search" value=${text} placeholder=${t('config.find')} onInput=${typed(setText)} />
		${sorted.length ? html`<ul class="lines names" tabindex="0" aria-label=${t('config.list')}>${sorted.map((e) => html`<${Item} key=${e.name} kind=${kind} entry=${e} open=${e.name === name} />`)}</ul>`
			: html`<${Empty} icon="search" title=${t('config.none')} />`}`;
}
