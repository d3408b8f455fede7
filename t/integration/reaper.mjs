// SPDX-License-Identifier: GPL-2.0-or-later
// bangui-reaper as cron runs it: what it deletes and says, its lock, its exit
// codes, and that being killed at any moment costs nothing (OPS-12, OPS-45).
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync,
	statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { BUILD, until } from '../lib/stack.mjs';

const REAPER = join(BUILD, 'bangui-reaper');
const SRC = process.env.abs_srcdir ?? join(BUILD, '..');
const NOBODY = 65534;
const DAY = 86400;

const made = [];
const started = []; // what a test that failed leaves would keep us from ending
after(() => started.forEach((child) => child.kill('SIGKILL')));
after(() => made.forEach((dir) => {
	chmodSync(dir, 0o700);
	rmSync(dir, { recursive: true, force: true });
}));

function newDir() {
	const dir = mkdtempSync(join(tmpdir(), 'bangui-'));
	made.push(dir);
	return dir;
}

const noSettings = join(newDir(), 'bangui.conf'); // which every user may read
writeFileSync(noSettings, '');
chmodSync(made[0], 0o755);

function environment(dir, extra = {}) {
	return { PATH: process.env.PATH, BANGUI_CONFIG: noSettings, BANGUI_STATE_DIR: dir,
		...extra };
}

function reaper(dir, args = [], { env, as } = {}) {
	return spawnSync(REAPER, args, { encoding: 'utf8', env: environment(dir, env),
		...(as === undefined ? {} : { uid: as, gid: as }) });
}

function sql(dir, text) {
	const r = spawnSync('sqlite3', ['-cmd', '.timeout 5000', join(dir, 'bangui.db'), text],
		{ encoding: 'utf8' });
	assert.equal(r.status, 0, r.stderr);
	return r.stdout.trim();
}

/** A database with so many addresses, every third of them stale. */
function filled(rows) {
	const dir = newDir();
	const r = spawnSync(join(BUILD, 'bangui'), ['setup-code'],
		{ encoding: 'utf8', env: environment(dir) });
	assert.equal(r.status, 0, r.stderr);
	const now = Math.floor(Date.now() / 1000);
	sql(dir, `WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n
			WHERE i + 1 < ${rows})
		INSERT INTO geo_cache (addr, country_code, source, resolved_at, last_seen)
		SELECT CAST(printf('%016d', i) AS BLOB), 'DE', 'ip-api', ${now},
			${now} - iif(i % 3 = 0, 91, 1) * ${DAY} FROM n`);
	sql(dir, `INSERT INTO session (token_hash, created_at, last_seen_at, expires_at, idle_s,
		client) VALUES (randomblob(32), 1, 1, 2, 60, zeroblob(16))`);
	return dir;
}

/** Lines of the log on stderr, as objects; gcov adds some when it may not write. */
const logOf = (r) => r.stderr.trim().split('\n')
	.filter((l) => l !== '' && !l.startsWith('profiling:')).map((l) => JSON.parse(l));

const count = (dir) => Number(sql(dir, 'SELECT count(*) FROM geo_cache'));

test('it deletes what is too old, and says so in one line each', () => {
	const dir = filled(300);
	const dry = reaper(dir, ['--dry-run']);
	assert.equal(dry.status, 0, dry.stderr);
	assert.match(dry.stdout, /^would delete 100 of 300 geo_cache, 1 of 1 sessions, .* s\n$/);
	assert.equal(count(dir), 300);
	assert.equal(logOf(dry).at(-1).dry_run, true);

	const r = reaper(dir);
	assert.equal(r.status, 0, r.stderr);
	assert.match(r.stdout, /^deleted 100 of 300 geo_cache, 1 of 1 sessions, 0 of 0 throttle, .*\n$/);
	const log = logOf(r);
	assert.equal(log.length, 1);
	assert.deepEqual(Object.keys(log[0]).slice(0, 5),
		['ts', 'level', 'event', 'client', 'request_id']);
	assert.equal(log[0].event, 'retention_done');
	assert.equal(log[0].geo_cache, 100);
	assert.equal(log[0].sessions, 1);
	assert.equal(log[0].dry_run, false);
	assert.equal(log[0].complete, true);
	assert.ok(log[0].duration_ms >= 0);
	assert.equal(count(dir), 200);

	const json = JSON.parse(reaper(dir, ['--json']).stdout);
	assert.deepEqual(json.geo_cache, { looked_at: 200, deleted: 0 });
	assert.equal(json.complete, true);
	assert.equal(json.dry_run, false);
});

test('a dry run leaves every byte of the database as it was', () => {
	const dir = filled(3000);
	sql(dir, 'PRAGMA wal_checkpoint(TRUNCATE)');
	const before = readFileSync(join(dir, 'bangui.db'));
	assert.equal(reaper(dir, ['--dry-run', '--json']).status, 0);
	assert.ok(before.equals(readFileSync(join(dir, 'bangui.db'))));
});

test('days of the settings file are obeyed', () => {
	const dir = filled(30);
	const config = join(newDir(), 'bangui.conf');
	writeFileSync(config, 'BANGUI_GEO_CACHE_RETENTION_DAYS=92\n');
	assert.match(reaper(dir, ['--config', config]).stdout, /^deleted 0 of 30 geo_cache/);
	writeFileSync(config, 'BANGUI_GEO_CACHE_RETENTION_DAYS=0\n');
	const bad = reaper(dir, ['--config', config]);
	assert.equal(bad.status, 78);
	assert.match(bad.stderr, /RETENTION_DAYS/);
});

function openFiles(pid) {
	const of = `/proc/${pid}/fd`;
	return readdirSync(of).map((fd) => {
		try {
			return readlinkSync(join(of, fd));
		} catch {
			return ''; // closed meanwhile
		}
	});
}

/** A pass that is under way: somebody is writing, and it waits. */
async function waiting(dir) {
	const writer = spawn('sqlite3', [join(dir, 'bangui.db')], { stdio: ['pipe', 'pipe', 2] });
	writer.stdin.write('BEGIN IMMEDIATE;\nSELECT 1;\n');
	await new Promise((done) => writer.stdout.once('data', done));
	const child = spawn(REAPER, ['--json'], { env: environment(dir) });
	const ended = new Promise((done) => {
		let out = '';
		child.stdout.on('data', (data) => { out += data; });
		child.on('close', (status, signal) => done({ status, signal, out }));
	});
	started.push(writer, child);
	// the database is opened after the lock was taken
	await until(() => openFiles(child.pid).includes(join(dir, 'bangui.db')), 'it waits');
	return { writer, child, ended };
}

test('a second one says that another is running, and exits 75', async () => {
	const dir = filled(30);
	const { writer, ended } = await waiting(dir);
	const second = reaper(dir);
	assert.equal(second.status, 75);
	assert.match(second.stderr, /another one is running/);
	assert.equal(second.stdout, '');
	assert.equal(reaper(dir, ['--dry-run']).status, 0); // which disturbs nobody
	writer.stdin.end('ROLLBACK;\n');
	const first = await ended;
	assert.equal(first.status, 0);
	assert.equal(JSON.parse(first.out).geo_cache.deleted, 10);
});

test('told to stop it ends in good order, and the next one goes on', async () => {
	const dir = filled(30);
	const { writer, child, ended } = await waiting(dir);
	child.kill('SIGTERM');
	const r = await ended;
	writer.stdin.end('ROLLBACK;\n');
	assert.equal(r.status, 0);
	assert.equal(JSON.parse(r.out).complete, false);
	assert.match(reaper(dir).stdout, /^deleted 10 of 30/);
});

test('killed at any moment it leaves a whole database', async () => {
	const dir = filled(60000);
	let killed = 0;
	for (let i = 0; i < 12; i++) {
		const child = spawn(REAPER, [], { env: environment(dir), stdio: 'ignore' });
		const ended = new Promise((done) => child.on('exit', (_, signal) => done(signal)));
		await new Promise((done) => setTimeout(done, 2 + i * 4));
		child.kill('SIGKILL');
		killed += await ended === 'SIGKILL' ? 1 : 0;
		assert.equal(sql(dir, 'PRAGMA quick_check(1)'), 'ok');
		assert.equal(Number(sql(dir,
			`SELECT count(*) FROM geo_cache WHERE last_seen > unixepoch() - 90 * ${DAY}`)), 40000);
	}
	assert.ok(killed > 3, 'some were killed before their end');
	const r = reaper(dir, ['--json']);
	assert.equal(r.status, 0, r.stderr);
	assert.equal(count(dir), 40000);
});

test('without a database there is nothing to do, and none is made', () => {
	const dir = newDir();
	const r = reaper(dir);
	assert.equal(r.status, 0);
	assert.match(r.stderr, /nothing to do/);
	assert.throws(() => statSync(join(dir, 'bangui.db')));
});

test('a failure is one line in the log, and exit code 1', () => {
	const dir = filled(3);
	writeFileSync(join(dir, 'bangui.db'), 'x'.repeat(5000));
	rmSync(join(dir, 'bangui.db-wal'), { force: true });
	const r = reaper(dir);
	assert.equal(r.status, 1);
	assert.equal(r.stdout, '');
	const log = logOf(r);
	assert.equal(log.length, 1);
	assert.equal(log[0].event, 'background_task_failed');
	assert.equal(log[0].task, 'retention');
	assert.equal(log[0].error, 'database_unavailable');
	const told = reaper(dir, [], { env: { BANGUI_LOG: 'syslog' } });
	assert.equal(told.status, 1);
	assert.match(told.stderr, /^bangui-reaper: The database is damaged/);
});

test('a database of another version is left alone', () => {
	const dir = filled(3);
	const version = Number(sql(dir, 'PRAGMA user_version'));
	sql(dir, 'PRAGMA user_version = 9999');
	assert.equal(reaper(dir).status, 78);
	sql(dir, `PRAGMA user_version = ${version - 1}`);
	const r = reaper(dir);
	assert.equal(r.status, 1);
	assert.match(logOf(r)[0].detail, /restart bangui-fcgi/);
	assert.equal(Number(sql(dir, 'PRAGMA user_version')), version - 1);
});

test('as root it is the owner of the directory; another user is refused', () => {
	const dir = filled(30);
	if (process.getuid() !== 0) {
		chmodSync(dir, 0o500); // as if it were somebody else's
		assert.equal(reaper(dir).status, 1);
		return;
	}
	spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, dir]);
	assert.equal(reaper(dir).status, 0);
	assert.equal(statSync(join(dir, 'reaper.lock')).uid, NOBODY);
	chownSync(dir, 0, 0);
	const r = reaper(dir, [], { as: NOBODY });
	assert.equal(r.status, 1);
	assert.match(logOf(r)[0].detail, /Permission denied/);
});

test('it answers for itself, and its manual page names every option', () => {
	const help = reaper('/nowhere', ['--help']);
	assert.equal(help.status, 0);
	assert.match(help.stdout, /^usage: bangui-reaper/);
	const page = readFileSync(join(SRC, 'doc/bangui-reaper.8'), 'utf8').replaceAll('Fl Fl ', '--');
	const options = [...new Set(help.stdout.match(/--[a-z][a-z-]+/g))];
	assert.equal(options.length, 5);
	for (const option of options)
		assert.ok(page.includes(`.It ${option}`), option);
	const version = reaper('/nowhere', ['--version']);
	assert.equal(version.status, 0);
	assert.match(version.stdout, /^bangui \d/);
	for (const args of [['--unknown'], ['--config'], ['word'], ['--dry-run=yes']]) {
		const r = reaper('/nowhere', args);
		assert.equal(r.status, 2, args.join(' '));
		assert.match(r.stderr, /Try --help/);
	}
	assert.equal(reaper('/nowhere').status, 1);
});
