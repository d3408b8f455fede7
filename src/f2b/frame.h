/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands behind each request and each reply on fail2ban's socket.
 */
#ifndef BANGUI_F2B_FRAME_H
#define BANGUI_F2B_FRAME_H

#define FRAME_END "<F2B_END_COMMAND>"

/* What fail2ban's own client says before it goes. */
#define FRAME_CLOSE "<F2B_CLOSE_COMMAND>"

enum {
	FRAME_END_LEN = sizeof(FRAME_END) - 1,
	FRAME_CLOSE_LEN = sizeof(FRAME_CLOSE) - 1
};

#endif
