/** Compares one build of the corpus with all that is known of it. */
import { parseElf } from '@noinit/elf';
import type { Dump, Trace, TraceThread } from '@noinit/model';
import { loadSymbols, type Symbols } from '@noinit/symbols';
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

/** The same crash with each part of its dump. What gdb said of a cut dump says nothing of a whole one, nor the other way round. */
export function viewsOf(build: Build, made: Made): readonly { readonly build: Build; readonly made: Made }[] {
  return VIEWS.map((view) => ({
    build: { ...build, view },
    made: view === build.view || (view !== 'cut' && build.view !== 'cut') ? made : { ...made, gdb: [] },
  }));
}

const VIEWS = ['full', 'core', 'cut'] as const;

/** What is tried: the engine, or one that is broken on purpose. */
export type Explain = (dump: Dump, symbols: Symbols) => Trace;

export function compareBuild(build: Build, { elf, output, gdb }: Made, explain: Explain = explainDump): Compared {
  const trace = explain(dumpOf(build, output), loadSymbols(parseElf(elf)));
  const [thread] = trace.threads;
  const frames = thread?.frames ?? [];
  const lines = build.info !== 'names';
  const isWhole = build.view !== 'cut' && build.info !== 'no-frames' && build.info !== 'tables';
  const info = {
    lines,
    variables: lines && build.info !== 'lines',
    inlines: lines,
    frames: isWhole,
    stopped: /stopped|handler/.test(build.scenario),
  };
  const told = parseToldFrames(output);
  const findings = compareWithTold(frames, told, info);
  return { findings: gdb.length === 0 ? findings : [...findings, ...compareWithGdb(frames, gdb, told)], thread };
}
