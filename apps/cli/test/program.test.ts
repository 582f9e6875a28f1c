/** The installed program: how it starts, what it prints, how it stops. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/noinit.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-program-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('runs by npx inside the clone', async () => {
  const { stdout } = await promisify(execFile)('npx', ['--no-install', 'noinit', '--version'], { cwd: ROOT });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it('lists every command that it has, and explains each', () => {
  const help = spawnSync(process.execPath, [BIN, '--help'], { encoding: 'utf8' });
  expect(help.status).toBe(0);
  for (const command of ['demo', 'serve', 'explain', 'logs', 'capture', 'symbols']) {
    expect(help.stdout).toContain(`  ${command}`);
    const words = command === 'symbols' ? ['symbols', 'upload', '--help'] : [command, '--help'];
    const own = spawnSync(process.execPath, [BIN, ...words], { encoding: 'utf8' });
    expect(own.status).toBe(0);
    expect(own.stdout).toContain('Examples:');
    expect(own.stdout).toContain('Exit codes:');
  }
});

it('says in one sentence that it is not built', () => {
  const folder = temporaryFolder();
  cpSync(BIN, join(folder, 'apps/cli/bin/noinit.js'));
  cpSync(join(BIN, '../../package.json'), join(folder, 'apps/cli/package.json'));
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'apps/cli/bin/noinit.js')], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([2, 'noinit is not built yet: run npm run build\n']);
});

it('serves: prints its URL and the key once, answers, stops at a signal', async () => {
  const data = join(temporaryFolder(), 'data');
  const first = await serve('--data', data, '--port', '0', '--project', 'thermostat');
  expect(first.said).toMatch(/Project thermostat was created\. .*: [0-9a-f]{32}\n/);
  const projects = await (await fetch(`${first.url}/api/v1/projects`)).json();
  expect(projects).toEqual({ items: [{ id: 'thermostat', name: 'thermostat' }], next: null });

  const second = spawnSync(process.execPath, [BIN, 'serve', '--data', data, '--port', '0'], { encoding: 'utf8' });
  expect([second.status, second.stderr.includes('is in use by another server')]).toEqual([1, true]);

  expect(await stop(first.child)).toBe(0);
  const again = await serve('--data', data, '--port', '0');
  expect(again.said).not.toContain('was created');
  expect(await stop(again.child)).toBe(0);
}, 30_000);

it.each([
  ['a file', (folder: string) => join(folder, 'file'), 'it is not a folder'],
  ['a folder in a file', (folder: string) => join(folder, 'file', 'data'), 'it is not a folder'],
  ['a place where no folder can be', () => '/proc/noinit/data', 'there is no such folder, and it cannot be made'],
])('says in one sentence that it cannot keep its data in %s', (_name, choose, why) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  for (const command of ['serve', 'demo']) {
    const words = [BIN, command, '--port', '0', '--data', choose(folder)];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 10_000 });
    expect(stderr.split('\n')[0]).toBe(`noinit: cannot keep data in ${choose(folder)}: ${why}`);
    expect([status, stderr.includes('    at ')]).toEqual([1, false]);
  }
});

it('says in one sentence what the system refuses', () => {
  const env = { ...process.env, TMPDIR: join(temporaryFolder(), 'none') };
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'demo'], { encoding: 'utf8', env, timeout: 10_000 });
  expect(stderr).toMatch(/^noinit: the system refused: ENOENT: no such file or directory, mkdtemp .*\n$/);
  expect(status).toBe(1);
});

it('says in one sentence that its data is none', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'events.sqlite'), 'no database, and longer than the header of one '.repeat(100));
  const words = [BIN, 'serve', '--port', '0', '--data', folder];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 10_000 });
  expect(stderr.split('\n')[0]).toBe(`noinit: cannot open the data in ${folder}: file is not a database`);
  expect([status, stderr.includes('    at ')]).toEqual([1, false]);
});

it('repeats no control character of what it was given', () => {
  const evil = 'a\u001b]0;title\u0007\u009b31m';
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'explain', evil], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([2, 'noinit: cannot read the dump a\\x1b]0;title\\x07\\x9b31m: there is no such file\n']);
});

it('ends quietly where its reader has seen enough, and says where its answer cannot be written', () => {
  const dump = join(ROOT, 'fixtures/crash/demo-null-call.dump');
  const run = (to: string) =>
    spawnSync('sh', ['-c', `"$0" "$1" explain "$2" ${to}`, process.execPath, BIN, dump], { encoding: 'utf8' });
  expect(run('| true').stderr).not.toContain('EPIPE');
  const full = run('> /dev/full');
  expect(full.stderr).toContain('noinit: cannot write the answer: ENOSPC: no space left on device, write\n');
  expect(full.status).toBe(1);
});

it.each([[['help', 'explain']], [['explain', '--help']]])('helps when asked by %j', (words) => {
  const { status, stdout } = spawnSync(process.execPath, [BIN, ...words], { encoding: 'utf8' });
  expect([status, stdout.split('\n')[0]]).toEqual([0, 'Usage: noinit explain [options] <dump>']);
});

it.each([
  [['explian'], /^noinit: unknown command 'explian'\n/],
  [['explain'], /^noinit: missing required argument 'dump'\n/],
  [
    ['symbols', 'upload', '--server', 'http://127.0.0.1:10', BIN],
    /^noinit: no noinit server answers at http:\S+ \(connect ECONNREFUSED/,
  ],
  [['symbols', 'upload', ROOT], /^noinit: cannot read the ELF file .*: it is a folder\n/],
])('speaks in its own name of a wrong command line: %j', (words, said) => {
  const { status, stderr } = spawnSync(process.execPath, [BIN, ...words], { encoding: 'utf8' });
  expect(stderr).toMatch(said);
  expect(status).toBe(2);
});

it.each([
  ['another address', ['--host', '0.0.0.0'], '127.0.0.1 only'],
  ['no port', ['--port', '70000'], 'not a port number'],
  ['no project name', ['--project', 'No Name'], 'not a project name'],
])('does not serve on %s', (_name, words, said) => {
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'serve', '--data', temporaryFolder(), ...words], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toContain(said);
});

async function serve(...words: readonly string[]): Promise<{ child: ChildProcess; url: string; said: string }> {
  const child = spawn(process.execPath, [BIN, 'serve', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString();
  });
  while (!said.includes('\n')) await once(child.stdout, 'data');
  // The line about the key follows at once, if it comes.
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { child, url: /http:\S+/.exec(said)?.[0] ?? '', said };
}

async function stop(child: ChildProcess): Promise<number | null> {
  const ended = once(child, 'exit');
  // A terminal and npm both send one.
  child.kill('SIGINT');
  child.kill('SIGINT');
  const [code] = (await ended) as [number | null];
  return code;
}
