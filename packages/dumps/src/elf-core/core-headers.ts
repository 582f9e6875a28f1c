/**
 * The ELF and program headers of a core file (System V gABI, chapters 4 and 5). Unlike a program, a core is worth reading when
 * it is cut: a table that the file does not hold whole gives the rows that are there.
 */
import { ByteReader } from '@noinit/bytes';
import { type Machine, NoinitError } from '@noinit/model';
import type { DamageList } from './damage-list.ts';

export interface CoreHeaders {
  readonly machine: Machine;
  readonly segments: readonly CoreSegment[];
}

/** A program header; offsets and sizes as the file claims. */
export interface CoreSegment {
  /** Where the header itself stands in the file. */
  readonly at: number;
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

/** p_type */
export const SEGMENT = { load: 1, note: 4 } as const;

/** Throws NoinitError `unreadable-dump` for what is not a core file of a machine that is explained. */
export function readCoreHeaders(bytes: Uint8Array, damage: DamageList): CoreHeaders {
  if (bytes.length < HEADER_SIZE) throw refusal(`the ELF file of ${bytes.length} bytes ends within its header`);
  const reader = new ByteReader(bytes, { offset: 16 });
  checkEncoding(bytes);
  const type = reader.u16();
  if (type !== ET_CORE) throw refusal(`it is ${TYPES.get(type) ?? `an ELF file of type ${type}`}, not a core file`);
  const machine = findMachine(reader.u16(), bytes[4]);
  reader.skip(8);
  const table = reader.u32();
  reader.skip(10);
  return { machine, segments: readSegments(bytes, { table, rowSize: reader.u16(), count: reader.u16() }, damage) };
}

/** Byte 4 is the class, byte 5 the byte order. Both decide how every other field is read. */
function checkEncoding(bytes: Uint8Array): void {
  if (bytes[5] === 2) throw refusal('it is a big-endian core file; only little-endian ones are read');
  if (bytes[5] !== 1) throw refusal(`its byte order ${bytes[5]} is none that ELF knows`);
  if (bytes[4] !== 1 && bytes[4] !== 2) throw refusal(`its class ${bytes[4]} is neither 32 nor 64 bits`);
}

function findMachine(code: number, elfClass: number | undefined): Machine {
  const name = OTHER_MACHINES.get(code);
  const machine = MACHINES.get(code);
  if (machine === undefined)
    throw refusal(`it is a core file of ${name ?? `machine ${code}`}; only ARM and RISC-V 32 are explained`);
  if (elfClass !== 1)
    throw refusal(`it is a core file of a 64-bit ${machine === 'riscv32' ? 'RISC-V' : 'ARM'}; only 32 bits are explained`);
  return machine;
}

interface Table {
  readonly table: number;
  readonly rowSize: number;
  readonly count: number;
}

function readSegments(bytes: Uint8Array, { table, rowSize, count }: Table, damage: DamageList): CoreSegment[] {
  if (count > 0 && rowSize < SEGMENT_SIZE)
    throw refusal(`its program headers are of ${rowSize} bytes, ${SEGMENT_SIZE} are needed`);
  const segments: CoreSegment[] = [];
  for (let index = 0; index < count; index++) {
    const at = table + index * rowSize;
    if (at + SEGMENT_SIZE > bytes.length) {
      damage.add(at, 'truncated', `the file ends before ${count - index} of its ${count} program headers`);
      break;
    }
    const reader = new ByteReader(bytes, { offset: at });
    const [type, offset, address] = [reader.u32(), reader.u32(), reader.u32()];
    reader.skip(4);
    segments.push({ at, type, offset, address, fileSize: reader.u32(), memorySize: reader.u32() });
  }
  return segments;
}

function refusal(fact: string): NoinitError {
  return new NoinitError('unreadable-dump', `this is not a dump that can be explained: ${fact}`);
}

const HEADER_SIZE = 52;
const SEGMENT_SIZE = 32;
const ET_CORE = 4;
const TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'an object file'],
  [2, 'a program (an executable ELF file)'],
  [3, 'a shared library or a position-independent program'],
]);
const MACHINES: ReadonlyMap<number, Machine> = new Map([
  [40, 'cortex-m'],
  [243, 'riscv32'],
]);
const OTHER_MACHINES: ReadonlyMap<number, string> = new Map([
  [3, 'x86'],
  [8, 'MIPS'],
  [20, 'PowerPC'],
  [62, 'x86-64'],
  [94, 'Xtensa'],
  [183, 'AArch64'],
]);
