// SPDX-License-Identifier: GPL-2.0-or-later
// Texts of the list of keys.
export const keys = {
	'keys.search': 'Find a banned address',
	'keys.dashboard': 'Go to the dashboard',
	'keys.map': 'Go to the world map',
	'keys.history': 'Go to the bans on record',
	'keys.jails': 'Go to the jails',
	'keys.help': 'Show this list',
	'keys.close': 'Close what is open',
};
