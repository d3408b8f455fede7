// SPDX-License-Identifier: GPL-2.0-or-later
// Makes world.json: the outlines of the countries, projected and simplified,
// from the npm packages whose exact versions t/browser/package.json names. The
// result is committed; building BanGUI needs neither this nor Node.
//
//	node static/data/build.mjs NODE_MODULES [OUTPUT-DIRECTORY]
//
// The outlines are Natural Earth's (public domain), as world-atlas carries
// them. The projection is Equal Earth, which keeps areas: a country that looks
// twice as large as another is. It is turned by 11 degrees, so that the edge
// runs through the Bering Strait and cuts no country.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = resolve(process.argv[2] || 'node_modules');
const out = resolve(process.argv[3] || here);
const need = createRequire(join(modules, 'x.js'));
const { geoEqualEarth, geoPath } = await import(pathToFileURL(need.resolve('d3-geo')).href);
const { feature } = need('topojson-client');
const { presimplify, simplify, sphericalTriangleArea } = need('topojson-simplify');
const atlas = JSON.parse(readFileSync(need.resolve('world-atlas/countries-50m.json'), 'utf8'));

const UNIT = 10; // a whole number of the file is a tenth of a pixel of
const WIDTH = 1000; // a map so wide
const NORTH = 84, SOUTH = -57; // the Antarctic has no outline, but a dot
const TURN = -11;
const DETAIL = 0.45; // bends of less than so many square pixels are left out
const ISLAND = 1; // and islands and lakes, unless a country has nothing larger
const SMALL = 9; // a country of less is a dot as well

/** ISO 3166-1: number and letters. */
const CODES = new Map(`
	004AF 008AL 010AQ 012DZ 016AS 020AD 024AO 028AG 031AZ 032AR 036AU 040AT 044BS 048BH 050BD 051AM 052BB 056BE 060BM 064BT
	068BO 070BA 072BW 074BV 076BR 084BZ 086IO 090SB 092VG 096BN 100BG 104MM 108BI 112BY 116KH 120CM 124CA 132CV 136KY 140CF
	144LK 148TD 152CL 156CN 158TW 162CX 166CC 170CO 174KM 175YT 178CG 180CD 184CK 188CR 191HR 192CU 196CY 203CZ 204BJ 208DK
	212DM 214DO 218EC 222SV 226GQ 231ET 232ER 233EE 234FO 238FK 239GS 242FJ 246FI 248AX 250FR 254GF 258PF 260TF 262DJ 266GA
	268GE 270GM 275PS 276DE 288GH 292GI 296KI 300GR 304GL 308GD 312GP 316GU 320GT 324GN 328GY 332HT 334HM 336VA 340HN 344HK
	348HU 352IS 356IN 360ID 364IR 368IQ 372IE 376IL 380IT 384CI 388JM 392JP 398KZ 400JO 404KE 408KP 410KR 414KW 417KG 418LA
	422LB 426LS 428LV 430LR 434LY 438LI 440LT 442LU 446MO 450MG 454MW 458MY 462MV 466ML 470MT 474MQ 478MR 480MU 484MX 492MC
	496MN 498MD 499ME 500MS 504MA 508MZ 512OM 516NA 520NR 524NP 528NL 531CW 533AW 534SX 535BQ 540NC 548VU 554NZ 558NI 562NE
	566NG 570NU 574NF 578NO 580MP 581UM 583FM 584MH 585PW 586PK 591PA 598PG 600PY 604PE 608PH 612PN 616PL 620PT 624GW 626TL
	630PR 634QA 638RE 642RO 643RU 646RW 652BL 654SH 659KN 660AI 662LC 663MF 666PM 670VC 674SM 678ST 682SA 686SN 688RS 690SC
	694SL 702SG 703SK 704VN 705SI 706SO 710ZA 716ZW 724ES 728SS 729SD 732EH 740SR 744SJ 748SZ 752SE 756CH 760SY 762TJ 764TH
	768TG 772TK 776TO 780TT 784AE 788TN 792TR 795TM 796TC 798TV 800UG 804UA 807MK 818EG 826GB 831GG 832JE 833IM 834TZ 840US
	850VI 854BF 858UY 860UZ 862VE 876WF 882WS 887YE 894ZM
`.trim().split(/\s+/).map((x) => [x.slice(0, 3), x.slice(3)]));
/** Not in ISO 3166-1, but what the world's databases of addresses say. */
const NAMED = /** @type {Record<string, string>} */ ({ Kosovo: 'XK' });
/** Codes without an outline of their own: [longitude, latitude] of a dot. */
const DOTS = /** @type {Record<string, [number, number]>} */ ({
	AQ: [0, -56], BQ: [-68.3, 12.2], BV: [3.4, -54.4], CC: [96.8, -12.2], CX: [105.6, -10.5], GF: [-53, 4], GI: [-5.3, 36.1],
	GP: [-61.5, 16.2], MQ: [-61, 14.6], RE: [55.5, -21.1], SJ: [16, 78.5], TK: [-171.8, -9.2], TV: [179.2, -8.5],
	UM: [166.6, 19.3], YT: [45.2, -12.8],
});

const projection = geoEqualEarth().rotate([TURN, 0]).translate([0, 0]).scale(1).precision(0);
const right = projection([180 - TURN - 1e-9, 0])[0];
const scale = (WIDTH * UNIT) / (2 * right);
const x0 = right * scale;
const y0 = -projection([-TURN, NORTH])[1] * scale;
const height = Math.ceil(projection([-TURN, SOUTH])[1] * scale + y0);
projection.scale(scale).translate([x0, y0]);

/** @typedef {[number, number][]} Ring */
/** @param {Ring} ring */
const area = (ring) => Math.abs(ring.reduce((sum, [x, y], i) => {
	const [px, py] = ring.at(i - 1) || [0, 0];
	return sum + px * y - x * py;
}, 0)) / 2 / UNIT ** 2;

/** What a geometry becomes on the map. @param {any} geometry @returns {Ring[]} the largest first */
function rings(geometry) {
	/** @type {Ring[]} */
	const found = [];
	const context = {
		beginPath() {},
		closePath() {},
		arc() {},
		/** @param {number} x @param {number} y */
		moveTo: (x, y) => void found.push([[x, y]]),
		/** @param {number} x @param {number} y */
		lineTo: (x, y) => void found[found.length - 1].push([x, y]),
	};
	geoPath(projection, context)(geometry);
	return found.filter((r) => r.length > 2).sort((a, b) => area(b) - area(a));
}

/** Relative moves in whole units, with no blank where a sign parts them. @param {Ring} ring */
function draw(ring) {
	const [[fx, fy], ...rest] = ring.map(([x, y]) => [Math.round(x), Math.round(y)]);
	let x = fx, y = fy, moves = '';
	for (const [nx, ny] of rest) {
		const dx = nx - x, dy = ny - y;
		if (!dx && !dy) continue;
		moves += (moves && dx >= 0 ? ' ' : '') + dx + (dy < 0 ? '' : ' ') + dy;
		[x, y] = [nx, ny];
	}
	return moves && `M${fx} ${fy}l${moves}z`;
}

/** @param {Ring[]} all the largest first */
const outline = (all) => all.filter((r, i) => i === 0 || area(r) >= ISLAND).map(draw).join('');

/** The middle of what lies within. @param {Ring} ring */
function middle(ring) {
	let sum = 0, mx = 0, my = 0;
	for (const [i, [x, y]] of ring.entries()) {
		const [px, py] = ring.at(i - 1) || [0, 0], cross = px * y - x * py;
		sum += cross;
		mx += (px + x) * cross;
		my += (py + y) * cross;
	}
	return [Math.round(mx / sum / 3), Math.round(my / sum / 3)];
}

/** Rings by code; '' is land that no code names. @param {any} topology */
function shapes(topology) {
	/** @type {Map<string, Ring[]>} */
	const found = new Map();
	for (const shape of topology.objects.countries.geometries) {
		const code = CODES.get(shape.id) || NAMED[shape.properties.name] || '';
		const all = [...(found.get(code) || []), ...rings(feature(topology, shape))];
		found.set(code, all.sort((a, b) => area(b) - area(a)));
	}
	found.delete('AQ');
	return found;
}

const exact = shapes(atlas);
const perPixel = (UNIT / scale) ** 2; // steradians
const coarse = shapes(simplify(presimplify(atlas, sphericalTriangleArea), DETAIL * perPixel));

/** @type {Record<string, [string, number, number, 1?]>} */
const table = {};
for (const [code, all] of exact) {
	const [x, y] = middle(all[0]), size = all.reduce((s, r) => s + area(r), 0);
	const path = outline(coarse.get(code) || []);
	table[code] = size < SMALL ? [path, x, y, 1] : [path, x, y];
}
const land = table[''][0];
delete table[''];
for (const [code, at] of Object.entries(DOTS)) {
	const [x, y] = projection(at).map(Math.round);
	table[code] = ['', x, y, 1];
}
const world = {
	width: WIDTH * UNIT, height,
	// land that no code of ISO 3166 names: drawn, but never a country
	land,
	places: Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1))),
};
const lines = Object.entries(world.places).map(([code, place]) => `${JSON.stringify(code)}:${JSON.stringify(place)}`);
const text = `{"width":${world.width},"height":${world.height},"land":${JSON.stringify(world.land)},"places":{\n${lines.join(',\n')}\n}}\n`;
const version = JSON.parse(readFileSync(join(modules, 'world-atlas/package.json'), 'utf8')).version;
const licence = `world.json holds country outlines of Natural Earth 4.1 (naturalearthdata.com),
which are in the public domain, as the package world-atlas ${version} carries them.
Of that package:

${readFileSync(join(modules, 'world-atlas/LICENSE'), 'utf8')}`;

/** @type {[string, string][]} */
const files = [['world.json', text], ['LICENSE.world', licence]];
for (const [name, body] of files) writeFileSync(join(out, name), body);
writeFileSync(join(out, 'SHA256SUMS'), files.map(([name, body]) => `${createHash('sha256').update(body).digest('hex')}  ${name}\n`).join(''));
