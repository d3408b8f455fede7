// SPDX-License-Identifier: GPL-2.0-or-later
// Two MaxMind DB files of a small made-up world, as settings of a stack.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILD } from '../../lib/stack.mjs';

/** NETWORK CODE ASN NAME/ORG; everything else is nowhere. */
const WORLD = `11.0.0.0/8 US 64500 United States/Example Cloud
12.0.0.0/8 CN 64501 China/Example Telecom
13.0.0.0/8 BR 64502 Brazil/Banda Larga Net
14.0.0.0/8 IN 64503 India/Example Broadband of a rather long name, Private Limited
15.0.0.0/8 RU 64504 Russia/Example Host
16.0.0.0/8 SG 64505 Singapore/Example Data Centre
17.0.0.0/8 DE 64506 Germany/Example Hosting
18.0.0.0/8 FR 64507 France/Hébergement Net
19.0.0.0/8 MT 64508 Malta/Example Islands
20.0.0.0/8 NG 64509 Nigeria/Example Mobile
21.0.0.0/8 NL 64500 Netherlands/Example Cloud
22.0.0.0/8 XK 64510 Kosovo/Example Net
2a00::/12 DE 64506 Germany/Example Hosting
`;

/** @param {{ asn?: boolean }} [opt] asn: false leaves the file of networks out */
export function makeGeo({ asn = true } = {}) {
	const dir = mkdtempSync(join(tmpdir(), 'bangui-world-'));
	process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
	/** @param {string} name @param {string} layout */
	const file = (name, layout) => {
		execFileSync(join(BUILD, 't/lib/make_mmdb'), [layout, join(dir, name)], { input: WORLD });
		return join(dir, name);
	};
	const country = file('country.mmdb', 'geolite-country');
	return { BANGUI_GEOIP_DB_PATH: country, ...(asn ? { BANGUI_GEOIP_ASN_DB_PATH: file('asn.mmdb', 'geolite-asn') } : {}) };
}
