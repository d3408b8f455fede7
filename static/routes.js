// SPDX-License-Identifier: GPL-2.0-or-later
// Every page: its path, its name, and the module that draws it.
import { lazy } from './components/states.js';

/** @type {import('./lib/router.js').Route[]} */
export const routes = [
	{ path: '/', name: 'dashboard', view: lazy(() => import('./pages/dashboard.js')) },
	{ path: '/map', name: 'map', view: lazy(() => import('./pages/map.js')) },
	{ path: '/history', name: 'history', view: lazy(() => import('./pages/history.js')) },
	{ path: '/bans/:id', name: 'why', view: lazy(() => import('./pages/why.js')) },
	{ path: '/ips/:ip', name: 'ip', view: lazy(() => import('./pages/ip.js')) },
	{ path: '/jails', name: 'jails', view: lazy(() => import('./pages/jails.js')) },
	{ path: '/jails/:name', name: 'jail', view: lazy(() => import('./pages/jail.js')) },
	{ path: '/audit', name: 'audit', view: lazy(() => import('./pages/audit.js')) },
	{ path: '/account', name: 'account', view: lazy(() => import('./pages/account.js')) },
];
