// SPDX-License-Identifier: GPL-2.0-or-later
// Starts the page.
import { html, render } from './vendor/preact.js';
import { bindKeys } from './lib/keys.js';
import { startRouter } from './lib/router.js';
import { startSession } from './lib/session.js';
import { Root } from './components/shell.js';
import { routes } from './routes.js';

startRouter(routes);
bindKeys();
render(html`<${Root} />`, /** @type {Element} */ (document.getElementById('app')));
startSession(window.bootSession);
