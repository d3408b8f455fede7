# The private stack and what its tests share.
EXTRA_DIST += \
	t/stack \
	%D%/attack \
	%D%/fail2ban.sh \
	%D%/nginx.sh \
	%D%/part.sh \
	%D%/responder.mjs \
	%D%/stack.mjs
