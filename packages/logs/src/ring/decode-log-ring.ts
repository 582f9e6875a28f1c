/** A dump of the log region, as a debugger or a crash handler saves it: every boot that is still in it, whatever is damaged. */
import { BLOCK_BYTES, type Block, PAYLOAD_END, PAYLOAD_START, readBlock, readOpenBlock } from './block.ts';
import { BlockWalker } from './block-walker.ts';
import type { LogRingDecoding, RingOptions } from './decoded-segment.ts';
import { findRings, HEADER_BYTES, headerless, MIN_BLOCKS, type RingHeader } from './ring-header.ts';

/** Numbers of blocks are told apart by so many. */
const TAKEN_BLOCKS = 128;

/** Never throws. The rings of several cores come one after the other; `mergeCores` puts their lines in order. */
export function decodeLogRing(bytes: Uint8Array, options: RingOptions): LogRingDecoding {
  const rings = withLost(findRings(bytes), bytes);
  const decoded = rings.map((ring) => decodeRing(bytes, ring, options));
  const nothing = { offset: 0, why: 'missing-part' as const, detail: 'no log ring is in these bytes' };
  return {
    segments: decoded.flatMap(({ segments }) => segments),
    damage: rings.length === 0 ? [nothing] : decoded.flatMap(({ damage }) => damage),
  };
}

/** A ring whose header is damaged is looked for at the beginning, where it belongs. */
function withLost(found: readonly RingHeader[], bytes: Uint8Array): readonly RingHeader[] {
  const end = found[0]?.offset ?? bytes.length;
  const before = bytes.subarray(0, end);
  if (before.length < HEADER_BYTES + MIN_BLOCKS * BLOCK_BYTES) return found;
  const lost = headerless(before, 0);
  const blocks = Array.from({ length: lost.blockCount }, (_, index) => readBlock(before, lost.blocks + index * BLOCK_BYTES));
  return blocks.some((block) => block?.hasRightCrc) ? [lost, ...found] : found;
}

function decodeRing(bytes: Uint8Array, ring: RingHeader, options: RingOptions): LogRingDecoding {
  const walker = new BlockWalker(options);
  for (const { offset, why, detail } of ring.damage) walker.addDamage(offset, why, detail);
  const blocks = readBlocks(bytes, ring, walker);
  const order = orderOf(ring, blocks).filter(isNoRemnant(ring, blocks));
  if (ring.segment) walker.beginSegment(ring.segment);
  const sealedCount = countSealed(ring, order, blocks);
  order.forEach((index, position) => {
    const block = blocks[index];
    if (block === undefined) return;
    const isSealed = position < sealedCount;
    // Behind a remnant: the entry that runs over it is open, and this block says itself where the next one begins.
    const before = order[position - 1];
    if (before !== undefined && index !== (before + 1) % ring.blockCount && block.hasRightHeader) walker.rewind();
    if ((isSealed && !block.hasRightCrc) || block.isEmptied) {
      if (!block.isEmptied) walker.addDamage(block.offset, 'checksum-mismatch', `block ${index} of the ring is damaged`);
      else walker.addDamage(block.offset, 'missing-part', `block ${index} of the ring was found damaged by the device`);
      walker.lose('lost to damage');
      return;
    }
    const isNewest = position === order.length - 1;
    const end = isNewest ? (ring.head?.at ?? PAYLOAD_END) : PAYLOAD_END;
    const isEndKnown = !isNewest || ring.head !== undefined;
    if (!walker.walk(block, { isSealed, end, isEndKnown }) && !isNewest) walker.lose('lost to damage');
  });
  walker.addDropped(pendingOf(ring));
  return walker.finish();
}

/** What was dropped and is told by no gap entry yet. While that is written it stands in the block that `taken` says. */
function pendingOf({ lost, head }: RingHeader): number {
  if (lost === undefined) return 0;
  const isTold = head !== undefined && head.block % TAKEN_BLOCKS === lost.taken && head.at > PAYLOAD_START;
  return isTold ? 0 : lost.count;
}

function readBlocks(bytes: Uint8Array, ring: RingHeader, walker: BlockWalker): readonly (Block | undefined)[] {
  const blocks = Array.from({ length: ring.blockCount }, (_, index) => {
    const offset = ring.blocks + index * BLOCK_BYTES;
    return readBlock(bytes, offset) ?? readOpenBlock(bytes, offset);
  });
  const missing = ring.blockCount - Math.floor((bytes.length - ring.blocks) / BLOCK_BYTES);
  if (missing > 0) walker.addDamage(bytes.length, 'truncated', `the last ${missing} blocks of the ring are not in the dump`);
  return blocks;
}

/** The blocks from the oldest to the newest. Places that are damaged are found by the numbers of the blocks. */
function orderOf({ tail, head, blockCount }: RingHeader, blocks: readonly (Block | undefined)[]): readonly number[] {
  const after = (index: number, by: number) => (index + by + blockCount) % blockCount;
  const last = head?.block ?? findNewest(blocks, tail?.block, after);
  let first = tail?.block;
  if (first === undefined) {
    first = last;
    // Older blocks may have been given up already: they are whole all the same.
    for (let index = after(last, -1); index !== last && precedes(blocks[index], blocks[first]); index = after(index, -1))
      first = index;
  }
  const length = after(last, -first) + 1;
  return Array.from({ length }, (_, index) => after(first, index));
}

/** Goes on from the oldest as long as the numbers rise; the block behind the sealed ones may be open. */
function findNewest(
  blocks: readonly (Block | undefined)[],
  tail: number | undefined,
  after: (index: number, by: number) => number,
): number {
  const start = tail ?? findOldest(blocks);
  let last = start;
  for (let index = after(start, 1); index !== start && precedes(blocks[last], blocks[index]); index = after(index, 1))
    last = index;
  const open = after(last, 1);
  const isOpen = open !== start && mayFollow(blocks[last], blocks[open]);
  return isOpen ? open : last;
}

function findOldest(blocks: readonly (Block | undefined)[]): number {
  let oldest = -1;
  blocks.forEach((block, index) => {
    const best = blocks[oldest];
    if (block?.hasRightCrc && (best === undefined || block.number < best.number)) oldest = index;
  });
  return Math.max(oldest, 0);
}

function precedes(older: Block | undefined, newer: Block | undefined): boolean {
  return (
    older?.hasRightCrc === true &&
    newer !== undefined &&
    older.number <= newer.number &&
    (newer.hasRightCrc || mayFollow(older, newer))
  );
}

/** An entry takes two bytes at least. */
function mayFollow(older: Block | undefined, newer: Block | undefined): boolean {
  if (older === undefined || newer === undefined) return false;
  return (
    newer.number >= older.number &&
    newer.number - older.number <= BLOCK_BYTES / 2 &&
    newer.first >= 12 &&
    newer.first < PAYLOAD_END
  );
}

/** How many of the blocks in order are sealed. Where the place is lost, their CRCs tell. */
function countSealed({ sealed }: RingHeader, order: readonly number[], blocks: readonly (Block | undefined)[]): number {
  const byCrc = order.reduce((count, index, position) => (blocks[index]?.hasRightCrc ? position + 1 : count), 0);
  return Math.max(sealed ? order.indexOf(sealed.block) : 0, byCrc);
}

/**
 * A long entry that is being filled runs over blocks whose headers come later: until then they hold what was overwritten, whole and with a
 * right CRC. Such a block lies behind the sealed ones, and its number is below that of the block before it.
 */
function isNoRemnant({ sealed }: RingHeader, blocks: readonly (Block | undefined)[]) {
  return (index: number, position: number, order: readonly number[]): boolean => {
    const first = sealed === undefined ? -1 : order.indexOf(sealed.block);
    const before = blocks[order[first] ?? -1];
    const block = blocks[index];
    return first < 0 || position <= first || block === undefined || before === undefined || block.number >= before.number;
  };
}
