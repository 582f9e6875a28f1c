/** Collects the items of a crash into a `Dump`. */
import { ByteReader } from '@noinit/bytes';
import { address, type Damage, type DamageCode, type Dump, type Machine, type MemoryRegion } from '@noinit/model';
import type { CborValue } from './cbor.ts';
import { codeText, ITEM_REGION, ITEM_REGISTERS, REGION_KINDS } from './crash-codes.ts';
import { MAX_U32 } from './fields.ts';
import { MAX_REGION_BYTES, MAX_REGIONS } from './limits.ts';
import { MalformedError } from './malformed.ts';
import { isKnown, type RegisterSet, registerSets } from './register-sets.ts';

export class CrashDump {
  private readonly machine: Machine;
  private readonly thread = new Map<string, number>();
  private readonly system = new Map<string, number>();
  private readonly seenSets = new Set<number>();
  private readonly regions: MemoryRegion[] = [];
  private readonly damage: Damage[] = [];
  private regionBytes = 0;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Takes the elements of an item whose CRC is right. Throws MalformedError where they make no sense. */
  addItem(offset: number, elements: readonly CborValue[]): void {
    if (elements[0] === ITEM_REGISTERS) this.addRegisters(offset, elements);
    else if (elements[0] === ITEM_REGION) this.addRegion(offset, elements);
    else this.note(offset, 'unknown-kind', `item ${codeText(elements[0])} is not known and was skipped`);
  }

  addDamage(damage: Damage): void {
    this.damage.push(damage);
  }

  finish(facts: Pick<Dump, 'key' | 'build' | 'cause' | 'uptime'>): Dump {
    return {
      machine: this.machine,
      ...facts,
      threads: [{ crashed: true, registers: Object.fromEntries(this.thread) }],
      system: Object.fromEntries(this.system),
      regions: this.regions,
      damage: this.damage,
    };
  }

  private addRegisters(offset: number, [, code, known, words]: readonly CborValue[]): void {
    if (typeof code !== 'number' || typeof known !== 'number' || known > MAX_U32 || !(words instanceof Uint8Array)) {
      throw new MalformedError(offset, 'malformed', 'a register set without number, bits or words');
    }
    const set = registerSets(this.machine).find((each) => each.code === code);
    if (!set) this.note(offset, 'unknown-kind', `register set ${code} is not known and was skipped`);
    else if (this.seenSets.has(code)) this.note(offset, 'conflict', `register set ${code} a second time`);
    else this.addWords(set, known, words);
    this.seenSets.add(code);
  }

  /** Words that were not captured, by bit or because the string ends before them, stay out: they are unknown, not 0. */
  private addWords(set: RegisterSet, known: number, bytes: Uint8Array): void {
    const reader = new ByteReader(bytes);
    const target = set.system ? this.system : this.thread;
    for (const [index, name] of set.names.entries()) {
      if (reader.remaining < 4) return;
      const word = reader.u32();
      if (isKnown(known, index)) target.set(name, word);
    }
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
