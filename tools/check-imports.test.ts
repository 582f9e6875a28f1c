import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkImports } from './check-imports.mjs';

const REPOSITORY = resolve(import.meta.dirname, '..');

it('finds nothing wrong in this repository', () => {
  expect(checkImports(REPOSITORY)).toEqual([]);
});

describe('the import checker', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'noinit-imports-'));
    plantPackage('packages/model', []);
    plantPackage('packages/bytes', []);
    plantPackage('packages/wire', ['bytes'], ['testing'], { './encode': './dist/encode/index.js' });
    plantPackage('packages/logs', ['wire']);
    plantPackage('packages/testing', ['wire']);
    plantPackage('apps/web', ['model', 'logs']);
    plantPackage('apps/demo', ['model', 'wire']);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function plant(file: string, text: string): void {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }

  function plantPackage(folder: string, dependencies: readonly string[], dev: readonly string[] = [], entries = {}): void {
    const versions = (names: readonly string[]) => Object.fromEntries(names.map((name) => [`@noinit/${name}`, '1']));
    const exports = { '.': './dist/index.js', ...entries };
    plant(
      `${folder}/package.json`,
      JSON.stringify({ exports, dependencies: versions(dependencies), devDependencies: versions(dev) }),
    );
  }

  it('lets declared imports go downwards, through entries, and testing into tests', () => {
    plant('packages/logs/src/a.ts', "import { x } from '@noinit/wire';\nimport { y } from '@noinit/wire/encode';\n");
    plant('packages/wire/src/a.test.ts', "import { z } from '@noinit/testing';\n");
    plant('packages/wire/test/c.test.ts', "import { z } from '../../../device/tests/firmware.ts';\n");
    plant('packages/wire/src/b.ts', "// import { x } from '@noinit/logs';\nimport {\n  x,\n} from '@noinit/bytes';\n");
    expect(checkImports(root)).toEqual([]);
  });

  it.each([
    ['an import upwards', 'packages/wire/src/a.ts', "import { x } from '@noinit/logs';", 'wire must not import logs'],
    [
      'an import of the same level',
      'packages/bytes/src/a.ts',
      "import { x } from '@noinit/model';",
      'bytes must not import model',
    ],
    ['an export from above', 'packages/wire/src/a.ts', "export { x } from '@noinit/logs';", 'wire must not import logs'],
    ['a type from above', 'packages/wire/src/a.ts', "import type { X } from '@noinit/logs';", 'wire must not import logs'],
    ['an import at run time from above', 'packages/wire/src/a.ts', "await import('@noinit/logs');", 'wire must not import logs'],
    ['an import for its effect', 'packages/wire/src/a.ts', "import '@noinit/logs';", 'wire must not import logs'],
    ['one that is not declared', 'packages/logs/src/a.ts', "import { x } from '@noinit/bytes';", 'is not in logs'],
    ['one that only tests may use', 'packages/wire/src/a.ts', "import { x } from '@noinit/testing';", 'by tests only'],
    ['the inside of a package', 'packages/logs/src/a.ts', "import { x } from '@noinit/wire/dist/chunk.js';", 'is no entry'],
    ['a path into another package', 'packages/logs/src/a.ts', "import { x } from '../../wire/src/a.ts';", 'leaves the package'],
    [
      'a path out of the package in what ships',
      'packages/logs/src/a.ts',
      "import { x } from '../../../tools/x.mjs';",
      'leaves the package',
    ],
    [
      'a path into another package in a test',
      'packages/logs/src/a.test.ts',
      "import { x } from '../../wire/src/a.ts';",
      'leaves the',
    ],
    ['a package that is not there', 'packages/logs/src/a.ts', "import { x } from '@noinit/nothing';", 'there is no package'],
    ['a decoder in the page', 'apps/web/src/a.tsx', "import { x } from '@noinit/logs';", 'web must not import logs'],
    ['a host package in the demo', 'apps/demo/src/a.ts', "import { x } from '@noinit/wire';", 'demo must not import wire'],
  ])('refuses %s', (_what, file, text, problem) => {
    plant(file, `${text}\n`);
    const problems = checkImports(root);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join('\n')).toContain(problem);
    expect(problems.join('\n')).toContain(file);
  });

  it('refuses files that import each other in a circle, unless for types', () => {
    plant('packages/wire/src/a.ts', "import { b } from './b.ts';\n");
    plant('packages/wire/src/b.ts', "import { c } from './c.ts';\n");
    plant('packages/wire/src/c.ts', "import type { A } from './a.ts';\n");
    expect(checkImports(root)).toEqual([]);
    plant('packages/wire/src/c.ts', "import { a } from './a.ts';\n");
    expect(checkImports(root)).toEqual(['packages/wire: a circle of imports: src/a.ts → src/b.ts → src/c.ts → src/a.ts']);
  });

  it('refuses a package that nobody gave a level', () => {
    plantPackage('packages/surprise', []);
    expect(checkImports(root).join()).toContain('has no level');
  });
});
