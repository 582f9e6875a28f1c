/** What is known of the target's memory: what the dump captured, and constants that no program can change. */
import { type Address, address, type MemoryRegion } from '@noinit/model';
import type { Symbols } from '@noinit/symbols';

/** Bytes of the target by address. All or none: a read of which one byte is missing gives undefined. */
export interface Memory {
  readonly read: (at: Address, length: number) => Uint8Array | undefined;
  /** What the dump captured, stretches without a gap by ascending address. */
  readonly captured: readonly CapturedRun[];
}

/** A stretch of captured bytes without a gap. */
export interface CapturedRun {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** Longest single read. A debug-information size beyond it is damage, not a value. */
export const MAX_READ_BYTES = 1 << 20;

/**
 * Captured RAM first, then read-only bytes of the ELF file. Adjacent regions are one; where regions overlap, the one that
 * stands first in the dump counts. Initial values of writable data are never used: that RAM was not captured.
 */
export function makeMemory(regions: readonly MemoryRegion[], symbols?: Symbols): Memory {
  const runs = joinRegions(regions);
  return {
    captured: runs,
    read: (at, length) => {
      if (length < 0 || length > MAX_READ_BYTES) return undefined;
      return readRuns(runs, at, length) ?? symbols?.readConstant(at, length);
    },
  };
}

/** An unsigned 32-bit word, or undefined where it is not there. */
export function readWord(memory: Memory, at: number, littleEndian: boolean): number | undefined {
  if (!Number.isSafeInteger(at) || at < 0) return undefined;
  const bytes = memory.read(address(at), 4);
  return bytes && new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, littleEndian);
}

/** An unsigned halfword, or undefined where it is not there. */
export function readHalfword(memory: Memory, at: number, littleEndian: boolean): number | undefined {
  if (!Number.isSafeInteger(at) || at < 0) return undefined;
  const bytes = memory.read(address(at), 2);
  return bytes && new DataView(bytes.buffer, bytes.byteOffset, 2).getUint16(0, littleEndian);
}

function readRuns(runs: readonly CapturedRun[], at: number, length: number): Uint8Array | undefined {
  for (const run of runs) {
    const offset = at - run.start;
    if (offset >= 0 && offset + length <= run.bytes.length) return run.bytes.subarray(offset, offset + length);
  }
  return undefined;
}

function joinRegions(regions: readonly MemoryRegion[]): CapturedRun[] {
  const runs: CapturedRun[] = [];
  let group: MemoryRegion[] = [];
  let groupEnd = 0;
  for (const region of regions.filter(({ bytes }) => bytes.length > 0).toSorted((a, b) => a.address - b.address)) {
    if (group.length > 0 && region.address > groupEnd) {
      runs.push(joinGroup(group, groupEnd, regions));
      group = [];
    }
    groupEnd = Math.max(group.length > 0 ? groupEnd : 0, region.address + region.bytes.length);
    group.push(region);
  }
  if (group.length > 0) runs.push(joinGroup(group, groupEnd, regions));
  return runs;
}

function joinGroup(group: readonly MemoryRegion[], end: number, order: readonly MemoryRegion[]): CapturedRun {
  const [first] = group;
  const start = first?.address ?? 0;
  if (first && group.length === 1) return { start, bytes: first.bytes };
  const bytes = new Uint8Array(end - start);
  // The last writer wins, so the region that stands first in the dump is written last.
  for (const region of group.toSorted((a, b) => order.indexOf(b) - order.indexOf(a)))
    bytes.set(region.bytes, region.address - start);
  return { start, bytes };
}
