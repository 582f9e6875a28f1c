import { ByteWriter, concatBytes } from '@noinit/bytes';
import { address } from '@noinit/model';
import { makeDebugFrame } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FrameSection, FrameTable, MAX_COMMON_INSTRUCTIONS, MAX_REMEMBERED_ROWS, type UnwindRow } from '../index.ts';

const BEGIN = 0x1000;
const SP = 13;
const DEF_CFA_SP_0 = [0x0c, SP, 0];

function frameTable(bytes: Uint8Array, overrides: Partial<FrameSection> = {}, isLive = (_start: number) => true) {
  const section = { kind: 'debug_frame', bytes, address: address(0), addressSize: 4, littleEndian: true, ...overrides } as const;
  return new FrameTable([section], isLive);
}

/** The row at `offset` into a function of 0x100 bytes with these instructions. */
function rowAt(instructions: readonly number[], offset = 0, initial: readonly number[] = DEF_CFA_SP_0): UnwindRow | undefined {
  const bytes = makeDebugFrame({ initial, functions: [{ begin: BEGIN, size: 0x100, instructions }] });
  return frameTable(bytes).rowAt(address(BEGIN + offset));
}

const rules = (row: UnwindRow | undefined) => (row ? Object.fromEntries(row.registers) : undefined);

describe('call frame instructions', () => {
  it.each([
    ['def_cfa', [0x0c, 7, 16], { kind: 'register', register: 7, offset: 16 }],
    ['def_cfa_sf', [0x12, 7, 0x7c], { kind: 'register', register: 7, offset: 16 }],
    ['def_cfa_register', [0x0d, 7], { kind: 'register', register: 7, offset: 0 }],
    ['def_cfa_offset', [0x0e, 24], { kind: 'register', register: SP, offset: 24 }],
    ['def_cfa_offset_sf', [0x13, 0x7e], { kind: 'register', register: SP, offset: 8 }],
  ] as const)('%s', (_name, instructions, cfa) => {
    expect(rowAt(instructions)?.cfa).toEqual(cfa);
  });

  it('def_cfa_register as the first, which leaves the offset at 0: so begins every function of GNU as for RISC-V', () => {
    expect(rowAt([], 0, [0x0d, SP])?.cfa).toEqual({ kind: 'register', register: SP, offset: 0 });
    expect(rowAt([0x42, 0x0e, 48], 4, [0x0d, SP])?.cfa).toEqual({ kind: 'register', register: SP, offset: 48 });
    expect(rowAt([], 0, [0x0e, 8])).toBeUndefined();
  });

  it('def_cfa_expression', () => {
    expect(rowAt([0x0f, 2, 0x7d, 8])?.cfa).toMatchObject({ kind: 'expression', expression: { bytes: Uint8Array.of(0x7d, 8) } });
  });

  it.each([
    ['offset', [0x84, 2], { 4: { kind: 'offset', offset: -8 } }],
    ['offset_extended', [0x05, 4, 2], { 4: { kind: 'offset', offset: -8 } }],
    ['offset_extended_sf', [0x11, 4, 0x7e], { 4: { kind: 'offset', offset: 8 } }],
    ['GNU_negative_offset_extended', [0x2f, 4, 2], { 4: { kind: 'offset', offset: 8 } }],
    ['val_offset', [0x14, 4, 2], { 4: { kind: 'value-offset', offset: -8 } }],
    ['val_offset_sf', [0x15, 4, 0x7e], { 4: { kind: 'value-offset', offset: 8 } }],
    ['register', [0x09, 4, 5], { 4: { kind: 'register', register: 5 } }],
    ['undefined', [0x07, 14], { 14: { kind: 'undefined' } }],
    ['same_value', [0x08, 4], { 4: { kind: 'same-value' } }],
    ['restore to what no rule was given', [0x84, 2, 0xc4], {}],
    ['restore_extended', [0x84, 2, 0x06, 4], {}],
    ['nop and GNU_args_size', [0x00, 0x2e, 8], {}],
  ] as const)('%s', (_name, instructions, expected) => {
    expect(rules(rowAt(instructions))).toEqual(expected);
  });

  it('expression and val_expression', () => {
    expect(rowAt([0x10, 4, 1, 0x30, 0x16, 5, 1, 0x31])?.registers).toMatchObject(
      new Map([
        [4, { kind: 'expression' }],
        [5, { kind: 'value-expression' }],
      ]),
    );
  });

  it('restore to the rule that all functions begin with', () => {
    const initial = [...DEF_CFA_SP_0, 0x84, 1];
    expect(rules(rowAt([0x84, 2, 0xc4], 0, initial))).toEqual({ 4: { kind: 'offset', offset: -4 } });
  });

  it('take effect from their address on', () => {
    const push = [0x41, 0x0e, 8, 0x02, 4, 0x0e, 16, 0x03, 8, 0, 0x0e, 24, 0x04, 16, 0, 0, 0, 0x0e, 32];
    const offsets = [0, 1, 2, 9, 10, 25, 26, 57, 58, 0xff].map((offset) => rowAt(push, offset)?.cfa);
    expect(offsets.map((cfa) => (cfa?.kind === 'register' ? cfa.offset : cfa))).toEqual([0, 0, 8, 8, 16, 16, 24, 24, 32, 32]);
    expect(rowAt([0x01, 0x10, 0x10, 0, 0, 0x0e, 8], 0x10)?.cfa).toMatchObject({ offset: 8 });
  });

  it('remember and restore rows', () => {
    const instructions = [0x0e, 8, 0x84, 2, 0x0a, 0x41, 0x0e, 0, 0xc4, 0x41, 0x0b];
    expect(rowAt(instructions, 2)).toMatchObject({ cfa: { offset: 0 }, registers: new Map() });
    expect(rules(rowAt(instructions, 4))).toEqual({ 4: { kind: 'offset', offset: -8 } });
    expect(rowAt(instructions, 4)?.cfa).toMatchObject({ offset: 8 });
  });

  it('that cannot be read leave no row', () => {
    expect(rowAt([0x3d])).toBeUndefined();
    expect(rowAt([0x0b])).toBeUndefined();
    expect(rowAt([0x0e])).toBeUndefined();
    expect(rowAt([0x0e, 8], 0, [])).toBeUndefined();
    expect(rowAt(new Array<number>(MAX_REMEMBERED_ROWS).fill(0x0a))).toBeDefined();
    expect(rowAt(new Array<number>(MAX_REMEMBERED_ROWS + 1).fill(0x0a))).toBeUndefined();
  });
});

describe('a frame table', () => {
  const functions = [
    { begin: 0x2000, size: 0x10, instructions: [0x0e, 2] },
    { begin: 0, size: 0x100, instructions: [0x0e, 9] },
    { begin: 0x1000, size: 0x10, instructions: [0x0e, 1] },
  ];
  const bytes = makeDebugFrame({ version: 1, initial: DEF_CFA_SP_0, functions });

  it('finds the function that covers a pc, and no dead one', () => {
    const frames = frameTable(bytes, {}, (start) => start !== 0);
    expect(frames.rowAt(address(0x2004))).toMatchObject({ start: 0x2000, cfa: { offset: 2 }, returnAddressRegister: 14 });
    expect(frames.rowAt(address(0x100f))).toMatchObject({ start: 0x1000, cfa: { offset: 1 } });
    for (const pc of [0, 4, 0x1010, 0x2010, 0x3000]) expect(frames.rowAt(address(pc))).toBeUndefined();
  });

  /** A common entry and one function, pointers relative to themselves, behind `before` bytes. */
  const ehFrame = (augmentation: string, before = 0) => {
    const sectionAddress = 0x8000 + before;
    const common = new ByteWriter()
      .u32(0)
      .u8(1)
      .cstring(augmentation)
      .uleb(1)
      .sleb(-4)
      .u8(1)
      .uleb(1)
      .u8(0x1b)
      .bytes([0x0c, 2, 0])
      .bytes([0, 0]);
    const withLength = (body: Uint8Array) => new ByteWriter().u32(body.length).bytes(body).toBytes();
    const first = withLength(common.toBytes());
    // The pointer to the function stands 8 bytes into the entry.
    const pointerAt = sectionAddress + first.length + 8;
    const body = new ByteWriter()
      .u32(first.length + 4)
      .u32((0x1000 - pointerAt) >>> 0)
      .u32(0x20)
      .uleb(0)
      .bytes([0x0e, 16]);
    return concatBytes([first, withLength(body.toBytes()), new Uint8Array(4)]);
  };
  const ehTable = (section: Uint8Array) => frameTable(section, { kind: 'eh_frame', address: address(0x8000) });

  it('reads .eh_frame with pointers relative to themselves', () => {
    const frames = ehTable(ehFrame('zRS'));
    expect(frames.rowAt(address(0x1010))).toMatchObject({
      start: 0x1000,
      cfa: { kind: 'register', register: 2, offset: 16 },
      returnAddressRegister: 1,
      signalFrame: true,
    });
  });

  it('refuses common instructions without end, which each function would run again', () => {
    const padded = (bytes: number) => [...DEF_CFA_SP_0, ...new Array<number>(bytes - DEF_CFA_SP_0.length).fill(0)];
    expect(rowAt([], 0, padded(MAX_COMMON_INSTRUCTIONS))?.start).toBe(BEGIN);
    expect(rowAt([], 0, padded(MAX_COMMON_INSTRUCTIONS + 1))).toBeUndefined();
  });

  it('leaves out a function of negative length', () => {
    const section = ehFrame('zRS');
    const at = section.length - 4 - 3 - 4;
    expect(new DataView(section.buffer).getUint32(at, true)).toBe(0x20);
    new DataView(section.buffer).setInt32(at, -0x7000_0000, true);
    const wide = { kind: 'eh_frame', address: address(0x8000), addressSize: 8 } as const;
    expect(frameTable(section, wide).rowAt(address(0x1000))).toBeUndefined();
  });

  it('goes on behind a length of zero, which ends what one object file had', () => {
    expect(ehTable(concatBytes([new Uint8Array(4), ehFrame('zRS', 4)])).rowAt(address(0x1010))?.start).toBe(0x1000);
  });

  it('knows signal frames of .debug_frame, whose letter stands alone', () => {
    const made = makeDebugFrame({
      augmentation: 'S',
      initial: DEF_CFA_SP_0,
      functions: [{ begin: BEGIN, size: 16, instructions: [] }],
    });
    expect(frameTable(made).rowAt(address(BEGIN))).toMatchObject({ start: BEGIN, signalFrame: true });
  });

  it('knows letters that have no data and refuses those that it does not know', () => {
    expect(ehTable(ehFrame('zRB')).rowAt(address(0x1010))?.start).toBe(0x1000);
    expect(ehTable(ehFrame('zXR')).rowAt(address(0x1010))).toBeUndefined();
  });

  it('survives every cut, every bent bit and any instructions', () => {
    const ask = (section: Uint8Array) => {
      const frames = frameTable(section);
      for (const pc of [0, 0x1004, 0x2004]) frames.rowAt(address(pc));
    };
    for (let length = 0; length < bytes.length; length++) ask(bytes.subarray(0, length));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const bent = bytes.slice();
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      ask(bent);
    }
    fc.assert(fc.property(fc.array(fc.nat(255), { maxLength: 60 }), (instructions) => void rowAt(instructions, 0x80)));
  });
});
