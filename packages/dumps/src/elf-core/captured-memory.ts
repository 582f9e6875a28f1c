/**
 * What a core file captured: the file bytes of its PT_LOAD segments. Where p_memsz exceeds p_filesz the rest was not captured:
 * in a program it would be zeros, in a core it is what the writer left out.
 */
import { address, hexAddress, type MemoryRegion } from '@noinit/model';
import { type CoreSegment, SEGMENT } from './core-headers.ts';
import type { DamageList } from './damage-list.ts';
import { MAX_CORE_BYTES, MAX_CORE_REGIONS } from './limits.ts';

/** In file order; empty ones are left out. A region is a stack where one of `stackPointers` leads into it. */
export function readMemory(
  bytes: Uint8Array,
  segments: readonly CoreSegment[],
  stackPointers: readonly number[],
  damage: DamageList,
): MemoryRegion[] {
  const regions: MemoryRegion[] = [];
  let total = 0;
  for (const segment of segments) {
    if (segment.type !== SEGMENT.load || segment.fileSize === 0) continue;
    const content = readContent(bytes, segment, damage);
    if (content.length === 0) continue;
    if (regions.length === MAX_CORE_REGIONS || total + content.length > MAX_CORE_BYTES) {
      damage.add(segment.at, 'too-large', `over ${MAX_CORE_REGIONS} pieces or ${MAX_CORE_BYTES} bytes of memory`);
      break;
    }
    total += content.length;
    regions.push({
      kind: kindOf(segment.address, content.length, stackPointers),
      address: address(segment.address),
      bytes: content,
    });
  }
  noteConflicts(regions, damage);
  return regions;
}

function readContent(
  bytes: Uint8Array,
  { at, offset, address, fileSize, memorySize }: CoreSegment,
  damage: DamageList,
): Uint8Array {
  const place = `memory at ${hexAddress(address)}`;
  if (memorySize > 0 && fileSize > memorySize) {
    damage.add(at, 'malformed', `${place} has ${fileSize} bytes in the file and ${memorySize} on the target`);
  }
  const fitting = Math.min(fileSize, ADDRESS_SPACE - address);
  if (fitting < fileSize) damage.add(at, 'malformed', `${place} ends beyond the address space`);
  const content = bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + fitting, bytes.length));
  if (content.length < fitting) damage.add(at, 'truncated', `${place}: the file holds ${content.length} of ${fitting} bytes`);
  return content;
}

/** A stack pointer at the end of a region is an empty stack. */
function kindOf(start: number, size: number, stackPointers: readonly number[]): MemoryRegion['kind'] {
  return stackPointers.some((pointer) => pointer >= start && pointer <= start + size) ? 'stack' : 'data';
}

/** Where segments overlap and differ, the first counts (see `unwind`): nothing tells which is right. */
function noteConflicts(regions: readonly MemoryRegion[], damage: DamageList): void {
  let widest: MemoryRegion | undefined;
  for (const region of regions.toSorted((a, b) => a.address - b.address)) {
    if (widest && differ(widest, region)) {
      damage.add(0, 'conflict', `memory at ${hexAddress(region.address)} is in the file twice, with different bytes`);
    }
    if (!widest || endOf(region) > endOf(widest)) widest = region;
  }
}

function differ(lower: MemoryRegion, upper: MemoryRegion): boolean {
  const end = Math.min(endOf(lower), endOf(upper));
  const offset = upper.address - lower.address;
  for (let index = 0; index < end - upper.address; index++) {
    if (lower.bytes[offset + index] !== upper.bytes[index]) return true;
  }
  return false;
}

function endOf(region: MemoryRegion): number {
  return region.address + region.bytes.length;
}

const ADDRESS_SPACE = 2 ** 32;
