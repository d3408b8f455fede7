// SPDX-License-Identifier: GPL-2.0-or-later
// The operator's command: each of its commands, their exit codes, and every
// fault that the doctor is there to find (OPS-45, OPS-52, SEC-18).
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync,
	truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { BUILD, PASSWORD, startStack } from '../lib/stack.mjs';

const BANGUI = join(BUILD, 'bangui');
const SRC = process.env.abs_srcdir ?? join(BUILD, '..');
const CODE = /^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}\n$/;
const NOBODY = 65534;

const made = [];
after(() => made.forEach((dir) => {
	chmodSync(dir, 0o700);
	rmSync(dir, { recursive: true, force: true });
}));

function newDir() {
	const dir = mkdtempSync(join(tmpdir(), 'bangui-'));
	made.push(dir);
	return dir;
}

const noSettings = join(newDir(), 'bangui.conf');
writeFileSync(noSettings, '');

function environment(dir, extra) {
	return {
		PATH: process.env.PATH,
		BANGUI_CONFIG: noSettings,
		BANGUI_STATE_DIR: dir,
		BANGUI_FAIL2BAN_SOCKET: join(dir, 'no.sock'),
		BANGUI_BCRYPT_COST: '10',
		...extra,
	};
}

/** Run a command on the state directory dir. */
function bangui(dir, args, { input = '', env = {} } = {}) {
	return spawnSync(BANGUI, args, { encoding: 'utf8', input, env: environment(dir, env) });
}

function ok(r) {
	assert.equal(r.status, 0, r.stderr);
	return r;
}

test('setup-code prints a code alone, a new one each time', () => {
	const dir = newDir();
	const a = ok(bangui(dir, ['setup-code']));
	const b = ok(bangui(dir, ['setup-code']));
	assert.match(a.stdout, CODE);
	assert.match(b.stdout, CODE);
	assert.notEqual(a.stdout, b.stdout);
	assert.match(a.stderr, /type this code/);
	const json = JSON.parse(ok(bangui(dir, ['setup-code', '--json'])).stdout);
	assert.match(`${json.code}\n`, CODE);
});

test('setup takes the password from stdin, once', () => {
	const dir = newDir();
	ok(bangui(dir, ['setup'], { input: `${PASSWORD}\n` }));
	const again = bangui(dir, ['setup'], { input: 'another good password' });
	assert.equal(again.status, 1);
	assert.match(again.stderr, /bangui password/);
	ok(bangui(dir, ['password'], { input: 'another good password' }));
	const code = bangui(dir, ['setup-code']);
	assert.equal(code.status, 1);
	assert.match(code.stderr, /done already/);
});

test('password is for those who have one, and ends all sessions, and all tokens if asked to', () => {
	const dir = newDir();
	const before = bangui(dir, ['password'], { input: PASSWORD });
	assert.equal(before.status, 1);
	assert.match(before.stderr, /bangui setup/);
	ok(bangui(dir, ['setup'], { input: PASSWORD }));
	ok(bangui(dir, ['token', 'create', 'a', '--scope', 'read']));
	execFileSync('sqlite3', [join(dir, 'bangui.db'), `INSERT INTO session (token_hash, created_at, last_seen_at, expires_at, idle_s, client)
		VALUES (zeroblob(32), unixepoch(), unixepoch(), unixepoch() + 60, 60, zeroblob(16))`]);
	const count = (table) => execFileSync('sqlite3', [join(dir, 'bangui.db'), `SELECT count(*) FROM ${table}`], { encoding: 'utf8' }).trim();
	ok(bangui(dir, ['password'], { input: 'another good password' }));
	assert.deepEqual([count('session'), count('token')], ['0', '1']);
	const r = ok(bangui(dir, ['password', '--revoke-tokens'], { input: PASSWORD }));
	assert.match(r.stderr, /1 tokens revoked/);
	assert.equal(count('token'), '0');
	assert.equal(bangui(dir, ['password'], { input: 'short' }).status, 1);
});

test('token creates, lists and revokes', () => {
	const dir = newDir();
	const made = ok(bangui(dir, ['token', 'create', 'monitoring', '--scope', 'ban', '--scope', 'read']));
	assert.match(made.stdout, /^bgt_[A-Za-z0-9_-]{43}\n$/);
	const json = JSON.parse(ok(bangui(dir, ['token', 'create', 'for ever', '--scope', 'admin', '--expires', 'never', '--json'])).stdout);
	assert.match(json.token, /^bgt_/);
	assert.deepEqual([json.id, json.name, json.scopes, json.expires_at], [2, 'for ever', ['admin'], null]);
	const hours = JSON.parse(ok(bangui(dir, ['token', 'create', 'x', '--scope', 'read', '--expires', '36h', '--json'])).stdout);
	assert.equal(Math.round((Date.parse(hours.expires_at) - Date.now()) / 3600e3), 36);
	assert.equal(bangui(dir, ['token', 'create', 'x', '--scope', 'read']).status, 1);
	const list = JSON.parse(ok(bangui(dir, ['token', 'list', '--json'])).stdout);
	assert.deepEqual(list.map((t) => [t.id, t.name, t.last_used_at]), [[3, 'x', null], [2, 'for ever', null], [1, 'monitoring', null]]);
	const text = ok(bangui(dir, ['token', 'list'])).stdout;
	assert.match(text, /^2\tfor ever\tadmin\texpires never\tused never$/m);
	assert.ok(!text.includes('bgt_'));
	ok(bangui(dir, ['token', 'revoke', '2']));
	assert.equal(bangui(dir, ['token', 'revoke', '2']).status, 1);
	ok(bangui(dir, ['token', 'revoke', '1']));
	ok(bangui(dir, ['token', 'revoke', '3']));
	assert.equal(ok(bangui(dir, ['token', 'list'])).stdout, '');
	for (const name of ['', 'a\tb', 'x'.repeat(65), ' x'])
		assert.equal(bangui(dir, ['token', 'create', name, '--scope', 'read']).status, 1, JSON.stringify(name));
});

test('setup judges the password as the page does', () => {
	const dir = newDir();
	const a72 = 'a'.repeat(72);
	for (const [input, says] of [
		['', /12 characters/], ['\n', /12 characters/], ['eleven char', /12 characters/],
		[`${a72}b`, /72 bytes/], ['€'.repeat(24) + 'x', /72 bytes/],
		['twelve chars\0and more', /NUL/], [Buffer.from('twelve chars\xff', 'latin1'), /UTF-8/],
		['password1234', /attackers/], ['two lines of\na password', /one line/],
		['x'.repeat(5000), /too long/],
	]) {
		const r = bangui(dir, ['setup'], { input });
		assert.equal(r.status, 1, String(input));
		assert.match(r.stderr, says);
	}
	ok(bangui(dir, ['setup'], { input: a72 }));
});

/** Run a shell command at a terminal, answering what it asks: {status, shown}. */
function atTerminal(dir, command, answers) {
	return new Promise((resolve) => {
		const child = spawn('script', ['-qec', command, join(newDir(), 'typescript')],
			{ env: environment(dir) });
		let shown = '';
		const left = [...answers];
		child.stdout.on('data', (data) => {
			shown += data;
			if (left.length > 0 && shown.split(': ').length > answers.length - left.length + 1)
				child.stdin.write(`${left.shift()}`);
		});
		const stuck = setTimeout(() => child.kill(), 20000);
		child.on('exit', (status) => {
			clearTimeout(stuck);
			resolve({ status, shown });
		});
	});
}

test('setup asks twice at a terminal and shows nothing of it', async () => {
	const dir = newDir();
	const r = await atTerminal(dir, `${BANGUI} setup`, [`${PASSWORD}\n`, `${PASSWORD}\n`]);
	assert.equal(r.status, 0, r.shown);
	assert.match(r.shown, /The same again: /);
	assert.ok(!r.shown.includes(PASSWORD));
});

test('two different answers set nothing', async () => {
	const dir = newDir();
	const r = await atTerminal(dir, `${BANGUI} setup`, [`${PASSWORD}\n`, `${PASSWORD}x\n`]);
	assert.equal(r.status, 1);
	assert.match(r.shown, /not the same/);
	ok(bangui(dir, ['setup-code'])); // still to be set up
});

test('an interrupt at the prompt ends it and leaves the echo on', async () => {
	const dir = newDir();
	const r = await atTerminal(dir, `trap : INT; ${BANGUI} setup; stty`, ['\x03']);
	assert.doesNotMatch(r.shown, /-echo\b/);
	assert.doesNotMatch(r.shown, /The same again/);
	assert.match(r.shown, /speed/); // stty has run
	ok(bangui(dir, ['setup-code']));
});

test('the database belongs to the owner of the directory, whoever runs it', () => {
	const dir = newDir();
	if (process.getuid() === 0)
		chownSync(dir, NOBODY, NOBODY);
	ok(bangui(dir, ['setup-code']));
	const owner = statSync(dir).uid;
	const files = readdirSync(dir);
	assert.ok(files.includes('bangui.db'));
	for (const name of files) {
		const st = statSync(join(dir, name));
		assert.equal(st.uid, owner, name);
		assert.equal(st.mode & 0o777, 0o600, name);
	}
});

test('sessions end --all signs out every browser, in every worker at once', async () => {
	const stack = await startStack({ workers: 4 });
	const browsers = [stack.client(), stack.client()];
	await browsers[0].setUp();
	for (const b of browsers)
		await b.signIn();
	const everywhere = (status) => Promise.all(Array.from({ length: 16 }, async (_, i) => {
		const r = await browsers[i % 2].get('/api/auth/session');
		assert.equal(r.status, status);
	}));
	await everywhere(200);
	const { stdout } = await stack.cli('sessions', 'end', '--all', '--json');
	assert.deepEqual(JSON.parse(stdout), { ended: 2 });
	await everywhere(401);
	const doctor = JSON.parse((await stack.cli('doctor', '--json')).stdout);
	assert.equal(doctor.status, 'ok', JSON.stringify(doctor, null, 1));
	assert.match(doctor.checks.find((c) => c.name === 'fail2ban').detail, /^version \d/);
	await stack.stop();
});

test('backup and restore: what was there comes back, and nobody is signed in', () => {
	const dir = newDir();
	const file = join(newDir(), 'copy');
	ok(bangui(dir, ['setup'], { input: PASSWORD }));
	ok(bangui(dir, ['token', 'create', 'kept', '--scope', 'read']));
	ok(bangui(dir, ['backup', file]));
	assert.equal(statSync(file).mode & 0o777, 0o600);
	assert.equal(bangui(dir, ['backup', file]).status, 1, 'a copy is never written over');
	ok(bangui(dir, ['token', 'revoke', '1']));
	assert.equal(ok(bangui(dir, ['token', 'list'])).stdout, '');
	const kept = JSON.parse(ok(bangui(dir, ['restore', file, '--json'])).stdout).kept;
	assert.ok(statSync(kept).size > 0);
	assert.match(ok(bangui(dir, ['token', 'list'])).stdout, /kept/);

	// The same through pipes.
	const piped = spawnSync(BANGUI, ['backup', '-'], { env: environment(dir) });
	assert.equal(piped.status, 0);
	const other = newDir();
	ok(bangui(other, ['setup-code']));
	const r = spawnSync(BANGUI, ['restore', '-'], { input: piped.stdout, env: environment(other) });
	assert.equal(r.status, 0, r.stderr.toString());
	assert.match(ok(bangui(other, ['token', 'list'])).stdout, /kept/);

	// What is no copy changes nothing.
	truncateSync(file, 5000);
	assert.equal(bangui(other, ['restore', file]).status, 1);
	assert.equal(bangui(other, ['restore', join(dir, 'nothing')]).status, 1);
	assert.match(ok(bangui(other, ['token', 'list'])).stdout, /kept/);
});

test('sessions end wants to be told which', () => {
	assert.equal(bangui(newDir(), ['sessions', 'end']).status, 2);
});

test('config show has every setting, its value and where it came from', () => {
	const dir = newDir();
	const file = join(dir, 'conf');
	writeFileSync(file, '# mine\nBANGUI_SESSION_HOURS = 3\nBANGUI_LOG_LEVEL=debug\n');
	const env = { BANGUI_CONFIG: file, BANGUI_LOG_LEVEL: 'error' };
	const all = JSON.parse(ok(bangui(dir, ['config', 'show', '--json'], { env })).stdout);
	const at = (name) => all.find((s) => s.name === name);
	assert.deepEqual([at('BANGUI_SESSION_HOURS').value, at('BANGUI_SESSION_HOURS').source],
		['3', 'file']);
	assert.deepEqual([at('BANGUI_LOG_LEVEL').value, at('BANGUI_LOG_LEVEL').source],
		['error', 'environment']);
	assert.deepEqual([at('BANGUI_LOG').value, at('BANGUI_LOG').source], ['stderr', 'default']);

	// What it prints is a file that says the same.
	const text = ok(bangui(dir, ['config', 'show'], { env })).stdout;
	writeFileSync(file, text);
	const again = JSON.parse(ok(bangui(dir, ['config', 'show', '--json'],
		{ env: { BANGUI_CONFIG: file } })).stdout);
	assert.deepEqual(again.map((s) => [s.name, s.value]), all.map((s) => [s.name, s.value]));
	ok(bangui(dir, ['config', 'show', '--config', file]));
});

test('config template sets nothing, and everything once its comments are opened', () => {
	const dir = newDir();
	const file = join(dir, 'conf');
	const only = { PATH: process.env.PATH, BANGUI_CONFIG: file };
	const show = () => JSON.parse(execFileSync(BANGUI, ['config', 'show', '--json'], { env: only }));
	const text = ok(bangui(dir, ['config', 'template'])).stdout;
	writeFileSync(file, text);
	const preset = show();
	assert.ok(preset.length > 15 && preset.every((s) => s.source === 'default'));
	writeFileSync(file, text.replace(/^#(?=BANGUI_)/gm, ''));
	const opened = show();
	assert.ok(opened.every((s) => s.source === 'file'));
	assert.deepEqual(opened.map((s) => [s.name, s.value]), preset.map((s) => [s.name, s.value]));
	for (const s of preset)
		assert.ok(text.includes(`# ${s.help}`), s.name);
});

test('a bad setting is told with its place', () => {
	const dir = newDir();
	const file = join(dir, 'conf');
	writeFileSync(file, 'BANGUI_SESSION_HOURS=0\n');
	const r = bangui(dir, ['config', 'show', '--config', file]);
	assert.equal(r.status, 1);
	assert.match(r.stderr, /BANGUI_SESSION_HOURS \(line 1 of .*conf\)/);
});

test('help, version and what is no command', () => {
	const dir = newDir();
	const version = /^bangui \d+\.\d+\.\d+\n$/;
	assert.match(ok(bangui(dir, ['--version'])).stdout, version);
	assert.match(ok(bangui(dir, ['version'])).stdout, version);
	assert.match(JSON.parse(ok(bangui(dir, ['version', '--json'])).stdout).version, /^\d/);
	assert.match(ok(bangui(dir, ['--help'])).stdout, /^usage: bangui/);
	for (const args of [[], ['--bogus'], ['bogus'], ['setup', 'code'], ['config'], ['sessions'],
		['sessions', 'end', 'now'], ['doctor', '--all'], ['version', '--revoke-tokens'],
		['setup', '--revoke-tokens'], ['token'], ['token', 'create'], ['token', 'create', 'x'],
		['token', 'create', 'x', '--scope', 'root'], ['token', 'create', 'x', '--scope', 'read', '--expires', 'soon'],
		['token', 'create', 'x', '--scope', 'read', '--expires', '99999d'], ['token', 'revoke', 'x'], ['token', 'list', 'x'],
		['token', 'list', '--scope', 'read'],
		['setup', '--json'], ['--config']]) {
		const r = bangui(dir, args);
		assert.equal(r.status, 2, args.join(' '));
		assert.match(r.stderr, /--help/, args.join(' '));
		assert.equal(r.stdout, '');
	}
	assert.deepEqual(readdirSync(dir), []);
});

test('a database of a later version is refused with exit 78', () => {
	const dir = newDir();
	ok(bangui(dir, ['setup-code']));
	setVersion(dir, 99);
	const r = bangui(dir, ['setup-code']);
	assert.equal(r.status, 78);
	assert.match(r.stderr, /version 99/);
	assert.match(finding(dir, 'database').detail, /version 99/);
	assert.equal(finding(dir, 'database').status, 'fail');
	setVersion(dir, 1);
	assert.equal(finding(dir, 'database').status, 'warn');
});

/** user_version stands in the header, at 60, high byte first. */
function setVersion(dir, n) {
	const file = join(dir, 'bangui.db');
	const bytes = readFileSync(file);
	bytes.writeUInt32BE(n, 60);
	writeFileSync(file, bytes);
}

/** What the doctor says of one check, with its exit code. */
function finding(dir, name, opts) {
	const r = bangui(dir, ['doctor', '--json'], opts);
	const all = JSON.parse(r.stdout);
	assert.equal(r.status, { ok: 0, warn: 1, fail: 2 }[all.status]);
	const found = all.checks.find((c) => c.name === name);
	assert.ok(found, `${name} in ${r.stdout}`);
	if (found.status !== 'ok')
		assert.ok(found.mend, `${name} has a remedy`);
	return found;
}

function setUpDir() {
	const dir = newDir();
	ok(bangui(dir, ['setup'], { input: PASSWORD }));
	return dir;
}

test('the doctor changes nothing', () => {
	const dir = newDir();
	assert.equal(finding(dir, 'database_file').status, 'warn');
	assert.deepEqual(readdirSync(dir), []);
});

// name of the check, its status then, what is done to a good installation
const FAULTS = [
	['state_directory', 'fail', (dir) => chmodSync(dir, 0o755)],
	['database_file', 'fail', (dir) => chmodSync(join(dir, 'bangui.db'), 0o640)],
	['database_file', 'warn', (dir) => rmSync(join(dir, 'bangui.db'))],
	['database', 'fail', (dir) => truncateSync(join(dir, 'bangui.db'), 0)],
	['database', 'fail', (dir) => writeFileSync(join(dir, 'bangui.db'), 'no database')],
	['database_integrity', 'fail', (dir) => damageIndexPage(dir)],
	['clock', 'warn', (dir) => utimesSync(join(dir, 'bangui.db'), 4e9, 4e9)],
	['plain_http', 'warn', () => ({ BANGUI_ALLOW_PLAIN_HTTP: 'yes' })],
	['fail2ban', 'fail', () => ({})],
	['fail2ban', 'fail', (dir) => writeFileSync(join(dir, 'no.sock'), '')],
	['history', 'warn', (dir) => ({ BANGUI_FAIL2BAN_DB: dir })],
	['history', 'warn', (dir) => ({ BANGUI_FAIL2BAN_DB: join(dir, 'not there') })],
	['history', 'warn', () => ({ BANGUI_FAIL2BAN_DB: ':memory:' })],
	['set_up', 'warn', (dir) => {
		rmSync(join(dir, 'bangui.db'));
		ok(bangui(dir, ['setup-code']));
	}],
];

/** A page of an index is not looked at when the database is opened. */
function damageIndexPage(dir) {
	const LEAF_OF_INDEX = 0x0a;
	const file = join(dir, 'bangui.db');
	const bytes = readFileSync(file);
	let at = bytes.length - 4096;
	while (at > 0 && bytes[at] !== LEAF_OF_INDEX)
		at -= 4096;
	assert.ok(at > 0);
	bytes[at] = 0x5a;
	writeFileSync(file, bytes);
}

test('the doctor finds each fault', () => {
	for (const [name, status, make] of FAULTS) {
		const dir = setUpDir();
		if (name !== 'fail2ban' && name !== 'history') // both want a fail2ban
			assert.equal(finding(dir, name).status, 'ok', name);
		const env = make(dir) ?? {};
		assert.equal(finding(dir, name, { env }).status, status, `${name}: ${make}`);
	}
});

test('the doctor names a directory that is not there', () => {
	const dir = join(newDir(), 'gone');
	const found = finding(dir, 'state_directory');
	assert.equal(found.status, 'fail');
	assert.match(found.mend, /^install -d /);
});

test('the doctor tells the text of a verdict and its remedy', () => {
	const dir = newDir();
	const r = bangui(dir, ['doctor']);
	assert.equal(r.status, 2);
	assert.match(r.stdout, /^OK {4}state_directory +\S/m);
	assert.match(r.stdout, /^WARN {2}database_file .*\n +-> bangui setup-code$/m);
	assert.match(r.stdout, /^FAIL {2}fail2ban .*\n +-> fail2ban-client status$/m);
});

test('blocklist preview tells what a list would ban, and bans nothing', async () => {
	const dir = newDir();
	const input = '9.9.9.9 # one\n9.9.9.0/24\n10.0.0.1\n8.8.8.0-8.8.8.5\nexample.org\n0.0.0.0/1\n';
	const json = JSON.parse(ok(bangui(dir, ['blocklist', 'preview', '-', '--json'], { input })).stdout);
	assert.deepEqual(json, {
		format: 'plain', lines: 6, entries: 6, taken: 3, special: 1, own: 0, too_wide: 1, invalid: 1,
		duplicates: 1, bans: 3, networks: 3, first: ['8.8.8.0/30', '8.8.8.4/31', '9.9.9.0/24'],
		faults: [{ line: 5, text: 'example.org' }],
	});
	const text = ok(bangui(dir, ['blocklist', 'preview', '-'], { input })).stdout;
	assert.match(text, /^taken\t3$/m);
	assert.match(text, /^first\t9\.9\.9\.0\/24$/m);
	assert.match(text, /^fault\tline 5: example\.org$/m);
	const csv = bangui(dir, ['blocklist', 'preview', '-', '--format', 'csv', '--column', '2', '--json'],
		{ input: 'name,ip\na,9.9.9.9\n' });
	assert.deepEqual(JSON.parse(ok(csv).stdout).first, ['9.9.9.9']);
	assert.deepEqual(readdirSync(dir), []);
});

test('blocklist preview asks a server, a private one by leave of the configuration alone', async () => {
	const dir = newDir();
	let asked = 0;
	const server = createServer((req, res) => {
		asked++;
		res.end('{"ip":"9.9.9.9"}\n{"ip":"8.8.4.0\\/24"}\n');
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	try {
		const run = (env) => new Promise((done) => {
			const url = `http://127.0.0.1:${server.address().port}/list.json`;
			execFile(BANGUI, ['blocklist', 'preview', url, '--json', '--format', 'json', '--field', 'ip'],
				{ env: environment(dir, env) }, (err, stdout, stderr) => done({ err, stdout, stderr }));
		});
		const refused = await run({});
		assert.equal(refused.err.code, 1);
		assert.match(refused.stderr, /does not fetch lists from that address/);
		assert.equal(asked, 0);
		const r = await run({ BANGUI_BLOCKLIST_PRIVATE: 'yes' });
		assert.equal(r.err, null, r.stderr);
		assert.deepEqual(JSON.parse(r.stdout).first, ['8.8.4.0/24', '9.9.9.9']);
		assert.equal(asked, 1);
	} finally {
		server.close();
	}
});

test('blocklist preview refuses what is no list, and what it does not understand', () => {
	const dir = newDir();
	const page = bangui(dir, ['blocklist', 'preview', '-'], { input: '<html>9.9.9.9' });
	assert.equal(page.status, 1);
	assert.match(page.stderr, /no list of addresses/);
	for (const args of [['--format', 'xml'], ['--column', '2'], ['--column', '0', '--format', 'csv'],
		['--field', 'ip'], ['--field', 'x'.repeat(65), '--format', 'json']])
		assert.equal(bangui(dir, ['blocklist', 'preview', '-', ...args]).status, 2, args.join(' '));
});

test('the manual pages name every option and every setting, and no others', () => {
	const page = (name) => readFileSync(join(SRC, 'doc', name), 'utf8');
	const help = ok(bangui(newDir(), ['--help'])).stdout;
	const words = (text, re) => [...new Set([...text.matchAll(re)].map((m) => m[1]))].sort();
	const options = words(help, /--([a-z-]+)/g);
	assert.ok(options.length >= 6);
	assert.deepEqual(words(page('bangui.1'), /^\.It Fl Fl ([a-z-]+)/gm), options);
	const settings = JSON.parse(ok(bangui(newDir(), ['config', 'show', '--json'])).stdout);
	const conf = page('bangui.conf.5');
	assert.deepEqual(words(conf.slice(0, conf.indexOf('.Sh ENVIRONMENT')), /^\.It Ev (\w+)/gm),
		settings.map((s) => s.name).sort());
	for (const s of settings.filter((s) => s.default && !s.default.startsWith('/'))) {
		const [text] = conf.slice(conf.indexOf(`.It Ev ${s.name}\n`)).slice(1).split('\n.It ');
		assert.match(text, new RegExp(`\\b${s.default}\\b`), s.name);
	}
});
