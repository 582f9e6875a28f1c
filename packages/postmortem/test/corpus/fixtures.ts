/** The corpus as it is committed: programs and truths, so that it is compared where no compiler, QEMU or gdb is. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Made, readMade } from './make-build.ts';
import { type Build, nameOf } from './parameters.ts';

const FOLDER = new URL('../../../../fixtures/corpus/', import.meta.url);
const PROGRAM = '.elf.gz';
const TRUTH = '.truth.json.gz';

interface Truth {
  readonly build: Build;
  readonly output: string;
  readonly gdb: Made['gdb'];
}

export function listFixtures(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(TRUTH))
    .map((name) => name.slice(0, -TRUTH.length));
}

export function readFixture(name: string): { readonly build: Build; readonly made: Made } {
  const { build, output, gdb } = JSON.parse(gunzipSync(readFileSync(new URL(name + TRUTH, FOLDER))).toString('utf8')) as Truth;
  return { build, made: { elf: gunzipSync(readFileSync(new URL(name + PROGRAM, FOLDER))), output, gdb } };
}

/** Replaces what is there; of `some` builds only their own. */
export function writeFixtures(builds: readonly Build[], extent: 'all' | 'some'): void {
  mkdirSync(FOLDER, { recursive: true });
  const old = extent === 'all' ? readdirSync(FOLDER).filter((name) => name.endsWith('.gz')) : [];
  for (const name of old) rmSync(new URL(name, FOLDER));
  for (const build of builds) writeFixture(build);
}

function writeFixture(build: Build): void {
  const { elf, output, gdb } = readMade(build);
  const truth: Truth = { build, output, gdb };
  const pack = (bytes: Uint8Array | string) => gzipSync(bytes, { level: 9 });
  writeFileSync(new URL(nameOf(build) + PROGRAM, FOLDER), pack(elf));
  writeFileSync(new URL(nameOf(build) + TRUTH, FOLDER), pack(JSON.stringify(truth)));
}
