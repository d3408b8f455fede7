// SPDX-License-Identifier: GPL-2.0-or-later
// Texts of the logs; they come with their page.
export const logs = {
	'logs.lede': 'The end of fail2ban’s own log, and of the logs that its jails read. The newest line is on top.',
	'logs.title': 'Lines',
	'logs.which': 'Log',
	'logs.own': 'fail2ban’s own log',
	'logs.level': 'Level',
	'logs.anyLevel': 'Every level',
	'logs.worse': '{level} and worse',
	'logs.lines': 'Number of lines',
	'logs.last': 'Last {n} lines',
	'logs.search': 'Text in the line',
	'logs.searchHint': 'Upper and lower case are the same',
	'logs.shown': { one: '{n} line', other: '{n} lines' },
	'logs.truncated': 'There may be older lines: only the end of the log is read.',
	'logs.cut': 'The line is longer.',
	'logs.none': 'No such line',
	'logs.noneHelp': 'Nothing at the end of this log fits.',
	'logs.away': 'This log cannot be shown',
};
