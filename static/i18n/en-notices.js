// SPDX-License-Identifier: GPL-2.0-or-later
// Texts of what the server says its operator should know.
export const notices = {
	'notices.title': 'What you should know',
	'notice.direct_socket_access': 'BanGUI is as good as root',
	'notice.plain_http': 'The password may be read on the way',
	'notice.jails_hidden': 'Some jails are not shown',
	'notice.jobs_not_running': 'Work in the background stands still',
	'notice.level_observe': 'BanGUI may only look',
	'notice.level_full': 'Whoever signs in may become root',
};
