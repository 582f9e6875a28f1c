import { concatBytes, crc16, fromHex, toHex } from '@noinit/bytes';
import {
  address,
  type BuildPrefix,
  type Damage,
  type Dump,
  type DumpThread,
  type MemoryRegion,
  type MessageScan,
  milliseconds,
  POSTCARD_SEQUENCE,
} from '@noinit/model';
import { makeBoot, makeCrash, makeDump, makeLog, makePostcard, makeReboot, makeThread, simulateDevice } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CborWriter, encodeMessage, sealMessage } from './encode/index.ts';
import { scanCutMessage, scanMessage } from './message.ts';

const LATER = { reason: 0x8001, uptime: milliseconds(12_400) };
const ALIVE = { interval: milliseconds(1_000), task: 0x2000_0400, pc: 0x0800_2000 };
const COUNTS = {
  layout: 1,
  stampFrequency: 32_768,
  operatingTime: milliseconds(2 ** 33 + 7),
  lineageUnexpectedReboots: 9,
  unexpectedSinceHealthy: 3,
};
const CLOCK = { frequency: 32_768, stamp: 2 ** 40, uptime: 9 };
const PIECE = { firstEntry: 70, base: 900, clock: CLOCK, core: 1, entries: fromHex('04180207067206904e0210d804d2') };
const records = [
  makeBoot(),
  makeBoot({ hardware: 'B' }),
  makeBoot(COUNTS),
  makeReboot(),
  makeReboot({ later: LATER, alive: ALIVE }),
  makeReboot({ unexpected: false, reason: 3, alive: { interval: milliseconds(1) } }),
  makeCrash(),
  makeCrash({ dump: makeDump({ ...threadsOf('cortex-m'), log: [PIECE, { ...PIECE, core: 0 }] }) }),
  makeCrash({ dump: makeRiscvDump() }),
  makePostcard(),
  makePostcard({ machine: 'riscv32', cause: { kind: 'panic' }, reason: 0x8009, faultBits: 0x8000_000b }),
  makeLog(),
  makeLog({ dropped: 300 }),
  makeLog({ base: 70_000, clock: CLOCK, core: 1, abandoned: 2 }),
];

describe('a whole message', () => {
  it('gives the record that was written', () => {
    for (const record of records) expect(scanMessage(encodeMessage(record))).toEqual({ record, damage: [] });
    const { marked: _marked, ...unmarked } = makeReboot();
    expect(scanMessage(encodeMessage(unmarked))).toEqual({ record: unmarked, damage: [] });
    const { pc: _pc, lr: _lr, ...nowhere } = makePostcard();
    expect(scanMessage(encodeMessage(nowhere))).toEqual({ record: nowhere, damage: [] });
  });

  it('gives every record of a simulated device', () => {
    for (const { bytes, record } of simulateDevice({ seed: 3 }).messages)
      expect(scanMessage(bytes)).toEqual({ record, damage: [] });
  });

  it('is damage at every cut and with every bit bent', () => {
    for (const record of records) {
      const bytes = encodeMessage(record);
      for (let length = 0; length < bytes.length; length++)
        expectOnlyDamage(scanMessage(bytes.subarray(0, length)), 'checksum-mismatch');
      for (let bit = 0; bit < bytes.length * 8; bit++)
        expectOnlyDamage(scanMessage(withBitBent(bytes, bit)), 'checksum-mismatch');
    }
  });

  it('never throws where the CRC-32 is right and the content bent', () => {
    for (const record of records) {
      const content = encodeMessage(record).subarray(0, -4);
      for (let bit = 0; bit < content.length * 8; bit++) expectDecoded(scanMessage(sealMessage(withBitBent(content, bit))));
      for (let length = 1; length < content.length; length++)
        expectDecoded(scanMessage(sealMessage(content.subarray(0, length))));
    }
  });

  it('never throws for bytes of any kind with a right CRC-32', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (bytes) => void scanMessage(sealMessage(bytes))));
  });

  it('of a kind that nobody knows is kept as unknown', () => {
    const head = new CborWriter().map(4).uint(0).uint(77).uint(1).uint(5).uint(2).uint(6).uint(3).uint(7).toBytes();
    const key = { lineage: 5, boot: 6, sequence: 7 };
    expect(scanMessage(sealMessage(head))).toEqual({ record: { kind: 'unknown', key, code: 77 }, damage: [] });
  });

  it('may have fields and items of a later version', () => {
    const later = new CborWriter()
      .map(5)
      .uint(0)
      .uint(77)
      .uint(1)
      .uint(5)
      .uint(2)
      .uint(6)
      .uint(3)
      .uint(7)
      .uint(900)
      .array(2)
      .bool(true)
      .text('x');
    const items = concatBytes([later.toBytes(), new CborWriter().map(0).toBytes(), fromHex('fb3ff8000000000000')]);
    expect(scanMessage(sealMessage(items)).damage).toEqual([]);
  });

  it.each([
    ['has no head', '01', 'malformed'],
    ['has a head without a lineage', 'a3000102010300', 'malformed'],
    ['is of boot 0', 'a40001010502000300', 'malformed'],
    ['has a number of over 32 bits as lineage', 'a40001011b000000010000000002010300', 'malformed'],
    ['is a boot record without its map', 'a40001010502010300', 'missing-part'],
    ['is a log that names no build', 'a40004010502010300a200000140', 'missing-part'],
    ['is a crash that names no build', 'a4000301050201030081', 'missing-part'],
    ['is a reboot without a reason', 'a40002010502010300a101 03', 'malformed'],
    ['is a reboot without what the hardware says', 'a40002010502010300a10003', 'malformed'],
    ['is a reboot with a reason of 17 bits', 'a40002010502010300a2001a0001000101 03', 'malformed'],
    ['is a reboot that is twice unexpected', 'a40002010502010300a3000301030302', 'malformed'],
    ['is a reboot with a place of 33 bits', 'a40002010502010300a4000301030403051b0000000100000000', 'malformed'],
    ['is a boot without a hardware, be it an empty one', 'a40001010502010300a2094801020304050607080a60', 'malformed'],
    ['is a postcard that is a byte short', `50${'01'.repeat(26)}`, 'malformed'],
    ['is a postcard that is a byte long', `50${'01'.repeat(28)}`, 'malformed'],
    ['is a postcard of boot 0', `50110180${'01'.repeat(4)}00000000${'01'.repeat(16)}`, 'malformed'],
  ])('is damage where it %s', (_what, hex, why) => {
    expectOnlyDamage(scanMessage(sealMessage(fromHex(hex))), why);
  });
});

describe('a reboot', () => {
  it('has marks of which only the low word of the uptime comes: before the last uptime, whatever the turn', () => {
    for (const [last, mark] of [
      [2 ** 32 + 500, 2 ** 32 + 400],
      [2 ** 32 + 500, 2 ** 32 - 100],
      [2 ** 33 + 1, 2 ** 32 + 2],
      [400, 400],
      [400, 500],
    ] as const) {
      const marked = { reason: 0x8001, uptime: milliseconds(mark) };
      const record = makeReboot({ uptime: milliseconds(last), marked });
      expect(scanMessage(encodeMessage(record)).record).toEqual(record);
    }
  });
});

describe('a place', () => {
  it('is not known where both words are 0; without a caller only where it was; a call of NULL has both', () => {
    for (const place of [{}, { pc: 0x1234 }, { pc: 0, lr: 0x0800_1235 }]) {
      const { pc: _pc, lr: _lr, ...rest } = makePostcard();
      const record = { ...rest, ...place };
      expect(scanMessage(encodeMessage(record)).record).toEqual(record);
    }
  });
});

describe('a postcard', () => {
  it('stands where the page says, every field in its place', () => {
    const bytes = encodeMessage(makePostcard({ key: { lineage: 0x5eed_0042, boot: 3, sequence: POSTCARD_SEQUENCE } }));
    expect(toHex(bytes.subarray(0, -4))).toBe(
      '5011018042 00ed5e 03000000 01234567 00000000 35120008 00000240'.replaceAll(' ', ''),
    );
  });

  it('of an unknown machine is kept as unknown, one of an unknown cause is read', () => {
    const content = encodeMessage(makePostcard()).slice(0, -4);
    content[1] = 0x9f;
    expect(scanMessage(sealMessage(content)).record).toEqual({ kind: 'unknown', key: makePostcard().key, code: 0x50 });
    content[1] = 0x1f;
    expect(scanMessage(sealMessage(content)).record).toEqual(makePostcard({ cause: { kind: 'unknown', code: 15 } }));
  });

  it('that is cut is not used', () => {
    const bytes = encodeMessage(makePostcard());
    for (let length = 1; length < bytes.length; length++)
      expectOnlyDamage(scanCutMessage(bytes.subarray(0, length)), 'truncated');
  });
});

describe('hostile CBOR', () => {
  it.each([
    ['nested 20,000 deep', new Uint8Array(20_000).fill(0x81), 'too-deep'],
    ['nine arrays inside each other', fromHex(`${'81'.repeat(9)}00`), 'too-deep'],
    ['an array of 2^32 - 1', fromHex('9affffffff'), 'too-large'],
    ['a map of 2^63', fromHex('bb8000000000000000'), 'too-large'],
    ['a string of 2^32 - 1', fromHex('5affffffff'), 'too-large'],
    ['a string that is longer than the message', fromHex('58ff00'), 'truncated'],
    ['an array of indefinite length', fromHex('9f00ff'), 'malformed'],
    ['a string of indefinite length', fromHex('5f4100ff'), 'malformed'],
    ['a break alone', fromHex('ff'), 'malformed'],
    ['the same key twice', fromHex('a200010001'), 'malformed'],
    ['the same key twice, written longer', fromHex('a20001180001'), 'malformed'],
    ['text as a key', fromHex('a1616100'), 'malformed'],
    ['a tag', fromHex('c100'), 'malformed'],
    ['undefined', fromHex('f7'), 'malformed'],
    ['a float of two bytes', fromHex('f93c00'), 'malformed'],
    ['a reserved length', fromHex('1c'), 'malformed'],
    ['4,097 tokens', concatBytes([fromHex('991000'), new Uint8Array(4_096)]), 'too-large'],
  ])('is damage: %s', (_what, content, why) => {
    expectOnlyDamage(scanMessage(sealMessage(content)), why);
  });

  it('is damage where it has more items than a message may have', () => {
    const head = fromHex('a4000101050201030000');
    const { damage } = scanMessage(sealMessage(concatBytes([head, new Uint8Array(321)])));
    expect(damage).toMatchObject([{ why: 'too-large' }]);
  });

  it('may be eight arrays deep', () => {
    const head = fromHex('a500184d010502010300183281'.concat('81'.repeat(6), '00'));
    expect(scanMessage(sealMessage(head))).toMatchObject({ record: { kind: 'unknown' }, damage: [] });
  });
});

describe('a cut crash', () => {
  const dump = makeDump();
  const crash = encodeMessage(makeCrash());

  it('is read up to the cut, wherever it is', () => {
    let most = 0;
    for (let length = 0; length <= crash.length; length++) {
      const { record, damage } = scanCutMessage(crash.subarray(0, length));
      const complete = length >= crash.length - 4;
      expect(damage.some(({ why }) => why === 'truncated')).toBe(!complete);
      if (record?.kind !== 'crash') continue;
      const [thread] = record.dump.threads;
      for (const [name, value] of Object.entries(thread?.registers ?? {})) expect(value).toBe(dump.threads[0]?.registers[name]);
      for (const [name, value] of Object.entries(record.dump.system)) expect(value).toBe(dump.system[name]);
      const known = Object.keys({ ...thread?.registers, ...record.dump.system }).length + record.dump.regions.length;
      expect(known).toBeGreaterThanOrEqual(most);
      most = known;
    }
    expect(most).toBe(24 + 8 + 1);
  });

  it('never shows a bent bit as data', () => {
    for (let bit = 0; bit < crash.length * 8; bit++) {
      const { record } = scanCutMessage(withBitBent(crash, bit));
      if (record === undefined) continue;
      if (record.kind !== 'crash') throw new Error('only a crash can be read');
      expect(record.key).toEqual(makeCrash().key);
      expect(record.dump.cause).toEqual(dump.cause);
      expect(dump.threads[0]?.registers).toMatchObject(record.dump.threads[0]?.registers ?? {});
      expect(dump.system).toMatchObject(record.dump.system);
      for (const region of record.dump.regions) expect(dump.regions).toContainEqual(region);
    }
  });

  it('of another kind is not used', () => {
    expectOnlyDamage(scanCutMessage(encodeMessage(makeLog())), 'truncated');
  });
});

describe('a cut crash with threads and log', () => {
  const dump = makeDump({ ...threadsOf('cortex-m'), log: [PIECE] });
  const crash = encodeMessage(makeCrash({ dump }));

  it('gives no thread another one’s registers, wherever it is cut and whichever bit is bent', () => {
    const cuts = Array.from({ length: crash.length }, (_, length) => crash.subarray(0, length));
    const bents = Array.from({ length: crash.length * 8 }, (_, bit) => withBitBent(crash, bit));
    for (const bytes of [...cuts, ...bents]) expectPartOf(scanCutMessage(bytes), dump);
    const content = crash.subarray(0, -4);
    // Behind the head and the cause: what decayed before the message’s CRC-32 was made.
    for (let bit = 90 * 8; bit < content.length * 8; bit++) {
      const { record } = scanMessage(sealMessage(withBitBent(content, bit)));
      expectPartOf({ ...(record && { record }), damage: [] }, dump);
    }
  });
});

describe('the items of a crash', () => {
  it('say nothing of registers that were not captured', () => {
    const partial = makeDump({ threads: [{ crashed: true, registers: { r0: 7, pc: 9 } }], system: { icsr: 3 } });
    const { record } = scanMessage(encodeMessage(makeCrash({ dump: partial })));
    expect(record).toMatchObject({ dump: { threads: [{ registers: { r0: 7, pc: 9 } }], system: { icsr: 3 } } });
    expect(Object.keys(record?.kind === 'crash' ? (record.dump.threads[0]?.registers ?? {}) : {})).toEqual(['r0', 'pc']);
  });

  it('carry floating point, whose last word is known with the first', () => {
    const names = Array.from({ length: 32 }, (_, index) => `s${index}`);
    const registers = Object.fromEntries([...names, 'fpscr'].map((name, index) => [name, index + 1]));
    const { record } = scanMessage(encodeMessage(makeCrash({ dump: makeDump({ threads: [{ crashed: true, registers }] }) })));
    expect(record).toMatchObject({ dump: { threads: [{ registers }] } });
  });

  it('carry every cause', () => {
    for (const cause of [
      { kind: 'assert', entry: fromHex('0301020304') },
      { kind: 'assert' },
      { kind: 'stack-overflow' },
      { kind: 'watchdog' },
      { kind: 'snapshot', reason: 0x4011 },
      { kind: 'snapshot', refused: 3 },
      { kind: 'stack-overflow', thread: 'sensor', exception: 4 },
      { kind: 'out-of-memory', size: 4096, reason: 0x8006 },
      { kind: 'out-of-memory' },
      { kind: 'panic', text: 'no such émigré' },
      { kind: 'panic' },
      { kind: 'stopped' },
      { kind: 'unknown', code: 99, reason: 0x8000, exception: 5 },
    ] as const) {
      expect(scanMessage(encodeMessage(makeCrash({ dump: makeDump({ cause }) })))).toMatchObject({ record: { dump: { cause } } });
    }
  });

  it('are cut without their end, and say so', () => {
    const truncated: Damage = { offset: 0, why: 'truncated', detail: '' };
    const { record, damage } = scanMessage(encodeMessage(makeCrash({ dump: makeDump({ damage: [truncated] }) })));
    expect(damage.map(({ why }) => why)).toEqual(['truncated']);
    expect(record).toMatchObject({ kind: 'crash', dump: { regions: makeDump().regions, damage } });
  });

  it('are skipped one by one where their own CRC is wrong and the message’s is right', () => {
    const content = encodeMessage(makeCrash()).subarray(0, -4).slice();
    const inRegion = content.length - 20;
    content[inRegion] = (content[inRegion] ?? 0) ^ 1;
    const { record, damage } = scanMessage(sealMessage(content));
    expect(damage.map(({ why }) => why)).toEqual(['checksum-mismatch']);
    expect(record).toMatchObject({ kind: 'crash', dump: { regions: [], system: makeDump().system } });
  });

  it('leave a crash of an unknown machine to a later version', () => {
    const { record, damage } = scanMessage(crashMessage([], { machine: 9 }));
    expect(record).toMatchObject({ kind: 'unknown', code: 3 });
    expect(damage.map(({ why }) => why)).toEqual(['unknown-kind']);
  });

  it('are skipped where a later version wrote them', () => {
    const later = [
      new CborWriter().array(3).uint(77).text('later'),
      new CborWriter().array(5).uint(2).uint(99).uint(1).byteString(fromHex('00000000')),
      new CborWriter().array(5).uint(3).uint(9).uint(0).byteString(fromHex('00')),
      region(0x2000_0000, 4),
    ];
    const { record, damage } = scanMessage(crashMessage(later));
    expect(damage.map(({ why }) => why)).toEqual(['unknown-kind', 'unknown-kind', 'unknown-kind']);
    expect(record).toMatchObject({ dump: { regions: [{ kind: 'data', address: 0x2000_0000 }], damage } });
  });

  it('are named by a number only: text in its place would reach the terminal of whoever reads the damage', () => {
    const evil = '\u001b]52;c;AAAA\u0007'.repeat(100);
    const items = [
      new CborWriter().array(3).text(evil).uint(1),
      new CborWriter().array(5).uint(3).text(evil).uint(0).byteString(fromHex('00')),
    ];
    const { damage } = scanMessage(crashMessage(items));
    expect(damage.map(({ detail }) => detail)).toEqual([
      'item (no number) is not known and was skipped',
      'memory region kind (no number) is not known and was skipped',
    ]);
  });

  it('are a fault without a number on RISC-V alone, which has mcause', () => {
    const fault = makeRiscvDump({ cause: { kind: 'fault' } });
    expect(scanMessage(encodeMessage(makeCrash({ dump: fault })))).toMatchObject({
      record: { dump: { cause: { kind: 'fault' } } },
    });
    const arm = makeDump({ cause: { kind: 'fault' } });
    expect(scanMessage(encodeMessage(makeCrash({ dump: arm })))).toMatchObject({
      record: { dump: { cause: { kind: 'unknown', code: 1 } } },
    });
  });

  it('of a target that a debugger stopped lack the uptime and the build that it does not know', () => {
    const { uptime: _uptime, build: _build, ...dump } = makeDump({ cause: { kind: 'stopped' } });
    const build = '0000000000000000' as BuildPrefix;
    const { record } = scanMessage(encodeMessage({ kind: 'crash', key: makeCrash().key, build, dump }));
    expect(record).toEqual({ kind: 'crash', key: makeCrash().key, build, dump });
    expectOnlyDamage(
      scanMessage(crashMessage([], { cause: new CborWriter().array(3).uint(1).map(2).uint(0).uint(1).uint(2).uint(1) })),
      'malformed',
    );
  });

  it('show a panic that was cut inside a character as far as it goes', () => {
    const cause = new CborWriter().array(3).uint(1).map(4).uint(0).uint(7).uint(1).uint(0).uint(2).uint(1);
    const { record } = scanMessage(crashMessage([], { cause: cause.uint(7).byteString(fromHex('6f6bc3')) }));
    expect(record).toMatchObject({ dump: { cause: { kind: 'panic', text: 'ok\ufffd' } } });
  });

  it('are of the crashed thread where a running one is named, and of a second running one its own', () => {
    const set = (value: string) => new CborWriter().array(5).uint(2).uint(1).uint(1).byteString(fromHex(value));
    const items = [
      set('01000000'),
      thread(7, 1, 'main'),
      thread(8, 1, 'other core'),
      set('02000000'),
      thread(9, 0, ''),
      set('03000000'),
    ];
    const { record, damage } = scanMessage(crashMessage(items));
    expect(damage).toEqual([]);
    expect(record).toMatchObject({
      dump: {
        threads: [
          { crashed: true, id: 7, name: 'main', registers: { r0: 1 } },
          { crashed: false, id: 8, name: 'other core', registers: { r0: 2 } },
          { crashed: false, id: 9, registers: { r0: 3 } },
        ],
      },
    });
  });

  it('give registers to nobody where the thread that they belong to is lost', () => {
    const set = (value: string) => new CborWriter().array(5).uint(2).uint(1).uint(1).byteString(fromHex(value));
    const lost = new CborWriter().array(7).uint(6).uint(7).uint(0).text('no bytes').uint(0).uint(0);
    const { record, damage } = scanMessage(crashMessage([set('01000000'), lost, set('02000000')]));
    expect(damage.map(({ why }) => why)).toEqual(['malformed']);
    expect(record).toMatchObject({ dump: { threads: [{ registers: { r0: 1 } }] } });
  });

  it.each([
    ['a thread whose name is too long', thread(7, 0, 'x'.repeat(65))],
    ['a thread with a number of 33 bits', thread(2 ** 32, 0, '')],
    ['a stack beyond the address space', thread(7, 0, '', 0xffff_ff00, 0x101)],
    ['a log without a clock', new CborWriter().array(7).uint(5).uint(0).uint(0).uint(0).uint(0).byteString(fromHex('00'))],
    [
      'a log whose clock is short',
      new CborWriter().array(7).uint(5).uint(0).uint(0).array(1).uint(0).uint(0).byteString(fromHex('00')),
    ],
    [
      'a log of core 256',
      new CborWriter().array(7).uint(5).uint(0).uint(0).array(3).uint(1).uint(0).uint(0).uint(256).byteString(fromHex('00')),
    ],
  ])('are damage: %s', (_what, item) => {
    const { record, damage } = scanMessage(crashMessage([item]));
    expect(damage.map(({ why }) => why)).toEqual(['malformed']);
    expect(record).toMatchObject({ kind: 'crash', dump: { threads: [{ crashed: true }] } });
  });

  it('keep to the limit of threads', () => {
    const { record, damage } = scanMessage(crashMessage(Array.from({ length: 66 }, (_, index) => thread(index + 1, 0, ''))));
    expect(damage.map(({ why }) => why)).toEqual(['too-large', 'too-large']);
    expect(record?.kind === 'crash' && record.dump.threads).toHaveLength(65);
  });

  it('count once where a register set comes twice', () => {
    const set = (value: string) => new CborWriter().array(5).uint(2).uint(1).uint(1).byteString(fromHex(value));
    const { record, damage } = scanMessage(crashMessage([set('01000000'), set('02000000')]));
    expect(damage.map(({ why }) => why)).toEqual(['conflict']);
    expect(record).toMatchObject({ dump: { threads: [{ registers: { r0: 1 } }] } });
  });

  it('keep to the limits of memory', () => {
    const many = scanMessage(crashMessage(Array.from({ length: 130 }, (_, index) => region(index * 16, 4))));
    expect(many.damage.map(({ why }) => why)).toEqual(['too-large', 'too-large']);
    expect(many.record?.kind === 'crash' && many.record.dump.regions).toHaveLength(128);
    const large = scanMessage(crashMessage([region(0, 700_000), region(0x10_0000, 700_000), region(0x20_0000, 300_000)]));
    expect(large.damage.map(({ why }) => why)).toEqual(['too-large']);
    expect(large.record?.kind === 'crash' && large.record.dump.regions).toHaveLength(2);
  });

  it('never reach beyond the address space', () => {
    expect(scanMessage(crashMessage([region(0xffff_fffe, 4)])).damage.map(({ why }) => why)).toEqual(['malformed']);
    expect(scanMessage(crashMessage([region(0xffff_fffc, 4)])).damage).toEqual([]);
  });
});

/** A crash with a cause, these items, and an end; every CRC right. */
function crashMessage(
  items: readonly CborWriter[],
  options: { readonly machine?: number; readonly cause?: CborWriter } = {},
): Uint8Array {
  const { machine = 1 } = options;
  const head = new CborWriter()
    .map(5)
    .uint(0)
    .uint(3)
    .uint(1)
    .uint(5)
    .uint(2)
    .uint(6)
    .uint(3)
    .uint(7)
    .uint(4)
    .byteString(new Uint8Array(8));
  const plain = new CborWriter().array(3).uint(1).map(3).uint(0).uint(3).uint(1).uint(100).uint(2).uint(machine);
  const { cause = plain } = options;
  const end = new CborWriter().array(2).uint(4);
  const message = head.raw(cause.toBytes());
  message.wideU16(crc16(message.toBytes()));
  for (const item of [...items, end]) message.raw(item.toBytes()).wideU16(crc16(item.toBytes()));
  return sealMessage(message.toBytes());
}

function region(start: number, length: number): CborWriter {
  return new CborWriter().array(5).uint(3).uint(2).uint(start).byteString(new Uint8Array(length));
}

function thread(id: number, flags: number, name: string, low = 0, size = 0): CborWriter {
  const item = new CborWriter().array(7).uint(6).uint(id).uint(flags).byteString(new TextEncoder().encode(name));
  return item.uint(low).uint(size);
}

/** Three threads, the last without registers, and a stack of each of the others. */
function threadsOf(machine: 'cortex-m' | 'riscv32'): Pick<Dump, 'threads' | 'regions'> {
  const whole = machine === 'cortex-m' ? makeDump() : makeRiscvDump();
  const [first] = whole.threads;
  const sensor = makeThread(machine === 'cortex-m' ? {} : { registers: { pc: 0x4200_0010, sp: 0x2000_2100 } });
  const idle: DumpThread = { id: 0x2000_0500, crashed: false, registers: {} };
  const stack: MemoryRegion = { kind: 'stack', address: address(0x2000_2100), bytes: new Uint8Array(32).fill(0xa5) };
  const data: MemoryRegion = { kind: 'data', address: address(0x2000_0000), bytes: new Uint8Array(8) };
  const running = { ...first, id: 0x2000_0300, name: 'main', stack: { low: address(0x2000_0800), size: 2048 } };
  return {
    threads: [{ ...running, crashed: true, registers: first?.registers ?? {} }, sensor, idle],
    regions: [...whole.regions, stack, data],
  };
}

function makeRiscvDump(fields: Partial<Dump> = {}): Dump {
  const names = 'pc ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6'.split(' ');
  const registers = { ...Object.fromEntries(names.map((name, index) => [name, 0x100 + index])), sp: 0x2000_0f80 };
  const system = { mstatus: 0x1880, mcause: 5, mtval: 0xe000_0000, mepc: 0x100, mtvec: 4, mie: 0, mip: 0, mhartid: 0 };
  return makeDump({ machine: 'riscv32', cause: { kind: 'fault' }, threads: [{ crashed: true, registers }], system, ...fields });
}

/** Whatever was read of the dump is in it. */
function expectPartOf({ record }: MessageScan, dump: Dump): void {
  if (record === undefined) return;
  if (record.kind !== 'crash') throw new Error('only a crash can be read');
  expect(dump.system).toMatchObject(record.dump.system);
  for (const region of record.dump.regions) expect(dump.regions).toContainEqual(region);
  for (const piece of record.dump.log ?? []) expect(dump.log).toContainEqual(piece);
  for (const each of record.dump.threads) {
    const original = dump.threads.find(({ id, crashed }) => (each.crashed ? crashed : id === each.id));
    expect(original).toMatchObject(each);
  }
}

function expectOnlyDamage(scan: MessageScan, why: string): void {
  expect(scan.record).toBeUndefined();
  expect(scan.damage.map((damage) => damage.why)).toEqual([why]);
}

/** A record, or damage that says why there is none. */
function expectDecoded(scan: MessageScan): void {
  expect(scan.record !== undefined || scan.damage.length > 0).toBe(true);
}

function withBitBent(bytes: Uint8Array, bit: number): Uint8Array {
  const bent = bytes.slice();
  bent[bit >>> 3] = (bent[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
  return bent;
}
