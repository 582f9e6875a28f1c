/** The flash of a board as the emulator wants it, from the loadable segments of a firmware's ELF file. */
import { readFile } from 'node:fs/promises';

const FLASH_BASE = 0x10000000;
/** What a board's flash holds; reads beyond it fault. */
const FLASH_SIZE = 256 * 1024;
const PT_LOAD = 1;

/** Three views of the same bytes. Shared by boards, never written: writes to flash fault. */
export interface FlashImage {
  readonly flash: Uint8Array;
  readonly flash16: Uint16Array;
  readonly flashView: DataView;
}

/** Reads one of the demo's own ELF files; anything else may throw. */
export async function readFlashImage(elfPath: string | URL): Promise<FlashImage> {
  return makeFlashImage(await readFile(elfPath));
}

/** ELF32 little endian: every PT_LOAD whose physical address lies in flash. */
export function makeFlashImage(elf: Uint8Array): FlashImage {
  const flash = new Uint8Array(FLASH_SIZE).fill(0xff);
  for (const { offset, address, size } of loadedSegments(elf)) {
    if (size > 0) flash.set(elf.subarray(offset, offset + size), address - FLASH_BASE);
  }
  return { flash, flash16: new Uint16Array(flash.buffer), flashView: new DataView(flash.buffer) };
}

function loadedSegments(elf: Uint8Array): { offset: number; address: number; size: number }[] {
  const view = new DataView(elf.buffer, elf.byteOffset, elf.byteLength);
  const tableOffset = view.getUint32(28, true);
  const entrySize = view.getUint16(42, true);
  const count = view.getUint16(44, true);
  return Array.from({ length: count }, (_, index) => tableOffset + index * entrySize)
    .filter((entry) => view.getUint32(entry, true) === PT_LOAD)
    .map((entry) => ({
      offset: view.getUint32(entry + 4, true),
      address: view.getUint32(entry + 12, true),
      size: view.getUint32(entry + 16, true),
    }));
}
