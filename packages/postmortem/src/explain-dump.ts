/** From a crash and its build's debug information to an explained crash. Pure: the same input gives the same trace. */

import { decodeLogBody, type LogDictionary } from '@noinit/logs';
import {
  type Damage,
  type Dump,
  type DumpThread,
  hexAddress,
  MAX_TRACE_NODES,
  NoinitError,
  TRACE_SCHEMA,
  type Trace,
  type TraceBuild,
  type TraceThread,
} from '@noinit/model';
import type { Symbols } from '@noinit/symbols';
import { type BadJump, findCore, makeMemory, unwindThread } from '@noinit/unwind';
import { NodeBudget, readGlobals, type ValueTarget } from '@noinit/values';
import { makeBareFrames } from './bare-frames.ts';
import { analyseFault } from './fault/analyse-fault.ts';
import { findFaultBits } from './fault/fault-bits.ts';
import { makeTraceFrames } from './trace-frames.ts';

/** Name and version of what makes a trace; a stored trace of another engine is made again. */
export const ENGINE = 'noinit/0.1.0';

export interface ExplainOptions {
  /** The log sites of the same build: they turn the entry of an assertion into text. */
  readonly dictionary?: LogDictionary;
  /** The text of the assertion, where the caller knows it already. */
  readonly assertionText?: string;
  /** Whether variables with static storage are read too. */
  readonly globals?: boolean;
}

/**
 * Never throws for what the dump holds: damage and gaps are told in the trace. Throws `wrong-symbols` where the symbols are
 * of another build than the dump. Without symbols the trace shows raw addresses.
 */
export function explainDump(dump: Dump, symbols: Symbols | undefined, options: ExplainOptions = {}): Trace {
  if (symbols) assertSameBuild(dump, symbols);
  const memory = makeMemory(dump.regions, symbols);
  const budget = new NodeBudget(MAX_TRACE_NODES);
  const target = symbols && { symbols, memory, budget };
  const threads = dump.threads.map((thread, index) => explainThread(thread, index, dump, target));
  const globals = target && options.globals === true ? readGlobals(target) : undefined;
  const [crashed] = threads;
  const [crashedThread] = dump.threads;
  if (!crashed || !crashedThread) throw new NoinitError('unreadable-dump', 'the dump holds no thread');
  const assertion = findAssertion(dump, options);
  return {
    schema: TRACE_SCHEMA,
    engine: ENGINE,
    build: describeBuild(dump, symbols),
    fault: analyseFault({
      dump,
      thread: crashedThread,
      frames: crashed.thread.frames,
      bits: findFaultBits(dump.system),
      memory,
      ...(crashed.badJump && { badJump: crashed.badJump }),
      ...(assertion !== undefined && { assertion }),
    }),
    registers: hexRegisters({ ...crashedThread.registers, ...dump.system }),
    threads: threads.map(({ thread }) => thread),
    ...(globals && { globals }),
    damage: [...dump.damage, ...budgetDamage(budget)],
  };
}

interface ExplainedThread {
  readonly thread: TraceThread;
  readonly badJump?: BadJump;
}

function explainThread(thread: DumpThread, index: number, dump: Dump, target: ValueTarget | undefined): ExplainedThread {
  const name = thread.name ?? (thread.crashed ? 'crashed thread' : `thread ${index}`);
  const head = { name, crashed: thread.crashed };
  const core = findCore(dump.machine);
  if (!target || !core) {
    const { frames, badJump } = makeBareFrames(thread, dump.machine === 'cortex-m');
    const end = target ? `This version does not unwind ${dump.machine}.` : 'Callers are found with the symbols of the build.';
    return { thread: { ...head, frames, end }, ...(badJump && { badJump }) };
  }
  const { frames, end } = unwindThread(thread.registers, { symbols: target.symbols, memory: target.memory, core });
  const innermost = frames[0];
  return {
    thread: { ...head, frames: makeTraceFrames(frames, target), ...(end.reason !== 'outermost' && { end: end.detail }) },
    ...(innermost && innermost.kind !== 'exception' && innermost.badJump && { badJump: innermost.badJump }),
  };
}

function assertSameBuild(dump: Dump, symbols: Symbols): void {
  if (dump.build === undefined || symbols.buildId?.startsWith(dump.build)) return;
  const given = symbols.buildId === undefined ? 'an ELF file without a build id' : `build ${symbols.buildId}`;
  throw new NoinitError('wrong-symbols', `the crash is of build ${dump.build}…, the symbols are of ${given}`);
}

function describeBuild(dump: Dump, symbols: Symbols | undefined): TraceBuild {
  if (symbols) return { ...(symbols.buildId !== undefined && { id: symbols.buildId }), symbols: symbols.debugInfo };
  return { symbols: 'none', ...(dump.build !== undefined && { wanted: dump.build }) };
}

function findAssertion(dump: Dump, options: ExplainOptions): string | undefined {
  if (options.assertionText !== undefined) return options.assertionText;
  if (dump.cause.kind !== 'assert' || !dump.cause.entry || !options.dictionary) return undefined;
  return decodeLogBody(dump.cause.entry, options.dictionary)?.text;
}

function hexRegisters(values: { readonly [name: string]: number }): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hexAddress(value)]));
}

function budgetDamage(budget: NodeBudget): Damage[] {
  if (budget.left > 0) return [];
  return [{ offset: 0, why: 'too-large', detail: `Only the first ${MAX_TRACE_NODES} variables are listed.` }];
}
