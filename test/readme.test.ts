/** Every command of the README is run here, as it stands there. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const LONG_MS = 120_000;

/** How a command is run that does not end by itself, or that would run this test again. */
const SPECIAL: Readonly<Record<string, (command: string) => Promise<void>>> = {
  'npm start': runUntilUrl,
  'npx --no-install noinit serve --data ./data': (command) =>
    runUntilUrl(`${command.replace('./data', temporaryFolder())} --port 0`),
  'npm test': () => runToEnd('npm test packages/bytes'),
  'npm run bench': () => runToEnd('npm run bench explain'),
};

describe('the README', () => {
  const commands = [...readFileSync('README.md', 'utf8').matchAll(/```sh\n(?<block>[^`]*)```/g)].flatMap(({ groups }) =>
    (groups?.['block'] ?? '').trim().split('\n'),
  );

  it('has both commands of the start', () => {
    expect(commands).toEqual(expect.arrayContaining(['npm start', 'npm test']));
  });

  it.each(commands)('says the truth: %s', { timeout: LONG_MS }, (command) => (SPECIAL[command] ?? runToEnd)(command));

  it('links to files that are there', () => {
    const links = [...readFileSync('README.md', 'utf8').matchAll(/\]\((?<target>[^)#]+)\)/g)].map(
      ({ groups }) => groups?.['target'] ?? '',
    );
    for (const link of links) expect(() => readFileSync(link), link).not.toThrow(/ENOENT/);
  });
});

function runToEnd(command: string): Promise<void> {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8', timeout: LONG_MS });
  expect(status, stdout + stderr).toBe(0);
  expect(stdout.trim()).not.toBe('');
  return Promise.resolve();
}

/** Runs until a URL is printed that answers, then presses Ctrl-C; the command must end well. */
async function runUntilUrl(command: string): Promise<void> {
  const [program = '', ...args] = command.split(' ');
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const url = await readUrl(child);
  expect((await fetch(url)).status).toBe(200);
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  // The terminal sends Ctrl-C to the whole group: npm, node and their children.
  process.kill(-(child.pid ?? 0), 'SIGINT');
  await ended;
}

function readUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        const url = /http:\/\/[^\s]+/.exec(text)?.[0];
        if (url !== undefined) resolve(url);
      });
    }
    child.on('close', (code) => reject(new Error(`ended with ${code} before a URL: ${text}`)));
  });
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-readme-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
