// SPDX-License-Identifier: GPL-2.0-or-later
// A pool of workers in a directory of its own, without nginx and fail2ban:
// bangui-fcgi-hooks, whose routes under /api/test/ crash, hang and sleep.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync,
	symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { request } from './fastcgi.mjs';
import { BUILD, until } from './stack.mjs';

export const PROGRAM = join(BUILD, 't/lib/hooks/bangui-fcgi-hooks');

// Binds a socket as descriptor 0 and becomes the program: no launcher at all.
const BARE_BIND = `
	use IO::Socket::UNIX;
	my ($path, @argv) = @ARGV;
	my $s = IO::Socket::UNIX->new(Local => $path, Listen => 128) or die;
	open(STDIN, '<&', $s) or die;
	close($s);
	exec(@argv);
`;

function launch(kind, sock, program, options) {
	if (kind === 'bare bind')
		return ['perl', ['-e', BARE_BIND, sock, program, ...options]];
	if (kind === 'spawn-fcgi -F')
		return ['spawn-fcgi', ['-s', sock, '-F', '2', '--', program, ...options]];
	return ['spawn-fcgi', ['-n', '-s', sock, '-b', '128', '--', program, ...options]];
}

/** Fields of /proc/PID/status, or null when there is no such process. */
export function processStatus(pid) {
	try {
		const text = readFileSync(`/proc/${pid}/status`, 'utf8');
		const fields = Object.fromEntries(text.split('\n').map((l) => l.split(/:\s+/, 2)));
		return fields.State.startsWith('Z') ? null : fields;
	} catch {
		return null;
	}
}

/** Pids of the living children of a process. */
export function children(pid) {
	return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
		.filter((name) => processStatus(name)?.PPid === String(pid)).map(Number);
}

/**
 * The worker is blocked in a system call, and has done something since its
 * count of voluntary switches was `since`.
 */
export function isWaiting(pid, since) {
	const s = processStatus(pid);
	return s?.State.startsWith('S') && Number(s.voluntary_ctxt_switches) > since;
}

export function switches(pid) {
	return Number(processStatus(pid).voluntary_ctxt_switches);
}

export class Pool {
	/** workers 0: one plain worker; env more of the environment. */
	constructor({ workers = 0, kind = 'spawn-fcgi -n', env = {} } = {}) {
		this.dir = mkdtempSync(join(tmpdir(), 'bangui-'));
		this.sock = join(this.dir, 'fcgi.sock');
		this.state = join(this.dir, 'state');
		this.program = join(this.dir, 'bangui-fcgi');
		this.logFile = join(this.dir, 'log');
		this.workers = workers;
		this.kind = kind;
		this.env = env;
		mkdirSync(this.state, { mode: 0o700 });
		symlinkSync(PROGRAM, this.program);
		writeFileSync(join(this.dir, 'conf'), `BANGUI_STATE_DIR=${this.state}\n` +
			`BANGUI_FAIL2BAN_SOCKET=${join(this.dir, 'none.sock')}\nBANGUI_BCRYPT_COST=10\n`);
	}

	async start() {
		const options = this.workers ? ['--workers', String(this.workers)] : [];
		const log = openSync(this.logFile, 'a');
		const [cmd, args] = launch(this.kind, this.sock, this.program, options);
		this.child = spawn(cmd, args, { stdio: ['ignore', log, log], env: {
			PATH: process.env.PATH, LC_ALL: 'C.UTF-8',
			ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '',
			BANGUI_CONFIG: join(this.dir, 'conf'), ...this.env } });
		closeSync(log);
		this.exited = new Promise((done) => this.child.on('exit',
			(code, signal) => done({ code, signal })));
		this.pid = this.child.pid;
		await until(() => this.isUp(), 'the pool is up');
		return this;
	}

	async isUp() {
		const r = await this.get('/api/health/live').catch(() => null);
		return r?.status === 200;
	}

	get(uri, headers) {
		return request(this.sock, 'GET', uri, { headers });
	}

	signal(name) {
		process.kill(this.pid, name);
	}

	/** The log's lines, parsed. */
	log() {
		return readFileSync(this.logFile, 'utf8').split('\n')
			.filter((l) => l.startsWith('{')).map((l) => JSON.parse(l));
	}

	events(name) {
		return this.log().filter((l) => l.event === name);
	}

	/** Ends what still runs, and forgets the directory. */
	async stop() {
		if (this.child?.exitCode === null && this.child.signalCode === null)
			this.signal('SIGTERM');
		await this.exited;
		rmSync(this.dir, { recursive: true, force: true });
	}
}
