// SPDX-License-Identifier: GPL-2.0-or-later
// The gate before a real fail2ban: what is refused does not arrive (SEC-2),
// each level refuses what is above it (SEC-3), and who is served (SEC-6).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { after, before, test } from 'node:test';

import { startStack, until } from '../lib/stack.mjs';

const END = '<F2B_END_COMMAND>';
let stack, me;

before(async () => {
	stack = await startStack({ gate: true, workers: 2, jobs: false });
	me = stack.client();
	await me.setUp();
	await me.signIn();
	// from here on its log has every command that it is sent
	await stack.fail2ban('set', 'loglevel', 'HEAVYDEBUG');
});
after(() => stack.stop());

/** Words as bangui writes them. */
function request(words) {
	const parts = [Buffer.from([0x80, 2, 0x5d, 0x28])];
	for (const word of words) {
		const text = Buffer.from(word);
		const len = Buffer.alloc(5);
		len[0] = 0x58;
		len.writeUInt32LE(text.length, 1);
		parts.push(len, text);
	}
	return Buffer.concat([...parts, Buffer.from('e.'), Buffer.from(END)]);
}

/** What a connection of its own is told, as text; '' when it is only ended. */
function ask(bytes, path = stack.env.GATE_SOCKET) {
	return new Promise((done, failed) => {
		const s = net.connect(path);
		let got = '';
		s.on('connect', () => s.write(bytes));
		s.on('data', (chunk) => {
			got += chunk.toString('latin1');
			if (got.endsWith(END))
				s.end();
		});
		s.on('error', (e) => (got === '' ? failed(e) : done(got)));
		s.on('close', () => done(got));
	});
}

/** The commands that fail2ban says it was sent, since the log had so many
 * characters. */
function heard(from) {
	return readFileSync(stack.env.F2B_LOG, 'utf8').slice(from).split('\n')
		.filter((l) => l.includes('Command: ')).map((l) => l.slice(l.indexOf('Command: ')));
}

const REFUSED = [
	['set', 'sshd', 'action', 'note', 'actionban', 'touch CANARY'],
	['set', 'sshd', 'addaction', 'canary'],
	['set', 'sshd', 'delaction', 'note'],
	['set', 'sshd', 'ignorecommand', 'touch CANARY'],
	['set', 'logtarget', 'CANARY'],
	['set', 'logtarget', '/x'],
	['set', 'syslogsocket', 'CANARY'],
	['set', 'dbfile', 'CANARY'],
	['set', 'dbpurgeage', '1+1'],
	['sleep', '1'],
	['stop'],
	['stop', '--all'],
	['multi-set', 'sshd', 'addfailregex', '^x$'],
	['server-stream', 'x'],
	['config-error', 'canary'],
	['reload', '--all'],
	['reload'],
	['restart'],
	['add', 'canary', 'polling'],
	['echo', 'canary'],
	['set', 'sshd', 'addignoreip', 'file:/etc/shadow'],
	['set', 'sshd', 'addignoreip', '0.0.0.0/0'],
	['set', 'sshd', 'addlogpath', '/etc/shadow', 'tail'],
	['set', 'sshd', 'addlogpath', '/var/log/../../etc/shadow', 'tail'],
	['set', 'sshd', 'addjournalmatch', 'canary'],
	['set', 'sshd', 'banip', 'host'],
	['set', 'sshd', 'banip', '--x'],
	['set', 'sshd', 'banip', '192.0.2.1\0x'],
	['set', 'sshd', 'banip', `a${END}b`],
	['set', 'sshd', 'unbanip', '--report-absent', '192.0.2.1'],
	['set', 'sshd', 'bantime', '1+1'],
	['set', 'sshd', 'findtime', "__import__('os').system('touch CANARY')"],
	['set', 'sshd', 'bantime.formula', 'canary'],
	['set', 'sshd', 'bantime.factor', 'canary'],
	['set', 'sshd', 'attempt', '192.0.2.1'],
	['set', '../x', 'banip', '192.0.2.1'],
	['set', '--all', 'banip', '192.0.2.1'],
	['get', 'sshd', 'action', 'note', 'actionban'],
	['status', 'sshd', 'cymru'],
	['status', '--all', 'short'],
	['unban', '--all', '192.0.2.1'],
];

const REDUCE = Buffer.concat([Buffer.from([0x80, 2]),
	Buffer.from('cposix\nsystem\nX'), Buffer.from([12, 0, 0, 0]), Buffer.from('touch CANARY'),
	Buffer.from([0x85]), Buffer.from('R.'), Buffer.from(END)]);

const HOSTILE = {
	'a call': REDUCE,
	'a list in a list': Buffer.from(`\x80\x02]]a.${END}`, 'latin1'),
	'a number': Buffer.from(`\x80\x02](K\x01e.${END}`, 'latin1'),
	'protocol 0': Buffer.from(`(lp0\nVping\np1\na.${END}`),
	'nothing': Buffer.from(END),
	'an empty list': Buffer.from(`\x80\x02].${END}`, 'latin1'),
	'garbage': Buffer.from(`GET / HTTP/1.0\r\n\r\n${END}`),
	'over 64 KiB': request(['unban', 'x'.repeat(70000)]),
	'two in one': Buffer.from(`\x80\x02](X\x04\0\0\0pinge.x${END}`, 'latin1'),
};

test('what is refused is answered, logged, and never arrives', async () => {
	const from = statSync(stack.env.F2B_LOG).size;
	for (const level of ['configure', 'operate', 'observe']) {
		stack.setLevel(level);
		for (const words of REFUSED)
			assert.match(await ask(request(words)), /bangui-gate.*(invalid|needs-)/s, words.join(' '));
	}
	for (const [name, bytes] of Object.entries(HOSTILE))
		assert.match(await ask(bytes), /bangui-gate/, name);
	stack.setLevel('configure');
	assert.match(await ask(request(['get', 'sshd', 'maxretry'])), /K\x00/);
	await until(() => heard(from).some((l) => l.includes("'maxretry'")), 'the last command is logged');
	const bad = REFUSED.map((w) => w.slice(1).join(' ')).concat(['touch', 'xxxx', 'CANARY', 'canary']);
	const lines = heard(from);
	for (const line of lines) {
		const words = [...line.matchAll(/'((?:[^'\\]|\\.)*)'/g)].map((m) => m[1]);
		assert.ok(!bad.includes(words.slice(1).join(' ')) || words.length < 2, line);
		assert.ok(!/CANARY|canary|touch|shadow|sleep|stop|echo|reload/.test(line), line);
	}
	const refused = readFileSync(stack.env.GATE_LOG, 'utf8').trim().split('\n').map((l) => JSON.parse(l))
		.filter((l) => l.event === 'gate_refused');
	assert.ok(refused.length >= REFUSED.length * 3 + Object.keys(HOSTILE).length, `${refused.length} lines`);
	assert.ok(refused.some((l) => l.request === 'set logtarget CANARY' && l.gate_level === 'operate'));
});

// [what is asked, the level it needs, what its answer must be like]
const ACTS = [
	['GET', '/api/status', 'observe'],
	['GET', '/api/jails', 'observe'],
	['GET', '/api/active-bans', 'observe'],
	['POST', '/api/active-bans', 'operate', { jail: 'sshd', ips: ['11.0.0.7'] }],
	['DELETE', '/api/active-bans', 'operate', { jail: 'sshd', ips: ['11.0.0.8'] }],
];
const LEVELS = ['observe', 'operate', 'configure', 'full'];

test('each level refuses what is above it, and says which is needed', async () => {
	await stack.fail2ban('set', 'sshd', 'banip', '11.0.0.8');
	for (const level of LEVELS) {
		stack.setLevel(level);
		const status = await me.get('/api/status');
		assert.deepEqual(status.json.gate, { mode: 'gate', level });
		const warned = { observe: ['level_observe'], full: ['level_full'] }[level] ?? [];
		assert.deepEqual(status.json.warnings.map((w) => w.code)
			.filter((code) => /^(level|direct)_/.test(code)), warned);
		for (const [method, path, needed, body] of ACTS) {
			const r = await me.request(method, path, { json: body });
			if (LEVELS.indexOf(level) >= LEVELS.indexOf(needed)) {
				assert.equal(r.status, 200, `${level}: ${method} ${path}: ${r.text}`);
				continue;
			}
			assert.equal(r.status, 403, `${level}: ${method} ${path}: ${r.text}`);
			assert.equal(r.json.code, 'feature_disabled');
			assert.match(r.json.detail, new RegExp(`level \`${needed}\``));
		}
	}
});

test('a file that others could have written raises nothing', async () => {
	stack.setLevel('full');
	execFileSync('chmod', ['666', stack.env.GATE_CONF]);
	assert.equal((await me.get('/api/status')).json.gate.level, 'observe');
	execFileSync('chmod', ['644', stack.env.GATE_CONF]);
	assert.equal((await me.get('/api/status')).json.gate.level, 'full');
	const text = readFileSync(stack.env.GATE_CONF, 'utf8');
	writeFileSync(stack.env.GATE_CONF, `${text}\nNO_SUCH=1\n`);
	assert.equal((await me.get('/api/status')).json.gate.level, 'observe');
	writeFileSync(stack.env.GATE_CONF, text);
	stack.setLevel('configure');
});

test('it has no rights of root but its files', () => {
	const status = readFileSync(`/proc/${stack.env.GATE_PID}/status`, 'utf8');
	for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
		assert.match(status, new RegExp(`^${set}:\\s0+$`, 'm'));
	assert.match(status, /^NoNewPrivs:\s1$/m);
	assert.equal(statSync(stack.env.GATE_SOCKET).mode & 0o777, 0o660);
});

test('at most 32 are served, and the next is told so', async () => {
	const held = [];
	let told = '';
	for (let i = 0; i < 33 && told === ''; i++) {
		const s = net.connect(stack.env.GATE_SOCKET);
		held.push(s);
		s.on('error', () => {});
		s.write(request(['ping']));
		const text = await new Promise((done) => {
			s.once('data', (d) => done(d.toString('latin1')));
			s.once('close', () => done('closed'));
		});
		if (!text.includes('pong'))
			told = text;
	}
	for (const s of held)
		s.destroy();
	assert.match(told, /busy/);
	await until(async () => (await ask(request(['ping']))).includes('pong'), 'there is room again');
});

test('doctor sees the gate, and what it allows', () => {
	const text = execFileSync(stack.env.BANGUI_CLI, ['doctor', '--json'], { encoding: 'utf8' });
	const checks = JSON.parse(text).checks;
	assert.match(checks.find((c) => c.name === 'fail2ban_access').detail, /bangui-gate.*configure/);
	assert.equal(checks.find((c) => c.name === 'history').status, 'ok', text);
});

test('without fail2ban the gate says so, and finds it again', async () => {
	await stack.stopFail2ban();
	assert.match(await ask(request(['ping'])), /bangui-gate.*fail2ban-down/s);
	assert.equal((await me.get('/api/jails')).status, 502);
	await stack.startFail2ban();
	await until(async () => (await me.get('/api/jails')).status === 200, 'fail2ban is back');
});
