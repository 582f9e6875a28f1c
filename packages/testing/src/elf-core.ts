/** Writes a dump as an ELF core file that gdb reads: the bridge to the tool we compare ourselves with. */
import { ByteWriter, concatBytes } from '@noinit/bytes';
import type { Dump, DumpThread, Machine, RegisterValues } from '@noinit/model';
import { makeNote } from './elf-file.ts';

const EHDR_SIZE = 52;
const PHDR_SIZE = 32;
const PT_LOAD = 1;
const PT_NOTE = 4;
const NT_PRSTATUS = 1;
const NT_ARM_VFP = 0x400;
/** EF_ARM_EABI_VER5: without it gdb takes the file for an old ABI. */
const ARM_EABI_5 = 0x0500_0000;
/** elf_prstatus: pr_reg starts 72 bytes in, behind it stands one more word. */
const PRSTATUS_REGISTERS = 72;
const SIGSEGV = 11;

/** e_machine, e_flags, and the words of pr_reg in order. */
const LAYOUTS: { readonly [machine in Machine]: { machine: number; flags: number; names: readonly string[]; words: number } } = {
  'cortex-m': { machine: 40, flags: ARM_EABI_5, names: [...numbered('r', 13), 'sp', 'lr', 'pc', 'xpsr'], words: 18 },
  riscv32: {
    machine: 243,
    flags: 0,
    names: [
      ...['pc', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', ...numbered('a', 8)],
      ...['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6'],
    ],
    words: 32,
  },
};

/** The System Control Space as far as a dump knows it, for cores that carry it as memory. */
const SYSTEM_CONTROL: readonly (readonly [string, number])[] = [
  ['icsr', 0xe000_ed04],
  ['shcsr', 0xe000_ed24],
  ['cfsr', 0xe000_ed28],
  ['hfsr', 0xe000_ed2c],
  ['dfsr', 0xe000_ed30],
  ['mmfar', 0xe000_ed34],
  ['bfar', 0xe000_ed38],
  ['afsr', 0xe000_ed3c],
  ['sfsr', 0xe000_ede4],
  ['sfar', 0xe000_ede8],
  ['fpccr', 0xe000_ef34],
];

export interface ElfCoreOptions {
  /** Whether the system registers of a Cortex-M are written as memory where they stand on the chip. */
  readonly systemControl?: boolean;
  /** Further notes behind those of the threads. */
  readonly notes?: readonly Uint8Array[];
}

/** An ET_CORE file: one NT_PRSTATUS a thread, one PT_LOAD a region. Registers the dump lacks are written as 0. */
export function makeElfCore(dump: Dump, { systemControl = false, notes = [] }: ElfCoreOptions = {}): Uint8Array {
  const threadNotes = dump.threads.flatMap((thread, index) => threadNotesOf(dump.machine, thread, index + 1));
  const segments = [
    { type: PT_NOTE, address: 0, bytes: concatBytes([...threadNotes, ...notes]) },
    ...dump.regions.map((region) => ({ type: PT_LOAD, address: region.address as number, bytes: region.bytes })),
    ...(systemControl ? systemSegments(dump.system) : []),
  ];
  const headers = new ByteWriter();
  let offset = EHDR_SIZE + PHDR_SIZE * segments.length;
  for (const { type, address, bytes } of segments) {
    const memorySize = type === PT_LOAD ? bytes.length : 0;
    headers.u32(type).u32(offset).u32(address).u32(0).u32(bytes.length).u32(memorySize).u32(6).u32(4);
    offset += bytes.length;
  }
  return concatBytes([elfHeader(dump.machine, segments.length), headers.toBytes(), ...segments.map(({ bytes }) => bytes)]);
}

function elfHeader(machine: Machine, segmentCount: number): Uint8Array {
  return new ByteWriter()
    .bytes([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    .u16(4)
    .u16(LAYOUTS[machine].machine)
    .u32(1)
    .u32(0)
    .u32(EHDR_SIZE)
    .u32(0)
    .u32(LAYOUTS[machine].flags)
    .u16(EHDR_SIZE)
    .u16(PHDR_SIZE)
    .u16(segmentCount)
    .u16(40)
    .u16(0)
    .u16(0)
    .toBytes();
}

function threadNotesOf(machine: Machine, { id, registers }: DumpThread, number: number): Uint8Array[] {
  const { names, words } = LAYOUTS[machine];
  const status = new ByteWriter().u32(SIGSEGV).u32(0).u32(0).u16(SIGSEGV).u16(0);
  status.bytes(new Uint8Array(24 - status.length)).u32(id ?? number);
  status.bytes(new Uint8Array(PRSTATUS_REGISTERS - status.length));
  for (const name of names) status.u32(registers[name] ?? 0);
  status.bytes(new Uint8Array((words - names.length + 1) * 4));
  const prstatus = makeNote('CORE', NT_PRSTATUS, status.toBytes());
  return 's0' in registers ? [prstatus, floatNote(registers)] : [prstatus];
}

/** d0 to d31, of which a Cortex-M has the first half, then fpscr. */
function floatNote(registers: RegisterValues): Uint8Array {
  const floats = new ByteWriter();
  for (let index = 0; index < 64; index++) floats.u32(registers[`s${index}`] ?? 0);
  return makeNote('LINUX', NT_ARM_VFP, floats.u32(registers['fpscr'] ?? 0).toBytes());
}

function systemSegments(system: RegisterValues) {
  return SYSTEM_CONTROL.flatMap(([name, address]) => {
    const word = system[name];
    return word === undefined ? [] : [{ type: PT_LOAD, address, bytes: new ByteWriter().u32(word).toBytes() }];
  });
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
