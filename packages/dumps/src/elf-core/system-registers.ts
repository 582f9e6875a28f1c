/** System registers that a core file carries as memory: the System Control Space of a Cortex-M (Armv8-M ARM D1.1, Armv7-M ARM B3.2). */
import { ByteReader } from '@noinit/bytes';
import type { MemoryRegion, RegisterValues } from '@noinit/model';

/** Known where all four bytes were captured. */
export function readSystemControlSpace(regions: readonly MemoryRegion[]): RegisterValues {
  const found: [string, number][] = [];
  for (const [name, at] of SYSTEM_CONTROL_SPACE) {
    const word = readWord(regions, at);
    if (word !== undefined) found.push([name, word]);
  }
  return Object.fromEntries(found);
}

function readWord(regions: readonly MemoryRegion[], at: number): number | undefined {
  const region = regions.find(({ address, bytes }) => address <= at && at + 4 <= address + bytes.length);
  return region && new ByteReader(region.bytes, { offset: at - region.address }).u32();
}

const SYSTEM_CONTROL_SPACE: readonly (readonly [string, number])[] = [
  ['icsr', 0xe000_ed04],
  ['vtor', 0xe000_ed08],
  ['shcsr', 0xe000_ed24],
  ['cfsr', 0xe000_ed28],
  ['hfsr', 0xe000_ed2c],
  ['dfsr', 0xe000_ed30],
  ['mmfar', 0xe000_ed34],
  ['bfar', 0xe000_ed38],
  ['afsr', 0xe000_ed3c],
  ['sfsr', 0xe000_ede4],
  ['sfar', 0xe000_ede8],
  ['fpccr', 0xe000_ef34],
];
