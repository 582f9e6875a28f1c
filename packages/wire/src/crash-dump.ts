/** Collects the items of a crash into a `Dump`. */
import { ByteReader } from '@noinit/bytes';
import { address, type Damage, type DamageCode, type Dump, type LogPiece, type Machine, type MemoryRegion } from '@noinit/model';
import type { CborArray, CborValue } from './cbor.ts';
import { codeText, ITEM_LOG, ITEM_REGION, ITEM_REGISTERS, ITEM_THREAD, REGION_KINDS } from './crash-codes.ts';
import { CrashThreads } from './crash-threads.ts';
import { isUint, MAX_U32 } from './fields.ts';
import { MAX_REGION_BYTES, MAX_REGIONS, MAX_THREADS } from './limits.ts';
import { CLOCK_LIMITS, clockOf, MAX_CORE } from './log-piece.ts';
import { MalformedError } from './malformed.ts';
import { isKnown, type RegisterSet, registerSets } from './register-sets.ts';

export class CrashDump {
  private readonly machine: Machine;
  private readonly threads = new CrashThreads();
  private readonly system = new Map<string, number>();
  private readonly systemSets = new Set<number>();
  private readonly regions: MemoryRegion[] = [];
  private readonly log: LogPiece[] = [];
  private readonly damage: Damage[] = [];
  private regionBytes = 0;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Takes the elements of an item whose CRC is right. Throws MalformedError where they make no sense. */
  addItem(offset: number, elements: readonly CborValue[]): void {
    if (elements[0] === ITEM_REGISTERS) this.addRegisters(offset, elements);
    else if (elements[0] === ITEM_REGION) this.addRegion(offset, elements);
    else if (elements[0] === ITEM_THREAD) this.addThread(offset, elements);
    else if (elements[0] === ITEM_LOG) this.log.push(readLogItem(offset, elements));
    else this.note(offset, 'unknown-kind', `item ${codeText(elements[0])} is not known and was skipped`);
  }

  /** An item that was skipped may have begun a thread: unless it was plainly none, whose the next registers are is not known. */
  skipItem(elements: readonly CborValue[]): void {
    const isPlainlyOther = elements.length === 5 && (elements[0] === ITEM_REGISTERS || elements[0] === ITEM_REGION);
    if (!isPlainlyOther) this.threads.skip();
  }

  addDamage(damage: Damage): void {
    this.damage.push(damage);
  }

  finish(facts: Pick<Dump, 'key' | 'build' | 'cause' | 'uptime'>): Dump {
    return {
      machine: this.machine,
      ...facts,
      threads: this.threads.finish(),
      system: Object.fromEntries(this.system),
      regions: this.regions,
      ...(this.log.length > 0 ? { log: this.log } : {}),
      damage: this.damage,
    };
  }

  private addRegisters(offset: number, [, code, known, words]: readonly CborValue[]): void {
    if (typeof code !== 'number' || !isUint(known, MAX_U32) || !(words instanceof Uint8Array)) {
      throw new MalformedError(offset, 'malformed', 'a register set without number, bits or words');
    }
    const set = registerSets(this.machine).find((each) => each.code === code);
    if (!set) this.note(offset, 'unknown-kind', `register set ${code} is not known and was skipped`);
    else if (this.hasSet(set)) this.note(offset, 'conflict', `register set ${code} a second time`);
    else this.addWords(set, known, words);
  }

  /** Whether the set has come already: of the processor, or of the thread that is being read. */
  private hasSet({ code, system }: RegisterSet): boolean {
    if (!system) return this.threads.hasSet(code);
    const has = this.systemSets.has(code);
    this.systemSets.add(code);
    return has;
  }

  /** Words that were not captured, by bit or because the string ends before them, stay out: they are unknown, not 0. */
  private addWords(set: RegisterSet, known: number, bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    const target = set.system ? this.system : this.threads.registers;
    for (const [index, name] of set.names.entries()) {
      if (reader.remaining < 4) return;
      const word = reader.u32();
      if (isKnown(known, index)) target.set(name, word);
    }
  }

  private addThread(offset: number, elements: readonly CborValue[]): void {
    if (this.threads.otherCount < MAX_THREADS) {
      this.threads.begin(offset, elements);
      return;
    }
    this.threads.skip();
    this.note(offset, 'too-large', `over ${MAX_THREADS} threads`);
  }

  private addRegion(offset: number, [, code, start, bytes]: readonly CborValue[]): void {
    const kind = typeof code === 'number' ? REGION_KINDS.get(code) : undefined;
    if (typeof start !== 'number' || !(bytes instanceof Uint8Array) || start < 0 || start + bytes.length > MAX_U32 + 1) {
      throw new MalformedError(offset, 'malformed', 'a memory region without place or bytes, or beyond the address space');
    }
    const bytesWithThis = this.regionBytes + bytes.length;
    if (!kind) this.note(offset, 'unknown-kind', `memory region kind ${codeText(code)} is not known and was skipped`);
    else if (this.regions.length === MAX_REGIONS) this.note(offset, 'too-large', `over ${MAX_REGIONS} memory regions`);
    else if (bytesWithThis > MAX_REGION_BYTES) this.note(offset, 'too-large', `over ${MAX_REGION_BYTES} bytes of memory`);
    else {
      this.regions.push({ kind, address: address(start), bytes });
      this.regionBytes = bytesWithThis;
    }
  }

  private note(offset: number, why: DamageCode, detail: string): void {
    this.damage.push({ offset, why, detail });
  }
}

function readLogItem(offset: number, [, firstEntry, base, clock, core, entries]: readonly CborValue[]): LogPiece {
  if (!isUint(firstEntry) || !isUint(base) || !isUint(core, MAX_CORE) || !isClock(clock))
    throw new MalformedError(offset, 'malformed', 'log entries without numbers or clock');
  if (!(entries instanceof Uint8Array)) throw new MalformedError(offset, 'malformed', 'log entries without bytes');
  return { firstEntry, base, clock: clockOf(clock), core, entries };
}

function isClock(value: CborValue | undefined): value is readonly number[] {
  return Array.isArray(value) && CLOCK_LIMITS.every((max, index) => isUint((value as CborArray)[index], max));
}
