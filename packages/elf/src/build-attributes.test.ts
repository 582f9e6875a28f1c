import { ByteWriter, concatBytes } from '@noinit/bytes';
import { address, NoinitError } from '@noinit/model';
import { makeElf } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { CodeMap, parseElf, readBuildAttributes, readSymbolTable, SHF } from './index.ts';

/** A vendor's attributes of the whole file. */
function vendor(name: string, attributes: Uint8Array): Uint8Array {
  const part = new ByteWriter()
    .u8(1)
    .u32(attributes.length + 5)
    .bytes(attributes)
    .toBytes();
  const body = new ByteWriter().cstring(name).bytes(part).toBytes();
  return new ByteWriter()
    .u32(body.length + 4)
    .bytes(body)
    .toBytes();
}

function read(bytes: Uint8Array, machine = 40) {
  const name = machine === 40 ? '.ARM.attributes' : '.riscv.attributes';
  return readBuildAttributes(parseElf(makeElf({ machine, sections: [{ name, bytes }] })));
}

describe('build attributes', () => {
  const m4 = new ByteWriter().uleb(5).cstring('7E-M').uleb(6).uleb(13).uleb(7).uleb(0x4d).uleb(10).uleb(6);
  const compatible = new ByteWriter().uleb(32).uleb(1).cstring('gnu').uleb(67).cstring('2.09').uleb(34).uleb(1);
  const arm = concatBytes([
    Uint8Array.of(0x41),
    vendor('other', Uint8Array.of(6, 1)),
    vendor('aeabi', concatBytes([m4.toBytes(), compatible.toBytes()])),
  ]);

  it('of ARM tell the processor', () => {
    const found = read(arm);
    expect(found).toMatchObject({
      kind: 'arm',
      cpu: '7E-M',
      architecture: 'v7E-M',
      profile: 'microcontroller',
      floatingPoint: 'VFPv4-D16',
    });
    expect([found?.values.get(67), found?.values.get(34), found?.values.get(32)]).toEqual(['2.09', 1, undefined]);
  });

  it('of RISC-V tell base and extensions', () => {
    const attributes = new ByteWriter().uleb(4).uleb(16).uleb(5).cstring('rv32i2p0_c2p0').toBytes();
    expect(read(concatBytes([Uint8Array.of(0x41), vendor('riscv', attributes)]), 243)).toMatchObject({
      kind: 'riscv',
      architecture: 'rv32i2p0_c2p0',
      stackAlign: 16,
    });
  });

  it('leave out what is not said or not defined', () => {
    expect(read(Uint8Array.of(0x41))).toEqual({ kind: 'arm', values: new Map() });
    expect(read(Uint8Array.of(0x42, 1, 2))).toEqual({ kind: 'arm', values: new Map() });
    const unknown = read(concatBytes([Uint8Array.of(0x41), vendor('aeabi', Uint8Array.of(6, 99, 7, 0))]));
    expect(unknown).toEqual({
      kind: 'arm',
      floatingPoint: 'none',
      values: new Map([
        [6, 99],
        [7, 0],
      ]),
    });
    expect(readBuildAttributes(parseElf(makeElf({})))).toBeUndefined();
  });

  it('are read or refused when cut at any length and with any bit bent', () => {
    const survives = (bytes: Uint8Array) => {
      try {
        read(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(NoinitError);
      }
    };
    for (let length = 0; length < arm.length; length++) survives(arm.subarray(0, length));
    for (let bit = 0; bit < arm.length * 8; bit++) {
      const bent = arm.slice();
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      survives(bent);
    }
  });
});

describe('a map of the code', () => {
  const elf = parseElf(
    makeElf({
      sections: [
        { name: '.text', flags: SHF.alloc | SHF.execinstr, address: 0x100, bytes: new Uint8Array(0x20) },
        { name: '.other', flags: SHF.alloc | SHF.execinstr, address: 0x120, bytes: new Uint8Array(0x20) },
      ],
      symbols: [
        { name: '$t', value: 0x104, info: 0 },
        { name: '$d', value: 0x110, info: 0 },
        { name: '$a.1', value: 0x118, info: 0 },
        { name: '$xrv32i2p0_c2p0', value: 0x11c, info: 0 },
      ],
    }),
  );
  const map = new CodeMap(elf, readSymbolTable(elf).mapping);

  it('tells code from data, and Thumb code from other', () => {
    const at = (wanted: number) => map.kindAt(address(wanted));
    expect([0x104, 0x10f, 0x110, 0x117, 0x118, 0x11c].map(at)).toEqual(['thumb', 'thumb', 'data', 'data', 'code', 'code']);
  });

  it('says nothing where no symbol of the section does', () => {
    expect([0xff, 0x100, 0x120, 0x9999].map((wanted) => map.kindAt(address(wanted)))).toEqual(new Array(4).fill(undefined));
  });
});
