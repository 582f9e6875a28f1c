import { ByteWriter } from '@noinit/bytes';
import { address, type Dump, NoinitError } from '@noinit/model';
import { makeDump, makeElfCore, makeNote } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_CORE_DAMAGE, readElfCore } from '../index.ts';

const THUMB = 0x0100_0000;
const PHDR = 52;
const PHDR_SIZE = 32;

/** A Cortex-M that stopped in thread mode, with a stack and some data. */
function makeStopped(fields: Partial<Dump> = {}): Dump {
  const registers = Object.fromEntries(
    [...Array.from({ length: 13 }, (_, index) => `r${index}`), 'sp', 'lr', 'pc', 'xpsr'].map((name, index) => [
      name,
      0x100 + index,
    ]),
  );
  return makeDump({
    threads: [{ crashed: true, registers: { ...registers, sp: 0x2000_0f80, pc: 0x0800_0200, xpsr: 0x6100_0000 } }],
    regions: [
      { kind: 'stack', address: address(0x2000_0f80), bytes: Uint8Array.from({ length: 64 }, (_, index) => index) },
      { kind: 'data', address: address(0x2000_0000), bytes: Uint8Array.of(1, 2, 3, 4, 5) },
    ],
    ...fields,
  });
}

const RISCV_NAMES = 'pc ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6'.split(
  ' ',
);

function makeRiscv(fields: Partial<Dump> = {}): Dump {
  const registers = Object.fromEntries(RISCV_NAMES.map((name, index) => [name, 0x4200_0000 + index]));
  return makeStopped({ machine: 'riscv32', threads: [{ crashed: true, registers }], system: {}, ...fields });
}

const withStatusWord = (xpsr: number, system: Dump['system'] = {}): Dump['threads'][number] | undefined => {
  const dump = makeStopped({ threads: [{ crashed: true, registers: { ...makeStopped().threads[0]?.registers, xpsr } }], system });
  return readElfCore(makeElfCore(dump, { systemControl: true })).threads[0];
};

/** The refusal's message, or nothing where the file was read. Anything else thrown is a failure. */
function refusal(bytes: Uint8Array): string | undefined {
  try {
    readElfCore(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof NoinitError && error.code === 'unreadable-dump') return error.message;
    throw error;
  }
}

function patched(bytes: Uint8Array, offset: number, value: number, size: 1 | 2 | 4 = 4): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  if (size === 1) view.setUint8(offset, value);
  else if (size === 2) view.setUint16(offset, value, true);
  else view.setUint32(offset, value, true);
  return copy;
}

describe('a core file of a Cortex-M', () => {
  const dump = makeStopped();
  const read = readElfCore(makeElfCore(dump));

  it('gives the registers of its thread and says that nothing tells the cause', () => {
    expect(read.machine).toBe('cortex-m');
    expect(read.cause).toEqual({ kind: 'stopped', signal: 11 });
    expect(read.threads).toEqual([{ id: 1, crashed: true, registers: dump.threads[0]?.registers }]);
    expect(read.damage).toEqual([]);
    expect([read.key, read.build, read.uptime]).toEqual([undefined, undefined, undefined]);
  });

  it('gives its memory, the stack told by the stack pointer', () => {
    expect(read.regions).toEqual(dump.regions);
  });

  it('gives one thread a note, the first one crashed', () => {
    const [first] = dump.threads;
    const threads = [first, { crashed: false, id: 77, registers: { ...first?.registers, pc: 0x0800_0300 } }].flatMap(
      (each) => each ?? [],
    );
    const several = readElfCore(makeElfCore({ ...dump, threads }));
    expect(several.threads.map(({ id, crashed, registers }) => [id, crashed, registers['pc']])).toEqual([
      [1, true, 0x0800_0200],
      [77, false, 0x0800_0300],
    ]);
  });

  it('takes the only thread with a signal for the one that crashed', () => {
    const [first] = dump.threads;
    const core = makeElfCore({ ...dump, threads: [first, first].flatMap((each) => each ?? []) });
    const secondThread = readElfCore(patched(core, signalAt(core), 0, 2));
    expect(secondThread.threads.map(({ id }) => id)).toEqual([2, 1]);
  });

  it('gives the floating-point registers of NT_ARM_VFP', () => {
    const floats = Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`s${index}`, 0x3f80_0000 + index]));
    const registers = { ...dump.threads[0]?.registers, ...floats, fpscr: 0x0300_0000 };
    expect(readElfCore(makeElfCore({ ...dump, threads: [{ crashed: true, registers }] })).threads[0]?.registers).toEqual(
      registers,
    );
  });

  it('takes system registers from memory where the chip has them', () => {
    const system = {
      icsr: 3,
      cfsr: 0x0002_0000,
      hfsr: 0x4000_0000,
      mmfar: 4,
      bfar: 8,
      shcsr: 7,
      sfsr: 1,
      sfar: 2,
      fpccr: 0xc000_0000,
    };
    expect(readElfCore(makeElfCore({ ...dump, system }, { systemControl: true })).system).toEqual(system);
    expect(readElfCore(makeElfCore({ ...dump, system })).system).toEqual({});
  });

  it('names its build where the writer copied the build id', () => {
    const note = makeNote(
      'GNU',
      3,
      Uint8Array.from({ length: 20 }, (_, index) => index),
    );
    expect(readElfCore(makeElfCore(dump, { notes: [note] })).build).toBe('0001020304050607');
  });

  it('reads a note that holds the registers alone', () => {
    const words = new ByteWriter();
    for (let index = 0; index < 18; index++) words.u32(index === 16 ? THUMB : index);
    const core = makeElfCore({ ...dump, threads: [] }, { notes: [makeNote('CORE', 1, words.toBytes())] });
    expect(readElfCore(core).threads[0]?.registers).toMatchObject({ r0: 0, sp: 13, pc: 14, xpsr: THUMB });
  });
});

describe('the status word of a Cortex-M', () => {
  it('is taken as it is where it can only be xPSR', () => {
    expect(withStatusWord(0x6100_0003)).toMatchObject({ registers: { xpsr: 0x6100_0003 } });
    expect(withStatusWord(0x6000_0000)).toMatchObject({ registers: { xpsr: 0x6000_0000 } });
    expect(withStatusWord(0x6100_0003)).not.toHaveProperty('unsureBits');
  });

  it('leaves the exception open where bit 5 may be the Thumb bit of an A-profile processor', () => {
    expect(withStatusWord(0x6100_0023)).toMatchObject({ registers: { xpsr: 0x6100_0023 }, unsureBits: { xpsr: 0x20 } });
  });

  it('is settled by ICSR', () => {
    expect(withStatusWord(0x6100_0023, { icsr: 3 })).toMatchObject({ registers: { xpsr: 0x6100_0003 } });
    expect(withStatusWord(0x6100_0023, { icsr: 3 })).not.toHaveProperty('unsureBits');
    expect(withStatusWord(0x6100_0023, { icsr: 0x23 })).toMatchObject({ registers: { xpsr: 0x6100_0023 } });
  });

  it.each([0, 0x6000_0020, 0x6000_0030, 0x6000_01f3])('is unknown where it is 0 or a CPSR (%i)', (word) => {
    expect(withStatusWord(word)?.registers).not.toHaveProperty('xpsr');
    expect(withStatusWord(word)).not.toHaveProperty('unsureBits');
  });

  it('is trusted where gdb says that the target is of the M profile', () => {
    const description = new TextEncoder().encode('<target><feature name="org.gnu.gdb.arm.m-profile"></feature></target>');
    const registers = { ...makeStopped().threads[0]?.registers, xpsr: 0x6100_0023 };
    const core = makeElfCore(makeStopped({ threads: [{ crashed: true, registers }] }), {
      notes: [makeNote('GDB', 0xff00_0000, description)],
    });
    expect(readElfCore(core).threads).toEqual([{ id: 1, crashed: true, registers }]);
  });
});

describe('a core file of a RISC-V 32', () => {
  it('gives its registers by their ABI names', () => {
    const dump = makeRiscv();
    const read = readElfCore(makeElfCore(dump));
    expect(read).toMatchObject({ machine: 'riscv32', threads: [{ registers: dump.threads[0]?.registers }], damage: [] });
  });

  it('as gdb 13 writes it holds 17 registers; the others are unknown', () => {
    const status = new ByteWriter().bytes(new Uint8Array(72));
    for (let index = 0; index < 17; index++) status.u32(index + 1);
    const core = makeElfCore(makeRiscv({ threads: [] }), { notes: [makeNote('CORE', 1, status.u32(0).toBytes())] });
    const { threads, damage } = readElfCore(core);
    expect(Object.keys(threads[0]?.registers ?? {})).toEqual(RISCV_NAMES.slice(0, 17));
    expect(damage).toMatchObject([{ why: 'truncated', detail: expect.stringContaining('from a7 on') }]);
  });

  it('gives the trap registers that gdb adds', () => {
    const description =
      '<target><feature name="org.gnu.gdb.riscv.csr"><reg name="mcause" bitsize="32" regnum="900"/><reg name="mstatus" regnum="834"/></feature></target>';
    const notes = [
      makeNote('GDB', 0xff00_0000, new TextEncoder().encode(description)),
      makeNote('GDB', 0x900, new ByteWriter().u32(0x1880).u32(5).toBytes()),
    ];
    expect(readElfCore(makeElfCore(makeRiscv(), { notes })).system).toEqual({ mstatus: 0x1880, mcause: 5 });
  });

  it('of ESP-IDF gives the task that crashed and its trap registers', () => {
    const frame = new ByteWriter();
    const registers = makeRiscv().threads[0]?.registers ?? {};
    for (const name of RISCV_NAMES) frame.u32(registers[name] ?? 0);
    frame.u32(0x1881).u32(0x4038_0001).u32(5).u32(0xbad0).u32(0);
    const idle = { id: 0x3fc9_0000, crashed: false, registers: { ...registers, pc: 0x4200_9999 } };
    const dump = makeRiscv({
      threads: [idle, { id: 0x3fc9_5678, crashed: true, registers }],
      regions: [{ kind: 'data', address: address(0x3fc9_8000), bytes: frame.toBytes() }],
    });
    const notes = [
      makeNote('ESP_CORE_DUMP_INFO', 8266, new TextEncoder().encode('\u0001\u0002\0\0deadbeef\0')),
      makeNote('ESP_EXTRA_INFO', 677, new ByteWriter().u32(0x3fc9_5678).u32(0).toBytes()),
    ];
    const read = readElfCore(makeElfCore(dump, { notes }));
    expect(read.threads.map(({ id, crashed }) => [id, crashed])).toEqual([
      [0x3fc9_5678, true],
      [0x3fc9_0000, false],
    ]);
    expect(read.system).toEqual({ mstatus: 0x1881, mcause: 5, mtval: 0xbad0 });
  });
});

describe('memory of a core file', () => {
  const core = makeElfCore(makeStopped());
  const stackHeader = PHDR + PHDR_SIZE;

  it('that is larger on the target than in the file is captured as far as the file goes', () => {
    const read = readElfCore(patched(core, stackHeader + 20, 1024));
    expect(read.regions[0]?.bytes).toHaveLength(64);
    expect(read.damage).toEqual([]);
  });

  it('of which the file holds nothing is not captured', () => {
    const read = readElfCore(patched(core, stackHeader + 16, 0));
    expect(read.regions.map((region) => region.address)).toEqual([0x2000_0000]);
    expect(read.damage).toEqual([]);
  });

  it('that lies outside the file is damage', () => {
    const read = readElfCore(patched(core, stackHeader + 4, 0xffff_0000));
    expect(read.regions).toHaveLength(1);
    expect(read.damage).toMatchObject([{ why: 'truncated', detail: expect.stringContaining('0 of 64 bytes') }]);
  });

  it('that ends beyond the address space is damage', () => {
    const read = readElfCore(patched(core, stackHeader + 8, 0xffff_fff0));
    expect(read.regions[0]?.bytes).toHaveLength(16);
    expect(read.damage).toMatchObject([{ why: 'malformed' }]);
  });

  it('that overlaps is damage where the bytes differ', () => {
    const overlapping = (bytes: Uint8Array) =>
      readElfCore(
        makeElfCore(makeStopped({ regions: [...makeStopped().regions, { kind: 'data', address: address(0x2000_0001), bytes }] })),
      );
    expect(overlapping(Uint8Array.of(2, 3)).damage).toEqual([]);
    expect(overlapping(Uint8Array.of(2, 9)).damage).toMatchObject([{ why: 'conflict' }]);
    expect(overlapping(Uint8Array.of(2, 9)).regions).toHaveLength(3);
  });

  it('has limits, and the list of damage too', () => {
    const count = 6000;
    const writer = new ByteWriter().bytes(core.subarray(0, PHDR));
    for (let index = 0; index < count; index++)
      writer
        .u32(1)
        .u32(0xf000_0000)
        .u32(index * 64)
        .u32(0)
        .u32(64)
        .u32(64)
        .u32(6)
        .u32(4);
    const noteSize = new DataView(core.buffer).getUint32(PHDR + 16, true);
    writer
      .u32(4)
      .u32(PHDR + (count + 1) * PHDR_SIZE)
      .u32(0)
      .u32(0)
      .u32(noteSize)
      .u32(0)
      .u32(0)
      .u32(4);
    const notesAt = new DataView(core.buffer).getUint32(PHDR + 4, true);
    const bytes = patched(writer.bytes(core.subarray(notesAt, notesAt + noteSize)).toBytes(), 44, count + 1, 2);
    expect(readElfCore(bytes).damage).toHaveLength(MAX_CORE_DAMAGE + 1);
  });
});

describe('a file that is refused', () => {
  const core = makeElfCore(makeStopped());

  it.each([
    ['a program', patched(core, 16, 2, 2), 'a program'],
    ['a core of x86-64', patched(core, 18, 62, 2), 'x86-64'],
    ['a core of Xtensa', patched(core, 18, 94, 2), 'Xtensa'],
    ['a core of a 64-bit RISC-V', patched(patched(core, 18, 243, 2), 4, 2, 1), '64-bit RISC-V'],
    ['a big-endian core', patched(core, 5, 2, 1), 'big-endian'],
    ['a core without registers', patched(core, PHDR, 0), 'NT_PRSTATUS'],
    ['a cut header', core.subarray(0, 40), 'within its header'],
  ])('is %s', (_name, bytes, said) => {
    expect(refusal(bytes)).toContain(said);
  });
});

describe('a damaged core file', () => {
  const core = makeElfCore(makeStopped(), { systemControl: true });

  it('is read or refused when cut at any length, and a cut in its memory leaves the registers', () => {
    const whole = readElfCore(core);
    for (let length = 0; length < core.length; length++) refusal(core.subarray(0, length));
    const cut = readElfCore(core.subarray(0, core.length - 60));
    expect(cut.threads).toEqual(whole.threads);
    expect(cut.damage.map(({ why }) => why)).toContain('truncated');
  });

  it('is read or refused with any bit bent', () => {
    for (let bit = 0; bit < core.length * 8; bit++) refusal(patched(core, bit >> 3, (core[bit >> 3] ?? 0) ^ (1 << (bit & 7)), 1));
  });

  it('is read or refused whatever stands behind its magic number', () => {
    const start = core.subarray(0, 20);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (rest) => {
        refusal(Uint8Array.from([...start, ...rest]));
      }),
    );
  });
});

function signalAt(core: Uint8Array): number {
  const notesAt = new DataView(core.buffer).getUint32(PHDR + 4, true);
  return notesAt + 12 + 8 + 12;
}
