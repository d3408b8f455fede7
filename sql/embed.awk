# usage: awk -f embed.awk 0001_x.sql 0002_y.sql ... > migrations.c
#
# One C string per migration, in the order given. The last statement of each
# sets user_version to the number that the file's name begins with, so that
# schema and version change in one transaction and no SQL is put together at
# run time. A file out of sequence ends the build.

function finish() {
	printf "\t  \"PRAGMA user_version = %d;\\n\"\n\t},\n", version
}

BEGIN {
	print "/* Generated from sql/ by embed.awk. Do not edit. */"
	print "#include \"store/migrations.h\"\n"
	print "const struct migration MIGRATIONS[] = {"
}

FNR == 1 {
	if (version > 0)
		finish()
	n = split(FILENAME, path, "/")
	version++
	if (path[n] !~ /^[0-9][0-9][0-9][0-9]_[a-z0-9_]+\.sql$/ ||
	    substr(path[n], 1, 4) + 0 != version) {
		printf "embed.awk: %s is not migration %04d\n", FILENAME, \
		    version > "/dev/stderr"
		failed = 1
		exit 1
	}
	printf "\t{ \"%s\",\n", path[n]
}

{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	printf "\t  \"%s\\n\"\n", $0
}

END {
	if (failed)
		exit 1
	finish()
	print "};"
	print "const size_t MIGRATIONS_LEN = ARRAY_LEN(MIGRATIONS);"
}
