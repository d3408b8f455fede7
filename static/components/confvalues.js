// SPDX-License-Identifier: GPL-2.0-or-later
// The values of a jail, filter or action that count, and where each is from.
import { html } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { withQuery } from '../lib/router.js';

const VALUE_MAX = 4000;

/** @param {{ place: any }} props */
const Place = ({ place }) => html`<a href=${withQuery({ file: place.file, line: String(place.line) })}>
	<bdi>${t('config.at', { file: inert(place.file, 120), line: place.line })}</bdi></a>`;

/** Lines of a value. @param {{ text: string }} props */
const Value = ({ text }) => (text === '' ? html`<span class="muted">${t('config.empty')}</span>`
	: html`<bdi class="mono wrap">${inert(text, VALUE_MAX).replaceAll('\\u000a', '\n')}</bdi>`);

/** @param {{ option: any }} props */
const Option = ({ option: o }) => html`<div><dt><bdi class="mono wrap">${inert(o.name, 80)}</bdi></dt>
	<dd><${Value} text=${o.effective} />${o.broken && html` <span class="state"><span class="dot danger"></span>${t('config.broken')}</span>`}
	<p class="fine">${o.origin ? html`${t('config.from')} <${Place} place=${o.origin} />` : t('config.builtin')}</p>
	${o.overrides.map((/** @type {any} */ p, /** @type {number} */ i) => html`<p class="fine" key=${i}>${t('config.over')} <${Value} text=${p.written} /> (<${Place} place=${p} />)</p>`)}</dd></div>`;

/** @param {{ items: any[] }} props */
const Options = ({ items }) => html`<dl class="facts values">${items.map((o) => html`<${Option} key=${o.section + '/' + o.name} option=${o} />`)}</dl>`;

/** @param {{ kind: string, use: any }} props */
const Use = ({ kind, use }) => (use.defined ? html`<a href=${withQuery({ kind, name: use.name, file: '', line: '' })}><bdi>${inert(use.name, 80)}</bdi></a>`
	: html`<bdi>${inert(use.name, 80)}</bdi> <span class="state"><span class="dot danger"></span>${t('config.missing')}</span>`);

/** What it uses, and what uses it. @param {{ one: any }} props */
export const Uses = ({ one }) => html`${one.filter && html`<p>${t('config.filter')}: <${Use} kind="filters" use=${one.filter} /></p>`}
	${one.actions.length > 0 && html`<p>${t('config.action', { n: one.actions.length })}: ${one.actions.map((/** @type {any} */ a, /** @type {number} */ i) => html`${i > 0 && ', '}<${Use} kind="actions" use=${a} />`)}</p>`}
	${one.used_by.length > 0 && html`<p class="wrap">${t('config.users', { n: one.used_by.length })}: ${one.used_by.map((/** @type {any} */ u, /** @type {number} */ i) => html`${i > 0 && ', '}<${Use} kind="jails" use=${{ name: u.jail, defined: true }} />`)}</p>`}`;

/** @param {{ one: any }} props */
export function ConfValues({ one }) {
	const own = one.options.filter((/** @type {any} */ o) => o.section !== 'DEFAULT');
	const all = one.options.filter((/** @type {any} */ o) => o.section === 'DEFAULT');
	if (!one.options.length) return html`<p class="muted">${t('config.noValues')}</p>`;
	return html`<${Options} items=${own} />
		${all.length > 0 && html`<details><summary>${t('config.inherited', { n: all.length })}</summary><${Options} items=${all} /></details>`}`;
}
