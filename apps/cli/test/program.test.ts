/** The installed program: how it starts, what it prints, how it stops. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
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
  for (const command of ['demo', 'serve', 'explain', 'symbols']) {
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
