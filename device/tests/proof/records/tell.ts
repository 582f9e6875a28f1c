/** What a message of the device says, in the words of the model. Crash items are walked here, not by the host's decoder. */
import { crc16 } from '@noinit/bytes';
import type { RebootMark } from '@noinit/model';
import { scanMessage } from '@noinit/wire';

const hex = (value: number): string => value.toString(16);

/** Not as the page of its format has it. */
export class NoRecord extends Error {}

const told = new Map<string, string>();

/** The same bytes come very often. */
export function tellMessage(message: Uint8Array): string {
  const key = Buffer.from(message).toString('latin1');
  const known = told.get(key) ?? readMessage(message);
  told.set(key, known);
  return known;
}

function readMessage(message: Uint8Array): string {
  const { record, damage } = scanMessage(message);
  if (damage.length > 0 && record?.kind !== 'crash') throw new NoRecord(damage.map(({ detail }) => detail).join());
  if (record === undefined) throw new NoRecord('no record');
  const { boot, lineage } = record.key;
  if (lineage !== 0x12345678) throw new NoRecord(`lineage ${hex(lineage)}`);
  switch (record.kind) {
    case 'boot': {
      const { unexpectedReboots, lineageUnexpectedReboots, unexpectedSinceHealthy, operatingTime, ramSurvived } = record;
      const counts = `${unexpectedReboots} ${lineageUnexpectedReboots} ${unexpectedSinceHealthy}`;
      if (record.build !== '400102030405060708090a0b0c0d0e0f10111213') throw new NoRecord(`build ${record.build}`);
      const told = `boot ${boot}: raw ${record.rawResetCause} whole ${ramSurvived} counts ${counts} ran ${operatingTime}`;
      if (record.version === '' && record.hardware === undefined) return `${told} without version`;
      return record.version === '1.0' && record.hardware === 'B' ? told : `${told} version ${record.version} ${record.hardware}`;
    }
    case 'reboot': {
      const { reason, hardware, unexpected, marked, later, uptime, alive } = record;
      const marks = `${tellMark(marked)}, ${tellMark(later)}`;
      const sign = `every ${alive?.interval ?? 0} in ${alive?.task ?? 0} ${alive?.pc ?? 0}`;
      return `reboot ${boot}: ${hex(reason)} by ${hex(hardware.reason)} ${hardware.raw}${unexpected ? ' unexpected' : ''} marks ${marks} up ${uptime} ${sign}`;
    }
    case 'postcard': {
      const cause = record.cause.kind === 'fault' ? 1 : record.cause.kind === 'out-of-memory' ? 6 : 0;
      if (record.build !== '40010203') throw new NoRecord(`postcard of build ${record.build}`);
      return `postcard ${boot}: cause ${cause} ${hex(record.reason)} ${record.pc ?? 0} ${record.lr ?? 0} ${hex(record.faultBits)}`;
    }
    case 'crash':
      return tellCrash(message.subarray(0, -4), boot, record.key.sequence);
    default:
      throw new NoRecord(`a record of kind ${record.kind}`);
  }
}

function tellMark(mark: RebootMark | undefined): string {
  return mark === undefined ? '-' : `${hex(mark.reason)} ${mark.pc ?? 0} ${mark.lr ?? 0} @${mark.uptime}`;
}

/** Kinds of the items of a whole record of machine.c. */
const KINDS = [1, 2, 2, 3, 4];

function tellCrash(content: Uint8Array, boot: number, sequence: number): string {
  const items = itemsOf(content);
  if (items.some(({ kind }, index) => kind !== KINDS[index])) throw new NoRecord(`items ${items.map(({ kind }) => kind).join()}`);
  const [cause, core, , stack] = items;
  if (cause === undefined) throw new NoRecord('a crash without a cause');
  const map = cause.values[1];
  const pairs = map instanceof Map ? map : new Map<number, unknown>();
  const told = `crash ${boot} #${sequence}: cause ${pairs.get(0)} ${hex(Number(pairs.get(5)))} items ${items.length}`;
  const atCore = core === undefined ? '' : ` at ${wordAt(core.values[3], 2)}`;
  return `${told}${atCore}${stack === undefined ? '' : ` stack ${stackOf(stack.values[3])}`}`;
}

/** Sixteen words that count up from the first. */
function stackOf(value: unknown): string {
  const words = Array.from({ length: 16 }, (_, index) => wordAt(value, index));
  return words.every((word, index) => word === (words[0] ?? 0) + index) ? String(words[0]) : words.join();
}

function wordAt(value: unknown, index: number): number {
  if (!(value instanceof Uint8Array)) throw new NoRecord('no bytes');
  return new DataView(value.buffer, value.byteOffset, value.length).getUint32(4 * index, true);
}

interface Item {
  readonly kind: number;
  readonly values: readonly unknown[];
}

/** Every item is an array that ends in the CRC-16 of its bytes; the first one's covers the head too. */
function itemsOf(content: Uint8Array): Item[] {
  const reader = new CborReader(content);
  reader.value();
  const items: Item[] = [];
  let from = 0;
  while (reader.at < content.length) {
    const values = reader.value();
    if (!Array.isArray(values)) throw new NoRecord('an item that is no array');
    const crcAt = reader.at - 3;
    if (content[crcAt] !== 0x19 || crc16(content.subarray(from, crcAt)) !== values.at(-1))
      throw new NoRecord(`crc of item ${items.length + 1}`);
    items.push({ kind: Number(values[0]), values });
    from = reader.at;
  }
  return items;
}

class CborReader {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  value(): unknown {
    const head = this.#byte();
    const major = head >> 5;
    const number = this.#number(head & 31);
    if (major === 2 || major === 3) return this.#take(number);
    if (major > 3 && number > this.#bytes.length) throw new NoRecord('an array without end');
    if (major === 4) return Array.from({ length: number }, () => this.value());
    if (major === 5) return new Map(Array.from({ length: number }, () => [this.value(), this.value()] as const));
    return number;
  }

  #number(short: number): number {
    if (short < 24) return short;
    return Array.from({ length: 2 ** (short - 24) }).reduce<number>((sum) => sum * 256 + this.#byte(), 0);
  }

  #byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new NoRecord('an item is cut');
    return byte;
  }

  #take(size: number): Uint8Array {
    if (this.at + size > this.#bytes.length) throw new NoRecord('a string is cut');
    this.at += size;
    return this.#bytes.slice(this.at - size, this.at);
  }
}
