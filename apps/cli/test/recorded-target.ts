/**
 * A recorded crash (fixtures/crash) as a live target: its registers and memory behind servers that answer as OpenOCD, J-Link and pyOCD do. None of
 * these ran here: names, numbers and sizes are those of openocd/src/target/armv7m.c, of pyocd/coresight/cortex_m_core_registers.py, and of logs
 * that users of J-Link’s server posted.
 */
import { readFileSync } from 'node:fs';
import { PT, parseElf } from '@noinit/elf';
import type { GdbServerOptions } from '@noinit/testing';

const FOLDER = new URL('../../../fixtures/crash/', import.meta.url);

export interface Recorded {
  /** r0 to r12, sp, lr, pc, xpsr; msp psp control primask basepri faultmask; s0 to s31, fpscr. */
  readonly registers: ReadonlyMap<string, number>;
  readonly memory: { readonly address: number; readonly bytes: Uint8Array }[];
  readonly elf: string;
}

/** Of the fixture whose fault handler printed lines R, S, F, P and M (fixtures/crash/README.md). */
export function readRecorded(name: string, cpuid: number): Recorded {
  const lines = readFileSync(new URL(`${name}.dump.txt`, FOLDER), 'latin1')
    .trim()
    .split('\n');
  const wordsOf = (letter: string): number[][] =>
    lines
      .filter((line) => line.startsWith(`${letter} `))
      .map((line) =>
        line
          .slice(2)
          .trim()
          .split(/\s+/)
          .map((word) => Number.parseInt(word, 16)),
      );
  const [core = [], special = [], fault = [], floats = []] = ['R', 'S', 'F', 'P'].map((letter) => wordsOf(letter)[0] ?? []);
  const registers = new Map<string, number>();
  const set = (names: readonly string[], values: readonly number[]): void => {
    for (const [index, name] of names.entries()) registers.set(name, values[index] ?? 0);
  };
  set(CORE, core);
  set(['psp', 'control', 'primask'], special);
  set(['basepri', 'faultmask', 'fpscr'], []);
  // In the handler the main stack is in use.
  set(['msp'], [registers.get('sp') ?? 0]);
  set(FLOATS, floats);
  const elf = new URL(`${name}.elf`, FOLDER).pathname;
  const memory = [...flashOf(elf), ...wordsOf('M').map(([address = 0, ...words]) => ({ address, bytes: bytesOf(words) }))];
  return { registers, memory: [...memory, systemSpace(cpuid, fault)], elf };
}

function flashOf(elf: string): Recorded['memory'] {
  const { segments, contents } = parseElf(new Uint8Array(readFileSync(elf)));
  return segments
    .filter(({ type, fileSize, address, loadAddress }) => type === PT.load && fileSize > 0 && address === loadAddress)
    .map(({ offset, fileSize, address }) => ({ address, bytes: contents.read(offset, fileSize) }));
}

/** icsr, cfsr, hfsr, mmfar and bfar as they were printed; the FPU is on. */
function systemSpace(
  cpuid: number,
  [icsr = 0, cfsr = 0, hfsr = 0, mmfar = 0, bfar = 0]: readonly number[],
): Recorded['memory'][number] {
  const bytes = new Uint8Array(0x1000);
  const view = new DataView(bytes.buffer);
  const words = { 3328: cpuid, 3332: icsr, 3368: cfsr, 3372: hfsr, 3380: mmfar, 3384: bfar, 3464: 0x00f0_0000 };
  for (const [offset, value] of Object.entries(words)) view.setUint32(Number(offset), value, true);
  return { address: 0xe000_e000, bytes };
}

/** A register of a look-alike: name, number, bits. */
type Described = readonly [name: string, number: number, bits: number];

interface LookAlike {
  readonly features: string;
  readonly described: readonly Described[];
  /** Numbers that `g` gives. */
  readonly general: readonly number[];
  /** In how many documents the description comes. */
  readonly nests?: boolean;
}

const CORE = [...Array.from({ length: 13 }, (_, index) => `r${index}`), 'sp', 'lr', 'pc', 'xpsr'];
const FLOATS = Array.from({ length: 32 }, (_, index) => `s${index}`);
const DOUBLES = Array.from({ length: 16 }, (_, index) => `d${index}`);
const core = (status: string): Described[] => CORE.map((name, number) => [number === 16 ? status : name, number, 32]);
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export const LOOK_ALIKES: { readonly [name: string]: LookAlike } = {
  OpenOCD: {
    features: 'PacketSize=4000;qXfer:memory-map:read+;qXfer:features:read+;qXfer:threads:read+;QStartNoAckMode+;vContSupported+',
    described: [
      ...core('xPSR'),
      ...([
        ['msp', 17, 32],
        ['psp', 18, 32],
        ['primask', 20, 1],
        ['basepri', 21, 8],
        ['faultmask', 22, 1],
        ['control', 23, 3],
      ] as const),
      ...DOUBLES.map((name, index): Described => [name, 42 + index, 64]),
      ['fpscr', 58, 32],
    ],
    general: numbers(17),
  },
  'J-Link': {
    features: 'PacketSize=4000;qXfer:memory-map:read-;QStartNoAckMode+;hwbreak+;qXfer:features:read+',
    described: [
      ...core('xpsr').slice(0, 16),
      ...['xpsr', 'msp', 'psp', 'primask', 'basepri', 'faultmask', 'control', 'fpscr'].map(
        (name, index): Described => [name, 25 + index, 32],
      ),
      ...FLOATS.map((name, index): Described => [name, 33 + index, 32]),
    ],
    general: [...numbers(16), 25],
  },
  pyOCD: {
    features: 'qXfer:features:read+;QStartNoAckMode+;qXfer:threads:read+;QNonStop+;PacketSize=800',
    described: [
      ...core('xpsr'),
      ...['msp', 'psp', 'control', 'primask', 'basepri', 'faultmask'].map((name, index): Described => [name, 17 + index, 32]),
      ['fpscr', 33, 32],
      ...DOUBLES.map((name, index): Described => [name, 48 + index, 64]),
    ],
    general: [...numbers(23), 33, ...DOUBLES.map((_, index) => 48 + index)],
    nests: true,
  },
};

/** The target behind a server of that kind. */
export function behind(recorded: Recorded, { features, described, general, nests }: LookAlike): GdbServerOptions {
  const registers = new Map(
    described.map(([name, number, bits]) => [number, hexOf(recorded.registers, name.toLowerCase(), bits)]),
  );
  const list = described.map(
    ([name, number, bits]) => `<reg name="${name}" bitsize="${bits}" regnum="${number}" save-restore="yes"/>`,
  );
  const feature = `<feature name="org.gnu.gdb.arm.m-profile">${list.join('\n')}</feature>`;
  const target = `<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target version="1.0"><architecture>arm</architecture>`;
  return {
    features,
    documents: {
      'features:target.xml': `${target}${nests ? '<xi:include href="cortex-m.xml"/>' : feature}</target>`,
      'features:cortex-m.xml': feature,
    },
    registers: () => registers,
    general,
    memory: recorded.memory,
  };
}

/** A stub that describes nothing and knows no `p`: sixteen registers, room for FPA, and the status word. */
export function behindBareStub({ registers, memory }: Recorded): GdbServerOptions {
  const values = new Map<number, string>([
    ...CORE.slice(0, 16).map((name, number) => [number, hexOf(registers, name, 32)] as const),
    ...Array.from({ length: 8 }, (_, index) => [16 + index, '00'.repeat(12)] as const),
    [24, '00000000'],
    [25, hexOf(registers, 'xpsr', 32)],
  ]);
  return { features: '', registers: () => values, general: [...values.keys()], hasNoP: true, memory };
}

function hexOf(registers: ReadonlyMap<string, number>, name: string, bits: number): string {
  const index = Number(name.slice(1));
  const values = name.startsWith('d') ? [`s${2 * index}`, `s${2 * index + 1}`] : [name];
  const bytes = bytesOf(values.map((each) => registers.get(each) ?? 0));
  return Buffer.from(bytes.subarray(0, Math.ceil(bits / 8))).toString('hex');
}

function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true);
  return bytes;
}
