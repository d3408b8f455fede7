# The Debian package, lived with: ./bootstrap check package, as root.
EXTRA_DIST += \
	%D%/booted \
	%D%/lived.sh \
	%D%/run \
	%D%/tap.sh \
	%D%/unbooted \
	%D%/view
