EXTRA_DIST += \
	%D%/package.json \
	%D%/package-lock.json
