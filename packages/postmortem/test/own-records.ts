/** Recorded crashes as our own device would have sent them: threads it lists, pieces of their stacks, the log, a cause. */
import { concatBytes } from '@noinit/bytes';
import { readDump } from '@noinit/dumps';
import { collectContent, LogDictionary } from '@noinit/logs';
import {
  address,
  type BuildId,
  buildPrefix,
  type CrashCause,
  type Dump,
  type DumpThread,
  type MemoryRegion,
  type PostcardRecord,
  shortBuildPrefix,
} from '@noinit/model';
import type { Symbols } from '@noinit/symbols';
import { makeCrash, makeLogBody, makeLogEntry, makeLogSection, makePostcard } from '@noinit/testing';
import { makeMemory } from '@noinit/unwind';
import { encodeMessage } from '@noinit/wire/encode';
import { findKernelThreads } from '../src/threads/find-kernel-threads.ts';
import type { KernelThread } from '../src/threads/kernel-thread.ts';

export interface Recorded {
  readonly dump: Dump;
  readonly symbols: Symbols;
}

const VALVE_STUCK = { value: 0xc011, name: 'ValveStuck', help: 'The valve did not move.' };
const { bytes, ids } = makeLogSection([
  { format: 'pump %u starts', types: ['u32'] },
  { format: 'pressure %d below %d', types: ['i32', 'i32'], level: 2 },
  VALVE_STUCK,
]);

/** Two log sites and one reason of the project's own. */
export const DICTIONARY = new LogDictionary(
  collectContent([{ name: 'noinit_log', address: 0, bytes }], { littleEndian: true, addressSize: 4 }),
);

/** Two lines, of which the device had numbers 40 and 41. */
export const LOG: NonNullable<Dump['log']> = [
  {
    firstEntry: 40,
    base: 0,
    clock: { frequency: 1000, stamp: 0, uptime: 0 },
    core: 0,
    entries: concatBytes([
      makeLogEntry(makeLogBody({ id: ids[0] ?? 0, delta: 12_000, args: [{ type: 'u32', value: 2 }] })),
      makeLogEntry(
        makeLogBody({
          id: ids[1] ?? 0,
          delta: 340,
          args: [
            { type: 'i32', value: -7 },
            { type: 'i32', value: 15 },
          ],
        }),
      ),
    ]),
  },
];

/** Bytes of a stack that are sent: those above its pointer. */
const STACK_BYTES = 512;

/** Through the bytes of a message, so that nothing comes by that the format has no place for. */
export function sentBy({ dump, symbols }: Recorded, fields: Partial<Dump>): Dump {
  const build = buildPrefix(symbols.buildId as BuildId);
  return readDump(
    encodeMessage(makeCrash({ build, dump: { ...dump, uptime: makeCrash().dump.uptime ?? 0, ...fields } as Dump })),
  );
}

/** What the device knows of the crash: its registers, each thread's saved ones and its stack, and nothing else of RAM. */
export function listedThreads({ dump, symbols }: Recorded): Pick<Dump, 'threads' | 'regions'> {
  const memory = makeMemory(dump.regions, symbols);
  const kernel = findKernelThreads({ symbols, memory }).threads;
  const [first] = dump.threads;
  const running = kernel.find(({ context }) => context.kind === 'running');
  const others = kernel.filter((thread) => thread !== running);
  const crashed: DumpThread = { ...listed(running), crashed: true, registers: first?.registers ?? {} };
  const threads = [
    crashed,
    ...others.map((thread): DumpThread => ({ ...listed(thread), crashed: false, registers: saved(thread) })),
  ];
  return { threads, regions: threads.flatMap((thread) => stackOf(thread, dump)) };
}

export function postcardOf({ dump, symbols }: Recorded, fields: Partial<PostcardRecord> = {}): Dump {
  const { pc = 0, lr, ra } = dump.threads[0]?.registers ?? {};
  const build = shortBuildPrefix(symbols.buildId as BuildId);
  const { machine } = dump;
  return readDump(encodeMessage(makePostcard({ machine, build, pc, lr: lr ?? ra ?? 0, ...fields })));
}

export function withCause(cause: CrashCause): Partial<Dump> {
  return { cause };
}

function listed(thread: KernelThread | undefined): Pick<DumpThread, 'id' | 'name' | 'stack'> {
  if (thread?.stack?.size === undefined) throw new TypeError('a thread without a stack');
  const { id, name, stack } = thread;
  return { id, name, stack: { low: address(stack.start), size: thread.stack.size } };
}

function saved({ context }: KernelThread): DumpThread['registers'] {
  return context.kind === 'saved' ? context.registers : {};
}

function stackOf({ registers }: DumpThread, { regions }: Dump): MemoryRegion[] {
  const { sp } = registers;
  const region = regions.find(({ address: start, bytes }) => sp !== undefined && sp >= start && sp < start + bytes.length);
  if (sp === undefined || !region) return [];
  const offset = sp - region.address;
  return [{ kind: 'stack', address: address(sp), bytes: region.bytes.slice(offset, offset + STACK_BYTES) }];
}
