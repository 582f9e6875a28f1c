/** Reads the memory of a capture: stacks, then the ranges that were asked for or that the linker gave to objects. */
import { address, type DumpThread } from '@noinit/model';
import type { ReadMemory } from './find-build.ts';
import { CODE_BYTES, MAX_STACK_BYTES, STACK_BYTES } from './limits.ts';
import type { PlannedRange } from './memory-plan.ts';
import type { Program } from './program.ts';
import { ADDRESS_END, type Range, sizeOf } from './range.ts';
import type { TakenParts } from './taken-parts.ts';

export interface TakeMemoryOptions {
  readonly program?: Program;
  readonly ranges?: readonly Range[];
  readonly isBuildKnown: boolean;
  readonly progress?: (done: number, total: number) => void;
  readonly read: ReadMemory;
}

/** What the server cannot read is noted. Throws where the connection ends; what was read until then is kept. */
export async function takeMemory(parts: TakenParts, options: TakeMemoryOptions): Promise<void> {
  planMemory(parts, options);
  parts.missing.push(...parts.plan.leftOut);
  const total = parts.plan.ranges.reduce((sum, range) => sum + sizeOf(range), 0);
  let done = 0;
  for (const range of parts.plan.ranges) {
    const { pieces, gaps, lost } = await options.read(range.start, sizeOf(range), (bytes) => {
      done += bytes;
      options.progress?.(done, total);
    });
    for (const { address: start, bytes } of pieces) parts.regions.push({ kind: range.kind, address: address(start), bytes });
    for (const { address: start, size, why } of gaps) if (isMissed(range, start)) note(parts, range, start, size, why);
    if (lost !== undefined) throw lost;
  }
}

function planMemory({ threads, plan }: TakenParts, { program, ranges, isBuildKnown }: TakeMemoryOptions): void {
  for (const thread of threads) for (const stack of stacksOf(thread, program)) plan.add(stack);
  if (!isBuildKnown) for (const code of codeOf(threads[0])) plan.add(code);
  if (ranges !== undefined) for (const range of ranges) plan.add({ ...range, kind: 'data', what: 'a range that was asked for' });
  else for (const section of sectionsOf(program)) plan.add(section);
}

/** Small ones first: a heap of megabytes takes the place of nothing. The log’s region is in no section. */
function sectionsOf(program: Program | undefined): readonly PlannedRange[] {
  if (program === undefined) return [];
  const sections = program.writable.map(({ name, start, end }) => ({ what: name, start, end, kind: 'data' as const }));
  const log = program.log && { ...program.log, what: 'the log', kind: 'data' as const };
  return [...(log ? [log] : []), ...sections].toSorted((a, b) => sizeOf(a) - sizeOf(b));
}

/** From the stack pointer up. In a handler the other stack of a Cortex-M holds what was interrupted. */
function stacksOf({ registers }: DumpThread, program: Program | undefined): readonly PlannedRange[] {
  const { sp, psp, msp } = registers;
  const pointers = new Set([sp, psp, msp].filter((each) => each !== undefined && each !== 0 && each % 4 === 0));
  return [...pointers].flatMap((pointer) => {
    if (pointer === undefined || pointer >= ADDRESS_END) return [];
    const end = program?.stackEnd(pointer);
    const isKnown = end !== undefined;
    const limit = Math.min(pointer + (isKnown ? MAX_STACK_BYTES : STACK_BYTES), ADDRESS_END);
    return [
      { start: pointer, end: Math.min(end ?? limit, limit), kind: 'stack' as const, what: isKnown ? STACK : GUESSED_STACK },
    ];
  });
}

/** By these bytes an ELF file is told from a wrong one. */
function codeOf(thread: DumpThread | undefined): readonly PlannedRange[] {
  const { pc, lr, ra } = thread?.registers ?? {};
  return [pc, lr ?? ra].flatMap((place) => {
    if (place === undefined || place >= EXCEPTION_RETURN) return [];
    const start = Math.max(0, Math.floor(place / CODE_STEP) * CODE_STEP - CODE_BYTES / 2);
    return [{ start, end: start + CODE_BYTES, kind: 'data' as const, what: CODE }];
  });
}

/** Code around a wild pc, and memory above a stack whose end is not known, need not be there. */
function isMissed(range: PlannedRange, start: number): boolean {
  return range.what !== CODE && !(range.what === GUESSED_STACK && start > range.start);
}

function note(parts: TakenParts, range: PlannedRange, start: number, size: number, why: string): void {
  parts.missing.push({ start, end: start + size, what: range.what, why });
}

const STACK = 'a stack';
const GUESSED_STACK = 'a stack without a known end';
const CODE = 'code';
const CODE_STEP = 64;
/** What lr holds in a handler of a Cortex-M is no place. */
const EXCEPTION_RETURN = 0xf000_0000;
