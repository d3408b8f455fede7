// SPDX-License-Identifier: GPL-2.0-or-later
// The texts of files, with a line that was asked for in sight.
import { html, useEffect, useRef } from '../vendor/preact.js';
import { t } from '../lib/i18n.js';
import { inert } from '../lib/inert.js';
import { go, withQuery } from '../lib/router.js';

const LINE_MAX = 2000;

/** @param {{ file: any, line: number }} props */
function Lines({ file, line }) {
	const list = useRef(/** @type {HTMLElement | null} */ (null));
	useEffect(() => {
		const mark = /** @type {HTMLElement | null} */ (list.current?.querySelector('[aria-current]') ?? null);
		if (list.current) list.current.scrollTop = mark ? mark.offsetTop - list.current.clientHeight / 3 : 0;
	}, [file.file, line]);
	const lines = file.content.replace(/\r?\n$/, '').split(/\r?\n/);
	return html`<ol class="lines code" ref=${list} tabindex="0" aria-label=${inert(file.file, 120)}>
		${lines.map((/** @type {string} */ l, /** @type {number} */ i) => html`<li key=${i} aria-current=${i + 1 === line ? 'true' : null}><bdi class="mono">${inert(l.replaceAll('\t', '    '), LINE_MAX)}</bdi></li>`)}</ol>`;
}

/** @param {{ files: any[], file: string, line: number }} props */
export function ConfText({ files, file, line }) {
	const one = files.find((f) => f.file === file) || files[files.length - 1];
	if (!one) return null;
	return html`<label class="sr" for="conf-file">${t('config.which')}</label>
		<select id="conf-file" class="select" value=${one.file} onChange=${(/** @type {any} */ e) => go(withQuery({ file: e.target.value, line: '' }), { replace: true })}>
			${files.map((f) => html`<option key=${f.file} value=${f.file} selected=${f === one}>${inert(f.file, 120)}</option>`)}</select>
		${one.content === null ? html`<p class="muted">${t('config.noText')}</p>` : html`<${Lines} file=${one} line=${one.file === file ? line : 0} />`}`;
}
