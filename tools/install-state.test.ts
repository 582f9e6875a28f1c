/** What is wrong with a folder of packages, in a small checkout made for it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const TOOL = new URL('./install-state.mjs', import.meta.url).href;
const BUILD_TOOL = new URL('./build-state.mjs', import.meta.url).href;

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'noinit-install-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function plant(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

function ask(tool: string, question: string): string {
  const script = `import(${JSON.stringify(tool)}).then((tool) => console.log(tool.${question}()))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim();
}

describe('an install', () => {
  beforeEach(() => {
    const packages = {
      '': { name: 'checkout' },
      'apps/tool': { version: '1.0.0', bin: { tool: 'bin.js' } },
      'node_modules/@own/tool': { resolved: 'apps/tool', link: true },
      'node_modules/a': { version: '1.2.3', bin: { a: 'a.js' } },
      'node_modules/a/node_modules/b': { version: '2.0.0' },
      'node_modules/elsewhere': { version: '1.0.0', optional: true, os: ['plan9'], bin: { elsewhere: 'e.js' } },
    };
    plant('package-lock.json', JSON.stringify({ packages }));
    plant('apps/tool/package.json', '{"version":"1.0.0"}');
    plant('apps/tool/bin.js', '');
    plant('node_modules/a/package.json', '{"version":"1.2.3"}');
    plant('node_modules/a/a.js', 'a');
    plant('node_modules/a/node_modules/b/package.json', '{"version":"2.0.0"}');
    for (const folder of ['@own', '.bin']) mkdirSync(join(root, 'node_modules', folder));
    symlinkSync('../../apps/tool', join(root, 'node_modules/@own/tool'));
    symlinkSync('../../apps/tool/bin.js', join(root, 'node_modules/.bin/tool'));
    symlinkSync('../a/a.js', join(root, 'node_modules/.bin/a'));
  });

  it('is whole with every package, link and command that the lock file names', () => {
    expect(ask(TOOL, 'findInstallFault')).toBe('undefined');
    expect(ask(TOOL, 'findInstallFault')).toBe('undefined');
  });

  it.each([
    ['a package', 'node_modules/a/node_modules/b', 'node_modules/a/node_modules/b is missing'],
    ['a link to an own package', 'node_modules/@own/tool', 'node_modules/@own/tool is missing'],
    ['a command', 'node_modules/.bin/a', 'the command node_modules/.bin/a is missing'],
    ['an own command', 'node_modules/.bin/tool', 'the command node_modules/.bin/tool is missing'],
    ['a file of a package', 'node_modules/a/a.js', /a\.js|\/\.bin\/a|node_modules\/a were changed/],
    ['everything', 'node_modules', 'node_modules is missing'],
  ])('without %s is at fault', (_name, path, fault) => {
    expect(ask(TOOL, 'findInstallFault')).toBe('undefined');
    rmSync(join(root, path), { recursive: true });
    if (typeof fault === 'string') expect(ask(TOOL, 'findInstallFault')).toBe(fault);
    else expect(ask(TOOL, 'findInstallFault')).toMatch(fault);
  });

  it('is at fault where a file is shorter than it was, or a package has another version', () => {
    expect(ask(TOOL, 'findInstallFault')).toBe('undefined');
    plant('node_modules/a/a.js', '');
    expect(ask(TOOL, 'findInstallFault')).toBe('files of node_modules/a were changed or removed');
    plant('node_modules/a/package.json', '{"version":"1.2.4"}');
    expect(ask(TOOL, 'findInstallFault')).toBe('node_modules/a is 1.2.4, not 1.2.3');
  });
});

describe('a build', () => {
  beforeEach(() => {
    for (const file of ['src/index.ts', 'src/deep/one.ts', 'src/deep/one.test.ts']) plant(`packages/a/${file}`, '');
    mkdirSync(join(root, 'apps'));
  });

  it('that was never made, or is whole, is not torn', () => {
    expect(ask(BUILD_TOOL, 'isBuildTorn')).toBe('false');
    for (const name of ['.tsbuildinfo', 'index.js', 'index.d.ts', 'deep/one.js', 'deep/one.d.ts'])
      plant(`packages/a/dist/${name}`, '');
    expect(ask(BUILD_TOOL, 'isBuildTorn')).toBe('false');
    rmSync(join(root, 'packages/a/dist/deep/one.js'));
    expect(ask(BUILD_TOOL, 'isBuildTorn')).toBe('true');
  });

  it('whose sources have a file more is not whole either', () => {
    for (const name of ['.tsbuildinfo', 'index.js', 'index.d.ts']) plant(`packages/a/dist/${name}`, '');
    expect(ask(BUILD_TOOL, 'isBuildTorn')).toBe('true');
  });
});
