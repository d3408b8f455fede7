# SPDX-License-Identifier: GPL-2.0-or-later
# Prints where the attackers of the sample logs are: NETWORK CODE ASN NAME/ORG,
# as make_mmdb takes it, the same lines each time. A country has as many
# networks as it is to have attackers; the networks of one belong to two or
# three autonomous systems. Who is where is invented: the blocks are global,
# but nobody's home is in them (networks that are hardly ever on the Internet,
# and 3ffe::/16, which was given back), and the AS numbers are private ones.

function country(code, n, name,    i, as) {
	for (i = 0; i < n; i++) {
		as = i % (n > 8 ? 3 : n > 2 ? 2 : 1)
		printf "%d.%d.0.0/16 %s %d %s/%s %s\n", BLOCK[1 + at % 4],
		    int(at / 4), code, 64512 + 4 * countries + as, name,
		    OWNER[1 + as], code
		at++
	}
	printf "3ffe:%x::/32 %s %d %s/%s %s\n", 256 + countries, code,
	    64512 + 4 * countries, name, OWNER[1], code
	countries++
}

BEGIN {
	split("11 21 22 26", BLOCK)
	OWNER[1] = "Sample Telecom"
	OWNER[2] = "Sample Hosting"
	OWNER[3] = "Sample Cloud"
	country("CN", 22, "China")
	country("US", 20, "United States")
	country("RU", 14, "Russia")
	country("IN", 12, "India")
	country("BR", 12, "Brazil")
	country("VN", 9, "Vietnam")
	country("ID", 8, "Indonesia")
	country("DE", 8, "Germany")
	country("NL", 8, "Netherlands")
	country("KR", 6, "South Korea")
	country("FR", 6, "France")
	country("GB", 6, "United Kingdom")
	country("SG", 6, "Singapore")
	country("HK", 6, "Hong Kong")
	country("TW", 5, "Taiwan")
	country("UA", 5, "Ukraine")
	country("TR", 5, "Turkey")
	country("IR", 5, "Iran")
	country("TH", 4, "Thailand")
	country("MX", 4, "Mexico")
	country("AR", 4, "Argentina")
	country("PL", 4, "Poland")
	country("IT", 4, "Italy")
	country("ES", 4, "Spain")
	country("JP", 4, "Japan")
	country("CA", 4, "Canada")
	country("RO", 3, "Romania")
	country("BG", 3, "Bulgaria")
	country("ZA", 3, "South Africa")
	country("EG", 3, "Egypt")
	country("NG", 3, "Nigeria")
	country("PK", 3, "Pakistan")
	country("BD", 3, "Bangladesh")
	country("MY", 3, "Malaysia")
	country("PH", 3, "Philippines")
	country("CO", 3, "Colombia")
	country("AU", 3, "Australia")
	country("CL", 2, "Chile")
	country("PE", 2, "Peru")
	country("KE", 2, "Kenya")
	country("SE", 2, "Sweden")
	country("CZ", 2, "Czechia")
	country("GR", 2, "Greece")
	country("MA", 2, "Morocco")
	country("KZ", 2, "Kazakhstan")
	country("SA", 2, "Saudi Arabia")
	country("IL", 2, "Israel")
	country("NZ", 1, "New Zealand")
	country("IS", 1, "Iceland")
}
