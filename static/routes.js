// SPDX-License-Identifier: GPL-2.0-or-later
// Every page: its path, its name, and the module that draws it. One with a
// group stands in the navigation, in the order of this list, under the sign
// of its name in components/icon.js and the text 'nav.' + its name.
import { lazy } from './components/states.js';
import Dashboard from './pages/dashboard.js';

/** @type {import('./lib/router.js').Route[]} */
export const routes = [
	{ path: '/', name: 'dashboard', group: 'watch', view: Dashboard },
	{ path: '/map', name: 'map', group: 'watch', view: lazy(() => import('./pages/map.js')) },
	{ path: '/history', name: 'history', group: 'watch', view: lazy(() => import('./pages/history.js')) },
	{ path: '/bans/:id', name: 'why', view: lazy(() => import('./pages/why.js')) },
	{ path: '/ips/:ip', name: 'ip', view: lazy(() => import('./pages/ip.js')) },
	{ path: '/jails', name: 'jails', group: 'manage', view: lazy(() => import('./pages/jails.js')) },
	{ path: '/jails/:name', name: 'jail', view: lazy(() => import('./pages/jail.js')) },
	{ path: '/config', name: 'config', group: 'manage', view: lazy(() => import('./pages/config.js')) },
	{ path: '/logs', name: 'logs', group: 'system', view: lazy(() => import('./pages/logs.js')) },
	{ path: '/audit', name: 'audit', group: 'system', view: lazy(() => import('./pages/audit.js')) },
	{ path: '/account', name: 'account', group: 'system', view: lazy(() => import('./pages/account.js')) },
];
