// SPDX-License-Identifier: GPL-2.0-or-later
// fail2ban's configuration as the API tells it, of a real fail2ban.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startStack } from '../lib/stack.mjs';

let stack, api, tree;

before(async () => {
	stack = await startStack();
	api = stack.client();
	await api.setUp();
	await api.signIn();
	tree = join(stack.dir, 'fail2ban');
	mkdirSync(join(tree, 'jail.d'), { recursive: true });
});
after(() => stack.stop());

const put = (name, text) => writeFileSync(join(tree, name), text);
async function get(path, status = 200) {
	const r = await api.get('/api/config/' + path);
	assert.equal(r.status, status, r.text);
	return r.json;
}
const option = (one, name) => one.options.find((o) => o.name === name);

test('every jail is told, running or not', async () => {
	put('jail.d/off.conf', '[off]\nenabled = false\nfilter = sample-sshd\naction = record\n');
	const { items, total } = await get('jails');
	assert.equal(items.length, total);
	const sshd = items.find((j) => j.name === 'sshd'), off = items.find((j) => j.name === 'off');
	assert.deepEqual([sshd.active, sshd.running, sshd.has_local, sshd.file, sshd.file_kind], [true, true, false, 'jail.conf', 'conf']);
	assert.deepEqual([off.active, off.running, off.file_kind], [false, false, 'conf_d']);
});

test('a value tells where it is from and all that it overrides', async () => {
	put('jail.local', '[sshd]\nmaxretry = 7\n');
	put('jail.d/sshd.local', '# ours\n[sshd]\nmaxretry = 8\n');
	const one = await get('jails/sshd');
	const { effective, origin, overrides } = option(one, 'maxretry');
	assert.equal(one.has_local, true);
	assert.equal(effective, '8');
	assert.deepEqual(origin, { file: 'jail.d/sshd.local', file_kind: 'local_d', section: 'sshd', line: 3, written: '8' });
	assert.deepEqual(overrides.map((o) => [o.file, o.section, o.written]), [['jail.local', 'sshd', '7'], ['jail.conf', 'DEFAULT', '3']]);
	assert.deepEqual(one.filter, { name: 'sample-sshd', defined: true });
	assert.deepEqual(one.actions, [{ name: 'record', defined: true }]);
	assert.deepEqual(one.issues, []);
});

test('filters and actions say who uses them', async () => {
	const filter = await get('filters/sample-sshd');
	assert.deepEqual(filter.used_by, [{ jail: 'sshd', active: true }, { jail: 'off', active: false }]);
	assert.equal(filter.active, true);
	assert.ok(option(filter, 'failregex').effective.includes('<HOST>'));
	const { items } = await get('actions');
	assert.ok(items.find((a) => a.name === 'record').used_by.length > 3);
});

test('texts come as they are, in the order in which they are read', async () => {
	const { items } = await get('jails/sshd/raw');
	assert.deepEqual(items.map((f) => [f.file, f.own]), [['jail.conf', false], ['jail.local', false], ['jail.d/sshd.local', true]]);
	assert.equal(items[2].content, '# ours\n[sshd]\nmaxretry = 8\n');
});

test('what fail2ban would refuse is told with file and line', async () => {
	put('jail.d/bad.conf', '[a]\nx = %(x)s\nbantime = 1%\n[a]\nwhat\nfilter = <x>\nfilter = y\n');
	put('jail.d/binary.conf', Buffer.from([0x5b, 0xff, 0x5d, 10]));
	put('jail.d/nul.conf', '[n]\nx = \0\n');
	put('jail.d/large.conf', '[l]\nx = ' + 'y'.repeat(1024 * 1024) + '\n');
	symlinkSync('/proc/self/environ', join(tree, 'jail.d/link.conf'));
	put('jail.d/secret.conf', '[s]\n');
	chmodSync(join(tree, 'jail.d/secret.conf'), 0);
	const list = await get('jails');
	const said = (file) => list.issues.filter((p) => p.file === 'jail.d/' + file);
	assert.deepEqual(said('bad.conf').map((p) => p.line).sort(), [4, 5, 7]);
	for (const file of ['binary.conf', 'nul.conf', 'large.conf', 'link.conf'])
		assert.equal(said(file).length, 1, file);
	if (process.getuid() !== 0)
		assert.equal(said('secret.conf').length, 1);
	const one = await get('jails/a');
	assert.ok(one.issues.some((p) => /refers to itself/.test(p.message) && p.line === 2));
	assert.ok(one.issues.some((p) => /percent sign/.test(p.message) && p.line === 3));
	assert.equal(option(one, 'bantime').broken, true);
	assert.ok(!JSON.stringify(list).includes('PATH='), 'a link out is not followed');
	for (const file of ['bad', 'binary', 'nul', 'large', 'link', 'secret'])
		rmSync(join(tree, `jail.d/${file}.conf`));
});

test('what is not there is 404, whatever the name', async () => {
	for (const path of ['jails/nothing', 'filters/..%2fjail', 'actions/%2e%2e%2fjail', 'filters/sample-sshd.conf', 'other/x', 'other', 'jails/DEFAULT', 'jails/INCLUDES'])
		assert.equal((await get(path, 404)).code, 'not_found', path);
});

test('without fail2ban the files are told all the same', async () => {
	await stack.stopFail2ban();
	const { items } = await get('jails');
	assert.equal(items.find((j) => j.name === 'sshd').running, null);
});
