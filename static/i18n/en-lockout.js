// SPDX-License-Identifier: GPL-2.0-or-later
// Texts for what would lock somebody out; they come with what can.
export const lockoutTexts = {
	'lockout.title': 'This could lock you out',
	'lockout.help': { one: 'Nothing was banned yet. What you entered covers an address that keeps you, or the server, connected:',
		other: 'Nothing was banned yet. What you entered covers {n} addresses that keep you, or the server, connected:' },
	'lockout.list': 'What would be banned with it',
	'lockout.holds': '{ip} covers {covers}',
	'lockout.within': '{ip} lies in {covers}',
	'lockout.more': { one: 'and {n} more', other: 'and {n} more' },
	'lockout.caller': 'your own address',
	'lockout.signed_in': 'signed in here within the last 30 days',
	'lockout.own_address': 'an address of the server itself',
	'lockout.gateway': 'the server’s way to the network (gateway)',
	'lockout.resolver': 'a name server that the server asks',
	'lockout.proxy': 'a proxy in front of the server',
	'lockout.allowlist': 'on the allowlist',
	'lockout.phrase': 'another way in',
	'lockout.type': 'To do it all the same, type: another way in',
	'lockout.typeHint': 'Only if you can reach the server some other way, such as its console.',
	'lockout.edit': 'Change the list',
	'lockout.without': { one: 'Ban the other one', other: 'Ban the other {n}' },
	'lockout.force': 'Ban all the same',
};
