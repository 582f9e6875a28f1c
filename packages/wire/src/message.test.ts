import { concatBytes, crc16, fromHex } from '@noinit/bytes';
import type { Damage, MessageScan } from '@noinit/model';
import { makeBoot, makeCrash, makeDump, makeLog, makeReboot, simulateDevice } from '@noinit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CborWriter, encodeMessage, sealMessage } from './encode/index.ts';
import { scanCutMessage, scanMessage } from './message.ts';

const records = [makeBoot(), makeBoot({ hardware: 'B' }), makeReboot(), makeCrash(), makeLog(), makeLog({ dropped: 300 })];
records.push(makeLog({ base: 70_000, clock: { frequency: 32_768, stamp: 2 ** 40, uptime: 9 }, core: 1, abandoned: 2 }));

describe('a whole message', () => {
  it('gives the record that was written', () => {
    for (const record of records) expect(scanMessage(encodeMessage(record))).toEqual({ record, damage: [] });
    const { marked: _marked, ...unmarked } = makeReboot();
    expect(scanMessage(encodeMessage(unmarked))).toEqual({ record: unmarked, damage: [] });
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
  ])('is damage where it %s', (_what, hex, why) => {
    expectOnlyDamage(scanMessage(sealMessage(fromHex(hex))), why);
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
    const { damage } = scanMessage(sealMessage(concatBytes([head, new Uint8Array(81)])));
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
      { kind: 'snapshot' },
      { kind: 'unknown', code: 99 },
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

  it('count once where a register set comes twice', () => {
    const set = (value: string) => new CborWriter().array(5).uint(2).uint(1).uint(1).byteString(fromHex(value));
    const { record, damage } = scanMessage(crashMessage([set('01000000'), set('02000000')]));
    expect(damage.map(({ why }) => why)).toEqual(['conflict']);
    expect(record).toMatchObject({ dump: { threads: [{ registers: { r0: 1 } }] } });
  });

  it('keep to the limits of memory', () => {
    const many = scanMessage(crashMessage(Array.from({ length: 66 }, (_, index) => region(index * 16, 4))));
    expect(many.damage.map(({ why }) => why)).toEqual(['too-large', 'too-large']);
    expect(many.record?.kind === 'crash' && many.record.dump.regions).toHaveLength(64);
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
function crashMessage(items: readonly CborWriter[], { machine = 1 } = {}): Uint8Array {
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
  const cause = new CborWriter().array(3).uint(1).map(3).uint(0).uint(3).uint(1).uint(100).uint(2).uint(machine);
  const end = new CborWriter().array(2).uint(4);
  const message = head.raw(cause.toBytes());
  message.wideU16(crc16(message.toBytes()));
  for (const item of [...items, end]) message.raw(item.toBytes()).wideU16(crc16(item.toBytes()));
  return sealMessage(message.toBytes());
}

function region(start: number, length: number): CborWriter {
  return new CborWriter().array(5).uint(3).uint(2).uint(start).byteString(new Uint8Array(length));
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
