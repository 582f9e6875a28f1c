/** The threads of a crash while its items are read: whose registers come next (docs/formats/crash.md). */
import { address, type DumpThread } from '@noinit/model';
import { type CborValue, decodeUtf8 } from './cbor.ts';
import { THREAD_RUNNING } from './crash-codes.ts';
import { isUint, MAX_U32 } from './fields.ts';
import { MalformedError } from './malformed.ts';

type ThreadFacts = Pick<DumpThread, 'id' | 'name' | 'stack'>;

export class CrashThreads {
  private readonly crashed = new ThreadDraft();
  private readonly others: ThreadDraft[] = [];
  private current = this.crashed;

  /** How many there are beside the one that crashed. */
  get otherCount(): number {
    return this.others.length;
  }

  /**
   * Takes the elements of a thread's item. The first one that was running is the crashed one; a second processor's
   * is a thread like any other.
   */
  begin(offset: number, elements: readonly CborValue[]): void {
    const { facts, isRunning } = readThread(offset, elements);
    const isCrashed = isRunning && this.crashed.facts.id === undefined;
    if (!isCrashed) this.others.push(new ThreadDraft());
    this.current = isCrashed ? this.crashed : (this.others.at(-1) ?? this.crashed);
    this.current.facts = facts;
  }

  /** Registers of a thread that cannot be kept go nowhere. */
  skip(): void {
    this.current = new ThreadDraft();
  }

  /** Whether the thread whose registers are read has this set already; from now on it has. */
  hasSet(code: number): boolean {
    const has = this.current.sets.has(code);
    this.current.sets.add(code);
    return has;
  }

  get registers(): Map<string, number> {
    return this.current.registers;
  }

  /** The crashed one first, the others as they came. */
  finish(): readonly DumpThread[] {
    return [this.crashed, ...this.others].map((thread) => ({
      ...thread.facts,
      crashed: thread === this.crashed,
      registers: Object.fromEntries(thread.registers),
    }));
  }
}

class ThreadDraft {
  facts: ThreadFacts = {};
  readonly registers = new Map<string, number>();
  readonly sets = new Set<number>();
}

function readThread(offset: number, [, id, flags, name, low, size]: readonly CborValue[]) {
  if (!isUint(id, MAX_U32) || !isUint(flags) || !(name instanceof Uint8Array) || name.length > MAX_NAME_BYTES)
    throw new MalformedError(offset, 'malformed', 'a thread without number, flags or name');
  if (!isUint(low, MAX_U32) || !isUint(size, MAX_U32) || low + size > MAX_U32 + 1)
    throw new MalformedError(offset, 'malformed', 'a thread without a stack that can be');
  const facts: ThreadFacts = {
    id,
    ...(name.length === 0 ? {} : { name: decodeUtf8(name) }),
    ...(size === 0 ? {} : { stack: { low: address(low), size } }),
  };
  return { facts, isRunning: flags % 2 === THREAD_RUNNING };
}

const MAX_NAME_BYTES = 64;
