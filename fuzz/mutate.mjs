// Bends bytes the way files are damaged and the way people who want to hurt us bend them.

/** Numbers at which readers go wrong: ends of the ranges of bytes, half words, words, and just beside them. */
const INTERESTING = [
  0, 1, 2, 3, 4, 7, 8, 0x10, 0x1f, 0x20, 0x40, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff,
  0x8000_0000, 0xffff_fff0, 0xffff_fffe, 0xffff_ffff,
];
/** LEB128 numbers of the same kind, overlong and endless ones among them. */
const LEBS = [
  [0x00],
  [0x7f],
  [0x80, 0x00],
  [0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
];
/** Mutations of one input: mostly one or two, so that what is around them still makes sense. */
const COUNTS = [1, 1, 1, 1, 2, 2, 3, 5, 8];
/** Bytes that one mutation moves, adds or removes, at most. */
const LONGEST_RUN = 64;

/**
 * A bent copy.
 * @param {Uint8Array} bytes
 * @param {import('../packages/testing/dist/random.js').Random} random
 * @param {readonly Uint8Array[]} others inputs of the same kind, of which parts are spliced in
 */
export function mutate(bytes, random, others) {
  let bent = bytes.slice();
  for (let count = pick(COUNTS, random); count > 0; count--) bent = pick(MUTATIONS, random)(bent, random, others);
  return bent;
}

/** @template Item @param {readonly Item[]} items */
export function pick(items, random) {
  return items[random.below(items.length)];
}

const MUTATIONS = [
  flipBit,
  flipBit,
  setByte,
  setByte,
  setWord,
  setWord,
  setWord,
  addToWord,
  addToWord,
  setLeb,
  setLeb,
  insertRun,
  removeRun,
  copyWithin,
  splice,
  truncate,
];

function flipBit(bytes, random) {
  if (bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
  return bytes;
}

function setByte(bytes, random) {
  if (bytes.length > 0) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

/** Length fields, offsets, counts and addresses are words: those at multiples of 4 are met as often as all others. */
function setWord(bytes, random) {
  return writeWord(bytes, random, () => pick(INTERESTING, random) + (random.below(4) === 0 ? bytes.length : 0));
}

function addToWord(bytes, random) {
  return writeWord(bytes, random, (old) => old + random.below(33) - 16);
}

function writeWord(bytes, random, change) {
  const size = pick([1, 2, 4, 4, 4, 8], random);
  if (bytes.length < size) return bytes;
  let at = random.below(bytes.length - size + 1);
  if (random.below(2) === 0) at -= at % 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const little = random.below(8) !== 0;
  if (size === 1) view.setUint8(at, change(view.getUint8(at)));
  else if (size === 2) view.setUint16(at, change(view.getUint16(at, little)), little);
  else if (size === 4) view.setUint32(at, change(view.getUint32(at, little)), little);
  else
    view.setBigUint64(at, BigInt.asUintN(64, BigInt(change(view.getUint32(at, little))) * (random.below(2) ? 1n : -1n)), little);
  return bytes;
}

function setLeb(bytes, random) {
  const leb = pick(LEBS, random);
  const at = random.below(bytes.length + 1);
  // In place of as many bytes, or in place of one.
  return joined(bytes.subarray(0, at), leb, bytes.subarray(at + (random.below(2) ? leb.length : 1)));
}

function insertRun(bytes, random) {
  const at = random.below(bytes.length + 1);
  const fill = random.below(2) ? random.below(256) : undefined;
  const run = Array.from({ length: 1 + random.below(LONGEST_RUN) }, () => fill ?? random.below(256));
  return joined(bytes.subarray(0, at), run, bytes.subarray(at));
}

function removeRun(bytes, random) {
  const at = random.below(bytes.length + 1);
  return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(LONGEST_RUN)));
}

function copyWithin(bytes, random) {
  const from = random.below(bytes.length + 1);
  return bytes.copyWithin(random.below(bytes.length + 1), from, from + 1 + random.below(LONGEST_RUN));
}

function splice(bytes, random, others) {
  const other = pick(others, random) ?? bytes;
  const from = random.below(other.length + 1);
  const at = random.below(bytes.length + 1);
  const part = other.subarray(from, from + 1 + random.below(4 * LONGEST_RUN));
  return joined(bytes.subarray(0, at), part, bytes.subarray(random.below(2) ? at : at + part.length));
}

/** Half of the time near the end, where the last structure is cut in the middle. */
function truncate(bytes, random) {
  const keep = random.below(2) ? random.below(bytes.length + 1) : bytes.length - random.below(Math.min(16, bytes.length) + 1);
  return bytes.slice(0, keep);
}

function joined(...parts) {
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
