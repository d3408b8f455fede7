// SPDX-License-Identifier: GPL-2.0-or-later
// Texts of the table of where bans come from.
export const groups = {
	'group.caption': 'Where the bans come from',
	'group.range': 'From',
	'group.addresses': 'Addresses',
	'group.bans': 'Bans',
	'group.last': 'Last banned',
	'group.where': 'Where',
	'group.only': 'List the bans of {name}',
	'group.none': 'Nothing to group',
	'group.noneHelp': 'No ban of this list lies in such a network.',
	'group.all': { one: 'Of {n} ban.', other: 'Of {n} bans.' },
	'group.newest': { one: 'Of the newest ban.', other: 'Of the newest {n} bans.' },
};
