// SPDX-License-Identifier: GPL-2.0-or-later
// Texts of the page of bans on record; they come with it.
export const past = {
	'past.page': 'Bans & history',
	'past.title': 'Bans on record',
	'past.ip': 'Address or network',
	'past.ipHint': 'An address, a network such as 203.0.113.0/24, or the beginning of an address, such as 203.0.113.',
	'past.noMatch': 'No ban matches',
	'past.noMatchHelp': 'There was none of the kind in this time.',
	'past.never': 'No ban is on record yet',
	'past.neverHelp': 'BanGUI keeps each ban of fail2ban, also after it has ended. They appear here as addresses are banned.',
	'past.clearJail': 'Show {jail} no longer',
	'past.clearOrigin': 'Show bans by all',
	'past.gap': { one: 'For a time, nobody knows which bans there were: {spans}.', other: 'For {n} times, nobody knows which bans there were: {spans}.' },
	'past.gapSpan': '{from} to {to}',

	'query.label': 'Query',
	'query.example': 'jail:sshd fails>=10 "invalid user"',
	'query.hint': 'All terms must hold, unless OR stands between them. Words alone are looked for in the matched lines.',
	'query.ask': 'Search',
	'query.fault': 'Character {column}: {message}',

	'facet.label': 'Narrow down to',
	'facet.jails': 'Jails',
	'facet.countries': 'Countries',
	'facet.networks': 'Networks',
	'facet.origins': 'Banned by',
	'facet.none': 'None',

	'view.open': 'Columns and views',
	'view.columns': 'Columns',
	'view.name': 'Save these filters as',
	'view.hint': 'Kept in this browser.',
	'view.missing': 'Give the view a name.',
	'view.save': 'Save',
	'view.saved': 'Saved views',
	'view.drop': 'Delete the view {name}',
};
