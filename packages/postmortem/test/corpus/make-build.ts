/** Makes one program of the corpus, lets it crash in QEMU and asks gdb about it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { compile } from './compile.ts';
import { crash } from './crash.ts';
import { dumpOf } from './dump-of-build.ts';
import { WORKSHOP } from './folders.ts';
import { askGdb, type GdbFrame } from './gdb-truth.ts';
import { type Build, nameOf } from './parameters.ts';

/** What a comparison needs of a build. */
export interface Made {
  readonly elf: Uint8Array;
  /** What the program printed: its truth and its dump. */
  readonly output: string;
  readonly gdb: readonly GdbFrame[];
}

/** Makes all, one for each processor at a time; gives by name why one could not be made. */
export async function makeBuilds(builds: readonly Build[]): Promise<ReadonlyMap<string, string>> {
  mkdirSync(WORKSHOP, { recursive: true });
  const failures = new Map<string, string>();
  const queue = [...builds];
  const work = async () => {
    for (let build = queue.shift(); build; build = queue.shift()) {
      try {
        await makeBuild(build);
      } catch (error) {
        failures.set(nameOf(build), String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return failures;
}

export function isMade(build: Build): boolean {
  return existsSync(pathsOf(build).gdb);
}

async function makeBuild(build: Build): Promise<void> {
  const paths = pathsOf(build);
  await compile(build);
  const output = await crash(build, paths.elf);
  writeFileSync(paths.output, output, 'latin1');
  writeFileSync(paths.gdb, JSON.stringify(await askGdb(paths.elf, dumpOf(build, output))));
}

export function readMade(build: Build): Made {
  const paths = pathsOf(build);
  return {
    elf: readFileSync(paths.elf),
    output: readFileSync(paths.output, 'latin1'),
    gdb: JSON.parse(readFileSync(paths.gdb, 'utf8')) as readonly GdbFrame[],
  };
}

export function pathsOf(build: Build) {
  const stem = join(WORKSHOP, nameOf(build));
  return { elf: `${stem}.elf`, output: `${stem}.txt`, gdb: `${stem}.gdb.json`, trace: `${stem}.trace.json` };
}
