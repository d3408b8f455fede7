# usage: awk -f embed.awk openapi.yaml > openapi_text.c
#
# The text as C strings, a line each, with the blanks that begin it left out:
# what is served is for programs.

BEGIN {
	print "/* Generated from doc/openapi.yaml by embed.awk. Do not edit. */"
	print "#include \"api/openapi.h\"\n"
	print "#include \"base/macros.h\"\n"
	print "const char *const OPENAPI[] = {"
}

{
	sub(/^ +/, "")
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	printf "\t\"%s\\n\",\n", $0
}

END {
	print "};"
	print "const size_t OPENAPI_LEN = ARRAY_LEN(OPENAPI);"
}
