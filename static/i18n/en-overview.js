// SPDX-License-Identifier: GPL-2.0-or-later
// Texts of what the dashboard fetches after its first view.
export const overview = {
	'trend.title': 'Bans over time',
	'trend.label': 'Bans over time: arrow keys go from bar to bar, Enter lists the bans of one',
	'trend.asTable': 'Show as table',
	'trend.asChart': 'Show as chart',
	'trend.when': 'When',
	'trend.head': 'Bans',
	'trend.bans': { one: '{n} ban', other: '{n} bans' },
	'trend.jail': '{jail} {n}',
	'trend.said': { one: '{when}: {n} ban', other: '{when}: {n} bans' },
	'trend.span': '{from} to {to}',
	'trend.unsure': 'Not all are known.',
	'trend.total': { one: '{n} ban.', other: '{n} bans.' },
	'trend.most': { one: 'The most at once: {n}, {when}.', other: 'The most at once: {n}, {when}.' },
	'trend.gap': { one: 'Hatched: a time of which nobody knows which bans there were.', other: 'Hatched: {n} times of which nobody knows which bans there were.' },
	'trend.since': 'On record since {date}.',
	'trend.none': 'None.',

	'rank.countries': 'Countries',
	'rank.jails': 'Jails',
	'rank.networks': 'Networks',
	'rank.addresses': 'Addresses',
	'rank.all': 'Show all',
	'rank.none': 'None in this time.',
};
