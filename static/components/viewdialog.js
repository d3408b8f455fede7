// SPDX-License-Identifier: GPL-2.0-or-later
// Which columns a table has, and views of it by name.
import { html, useState } from '../vendor/preact.js';
import { ticked, typed } from '../lib/dom.js';
import { t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { useStore } from '../lib/store.js';
import { dropView, NAME_MAX, saveView, setColumns, viewOf, views } from '../lib/views.js';
import { Dialog } from './dialog.js';
import { Field } from './field.js';
import { COLUMNS } from './history.js';
import { Icon } from './icon.js';

/** @param {{ columns: string[] }} props */
function Columns({ columns }) {
	const set = (/** @type {string} */ name, /** @type {boolean} */ on) => setColumns(COLUMNS.filter((c) => (c === name ? on : columns.includes(c))));
	return html`<fieldset class="form-field"><legend>${t('view.columns')}</legend><div class="view-columns">
		${COLUMNS.slice(1).map((c) => html`<label class="check-line" key=${c}><input type="checkbox" checked=${columns.includes(c)} onChange=${ticked((on) => set(c, on))} />
			<span>${t('history.' + c)}</span></label>`)}</div></fieldset>`;
}

/** @param {{ view: import('../lib/views.js').View, path: string }} props */
const Saved = ({ view, path }) => html`<li><a class="grow" href=${path + view.search}><bdi class="wrap">${inert(view.name, NAME_MAX)}</bdi></a>
	<button type="button" class="btn icon small quiet" aria-label=${t('view.drop', { name: inert(view.name, NAME_MAX) })} onClick=${() => dropView(view.name)}><${Icon} name="x" size=${14} /></button></li>`;

/** @param {{ columns: string[], onClose: () => void }} props */
export default function ViewDialog({ columns, onClose }) {
	const [name, setName] = useState(''), [missing, miss] = useState(false);
	const all = useStore(views);
	const save = (/** @type {Event} */ ev) => {
		ev.preventDefault();
		miss(!name.trim());
		if (!name.trim()) return;
		saveView({ name: name.trim(), search: viewOf(window.location.search) });
		setName('');
	};
	return html`<${Dialog} title=${t('view.open')} onClose=${onClose}><${Columns} columns=${columns} />
		<form class="form" onSubmit=${save}><${Field} label=${t('view.name')} hint=${t('view.hint')} error=${missing ? t('view.missing') : ''}>
			${(/** @type {any} */ attrs) => html`<div class="copy"><input class="input" ...${attrs} maxlength=${NAME_MAX} value=${name} onInput=${typed(setName)} />
				<button type="submit" class="btn">${t('view.save')}</button></div>`}</${Field}></form>
		${all.length > 0 && html`<ul class="view-list" aria-label=${t('view.saved')}>${all.map((v) => html`<${Saved} key=${v.name} view=${v} path=${window.location.pathname} />`)}</ul>`}
		<div class="actions"><button type="button" class="btn primary" onClick=${onClose}>${t('app.done')}</button></div></${Dialog}>`;
}
