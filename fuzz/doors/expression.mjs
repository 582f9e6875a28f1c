// DWARF expressions. The first byte of an input says how wide addresses and offsets are, which byte order and which version holds.
import { AT, computeExpression, DebugInfo, evaluateExpression, OP } from '@noinit/dwarf';
import { findSection, parseElf, sectionBytes } from '@noinit/elf';
import { elfFiles } from '../fixtures.mjs';
import { mutate, pick } from '../mutate.mjs';

const CODES = Object.values(OP);
/** Operations of a made-up expression. */
const MAX_OPERATIONS = 24;
const MEMORY = (at, length) => (at < 2 ** 40 && length <= 256 ? new Uint8Array(length).fill(at % 251) : undefined);
const FRAMES = [
  {
    register: (register) => (register < 300 ? (0x2000_0000 + register * 0x0101_0101) >>> 0 : undefined),
    memory: MEMORY,
    callFrameAddress: () => 0x2000_0100,
    frameBase: () => 0x2000_0080,
    registerBytes: (register, size) => (register < 80 && size <= 8 ? new Uint8Array(size).fill(register) : undefined),
    entryValue: ({ bytes }) => (bytes.length < 4 ? { value: 5, size: 4 } : undefined),
    variableValue: () => ({ value: 0xffff_ffff_ffffn, size: 8 }),
    objectAddress: () => 0x2000_0040,
  },
  { register: () => undefined, memory: () => undefined, callFrameAddress: () => undefined, frameBase: () => undefined },
];
/** By the offset an operation names; other offsets lead nowhere. */
const TYPES = [
  undefined,
  ...['signed', 'unsigned', 'float', 'opaque'].flatMap((kind) => [1, 4, 8].map((size) => ({ kind, size }))),
  { kind: 'signed', size: 16 },
  { kind: 'float', size: 2 },
];
const samples = collectSamples();

export const door = { samples, bend, run, isRefusal: () => false };

function bend(random) {
  if (random.below(3) > 0) return mutate(pick(samples, random), random, samples);
  const bytes = [random.below(256)];
  for (let count = random.below(MAX_OPERATIONS) + 1; count > 0; count--) {
    bytes.push(random.below(3) === 0 ? OP.lit0 + random.below(32) : pick(CODES, random));
    for (let operand = random.below(5); operand > 0; operand--)
      bytes.push(random.below(4) ? random.below(16) : random.below(256));
  }
  return Uint8Array.from(bytes);
}

function run(input) {
  const [kind = 0, ...bytes] = input;
  const expression = {
    bytes: Uint8Array.from(bytes),
    addressSize: kind & 1 ? 8 : 4,
    offsetSize: kind & 2 ? 8 : 4,
    littleEndian: !(kind & 4),
    version: 2 + ((kind >> 3) & 3),
    unit: 0,
    baseType: (offset) => TYPES[offset % 16],
    procedureAt,
    ...(kind & 32 && { hasNoStackValue: true }),
    indexedAddress: (index) => (index < 4 ? 0x1000 * index : undefined),
  };
  for (const frame of FRAMES) {
    for (const answer of [evaluateExpression(expression, frame), computeExpression(expression, frame)]) {
      if (typeof answer.kind !== 'string') throw new TypeError('an expression without an answer');
    }
  }
}

/** Every expression that stands in place in our files, and what lists hold at some addresses. */
function collectSamples() {
  const found = new Map();
  for (const bytes of elfFiles()) {
    const elf = parseElf(bytes);
    const info = new DebugInfo((name) => contentOf(elf, name), elf.littleEndian);
    for (const unit of info.units) {
      for (let index = 0; index < unit.entries.count; index++) addExpressions(unit.entryAt(index), found);
    }
  }
  return [...found.values()];
}

function addExpressions(entry, found) {
  for (const attribute of [AT.location, AT.frame_base, AT.call_value, AT.GNU_call_site_value]) {
    for (let pc = 0x80; pc < 0x400; pc += 14) {
      const location = entry.location(attribute, pc);
      if (!location) break;
      if (location.kind === 'expression')
        found.set(location.expression.bytes.join(), Uint8Array.of(0, ...location.expression.bytes));
    }
  }
}

function contentOf(elf, name) {
  const section = findSection(elf, name);
  return section && sectionBytes(elf, section);
}

const PROCEDURE = { addressSize: 4, offsetSize: 4, littleEndian: true, version: 5, unit: 0, procedureAt };

/** Entries whose locations call one another, also themselves. */
function procedureAt(entry) {
  if (entry % 4 === 0) return { kind: 'empty' };
  if (entry % 4 === 1) return { kind: 'unknown', detail: 'an entry that is not there' };
  const call = [OP.call2, entry & 0xff, entry & 3];
  return { kind: 'expression', expression: { ...PROCEDURE, bytes: Uint8Array.of(OP.lit0 + (entry % 32), ...call, OP.plus) } };
}
