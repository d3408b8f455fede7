// SPDX-License-Identifier: GPL-2.0-or-later
// Texts that say what a jail does.
export const limits = {
	'limits.timed': { one: '{n} failure within {find} bans for {ban}.', other: '{n} failures within {find} ban for {ban}.' },
	'limits.forever': { one: '{n} failure within {find} bans for good.', other: '{n} failures within {find} ban for good.' },
	'limits.grows': 'Longer each time.',
	'limits.growsTo': 'Longer each time, up to {max}.',
	'limits.overall': 'Bans of other jails count too.',
};
