// SPDX-License-Identifier: GPL-2.0-or-later
// Runs before the first paint: applies the chosen theme, and asks who is
// signed in, so that the answer is there when the modules have arrived.
(function () {
	'use strict';
	var theme = null;
	try {
		theme = localStorage.getItem('bangui.theme');
	} catch (e) { /* storage may be blocked: then the system decides */ }
	if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
	window.bootSession = fetch('/api/auth/session', { headers: { accept: 'application/json' }, cache: 'no-store' });
	window.bootSession.catch(function () { /* lib/session.js sees the failure */ });
})();
