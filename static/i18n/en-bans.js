// SPDX-License-Identifier: GPL-2.0-or-later
// Texts of the table of bans on record; they come with the pages that have it.
export const banTexts = {
	'history.ip': 'Address',
	'history.where': 'Country',
	'history.jail': 'Jail',
	'history.banned': 'Banned',
	'history.failures': 'Failures',
	'history.ends': 'Time left',
	'history.lasts': 'Ban time',
	'history.times': 'Which ban',
	'history.origin': 'Banned by',
	'history.unknown': 'unknown',
	'history.ended': 'ended',
	'history.inForce': 'in force',
	'history.why': 'Why?',
	'history.whyOne': 'Why {ip} was banned in {jail}',
	'history.here': 'this ban',
	'origin.fail2ban': 'a filter',
	'origin.manual': 'by hand',
	'origin.blocklist': 'blocklist',
};
