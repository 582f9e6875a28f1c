/** Compares one build of the corpus with all that is known of it. */
import { parseElf } from '@noinit/elf';
import type { TraceThread } from '@noinit/model';
import { loadSymbols } from '@noinit/symbols';
import { explainDump } from '../../src/index.ts';
import { compareWithGdb } from './compare-gdb.ts';
import { compareWithTold } from './compare-told.ts';
import { dumpOf } from './dump-of-build.ts';
import type { Finding } from './findings.ts';
import type { Made } from './make-build.ts';
import type { Build } from './parameters.ts';
import { parseToldFrames } from './printed-truth.ts';

export interface Compared {
  readonly findings: readonly Finding[];
  readonly thread: TraceThread | undefined;
}

export function compareBuild(build: Build, { elf, output, gdb }: Made): Compared {
  const trace = explainDump(dumpOf(build, output), loadSymbols(parseElf(elf)));
  const [thread] = trace.threads;
  const frames = thread?.frames ?? [];
  const lines = build.info !== 'names';
  const info = { lines, variables: lines && build.info !== 'lines', inlines: lines };
  const told = parseToldFrames(output);
  return { findings: [...compareWithTold(frames, told, info), ...compareWithGdb(frames, gdb, lines)], thread };
}
