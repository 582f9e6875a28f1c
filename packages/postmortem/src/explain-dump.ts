/** From a crash and its build's debug information to an explained crash. Pure: the same input gives the same trace. */

import { decodeLogBody, type LogDictionary } from '@noinit/logs';
import {
  type Damage,
  type Dump,
  hexAddress,
  MAX_TRACE_NODES,
  NoinitError,
  TRACE_SCHEMA,
  type Trace,
  type TraceBuild,
} from '@noinit/model';
import type { Symbols } from '@noinit/symbols';
import { makeMemory } from '@noinit/unwind';
import { NodeBudget, readGlobals } from '@noinit/values';
import type { Disassemble } from './disassembly/disassemble.ts';
import { explainLog } from './explain-log.ts';
import { explainThread } from './explain-threads.ts';
import { analyseFault } from './fault/analyse-fault.ts';
import { makeScene } from './fault/make-scene.ts';
import type { Assertion } from './fault/scene.ts';
import { findGaps } from './find-gaps.ts';
import { describeMissing } from './missing-debug-info.ts';
import { checkSameBuild } from './same-build.ts';
import { findKernelThreads } from './threads/find-kernel-threads.ts';
import type { KernelThreads } from './threads/kernel-thread.ts';
import { mergeThreads } from './threads/merge-threads.ts';

/** Name and version of what makes a trace; a stored trace of another engine is made again. */
export const ENGINE = 'noinit/0.1.0';

export interface ExplainOptions {
  /** The log sites and reboot reasons of the same build: they turn the entry of an assertion, and log entries, into text. */
  readonly dictionary?: LogDictionary;
  /** The text of the assertion, where the caller knows it already. */
  readonly assertionText?: string;
  /** Whether variables with static storage are read too. */
  readonly globals?: boolean;
  /** Levels of a variable's children that are read, 0 to MAX_DEPTH (the default). */
  readonly depth?: number;
  /** From `loadDisassembler`; without it the trace has no text of the faulting instruction. */
  readonly disassemble?: Disassemble;
}

/**
 * Never throws for what the dump holds: damage and gaps are told in the trace. Throws `wrong-symbols` where the symbols are
 * of another build than the dump. Without symbols the trace shows raw addresses.
 */
export function explainDump(dump: Dump, symbols: Symbols | undefined, options: ExplainOptions = {}): Trace {
  const conflicts = symbols ? checkSameBuild(dump, symbols) : [];
  const [crashedThread] = dump.threads;
  if (!crashedThread) throw new NoinitError('unreadable-dump', 'the dump holds no thread');
  const memory = makeMemory(dump.regions, symbols);
  const budget = new NodeBudget(MAX_TRACE_NODES);
  const target = symbols && { symbols, memory, budget, ...(options.depth !== undefined && { depth: options.depth }) };
  const source = { dump, memory, target };
  const kernel = symbols ? findKernelThreads({ symbols, memory }) : NO_KERNEL;
  const [joinedFirst = { thread: crashedThread }, ...joinedOthers] = mergeThreads(dump.threads, kernel.threads);
  // What people look at first takes first from the budget.
  const crashed = explainThread(joinedFirst, 0, source);
  const globals = target && options.globals === true ? readGlobals(target) : undefined;
  const others = joinedOthers.map((joined, index) => explainThread(joined, index + 1, source));
  const assertion = findAssertion(dump, options);
  const log = explainLog(dump, { memory, symbols, dictionary: options.dictionary });
  const unknown = findGaps(dump, symbols);
  return {
    schema: TRACE_SCHEMA,
    engine: ENGINE,
    build: describeBuild(dump, symbols),
    fault: analyseFault(
      makeScene({
        dump,
        crashed,
        memory,
        symbols,
        kernel: kernel.threads,
        ...(options.disassemble && { disassemble: options.disassemble }),
        ...(assertion !== undefined && { assertion }),
        ...(options.dictionary && { reasons: options.dictionary.reasons }),
      }),
    ),
    registers: hexRegisters({ ...crashedThread.registers, ...dump.system }),
    threads: [crashed, ...others].map(({ thread }) => thread),
    ...(globals && { globals }),
    ...(log.lines.length > 0 && { log: log.lines }),
    ...(unknown.length > 0 && { unknown }),
    damage: [...dump.damage, ...conflicts, ...kernel.damage, ...log.damage, ...budgetDamage(budget)],
  };
}

const NO_KERNEL: KernelThreads = { threads: [], damage: [] };

function describeBuild(dump: Dump, symbols: Symbols | undefined): TraceBuild {
  if (symbols) {
    const missing = describeMissing(symbols);
    return {
      ...(symbols.buildId !== undefined && { id: symbols.buildId }),
      symbols: symbols.debugInfo,
      ...(missing.length > 0 && { missing }),
    };
  }
  return { symbols: 'none', ...(dump.build !== undefined && { wanted: dump.build }) };
}

function findAssertion(dump: Dump, options: ExplainOptions): Assertion | undefined {
  if (options.assertionText !== undefined) return { text: options.assertionText };
  if (dump.cause.kind !== 'assert' || !dump.cause.entry || !options.dictionary) return undefined;
  return decodeLogBody(dump.cause.entry, options.dictionary);
}

function hexRegisters(values: { readonly [name: string]: number }): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, hexAddress(value)]));
}

function budgetDamage(budget: NodeBudget): Damage[] {
  if (budget.left > 0) return [];
  return [{ offset: 0, why: 'too-large', detail: `Only the first ${MAX_TRACE_NODES} variables are listed.` }];
}
