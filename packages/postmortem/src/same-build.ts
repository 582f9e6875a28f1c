/** Whether symbols are of the build that crashed: by the build id, or by the code that a core file captured. */
import { address, type Damage, type Dump, NoinitError } from '@noinit/model';
import type { Symbols } from '@noinit/symbols';

/**
 * Throws `wrong-symbols` where the ELF file is for another machine, where the dump names another build, or where it names none
 * and most of the code in it is not that of the ELF file. Pieces that differ in a file that is right otherwise (a check sum written after linking) are damage.
 */
export function checkSameBuild(dump: Dump, symbols: Symbols): readonly Damage[] {
  if (dump.machine !== symbols.machine) {
    throw new NoinitError('wrong-symbols', `the crash is of a ${dump.machine}, the ELF file is for ${symbols.machine}`);
  }
  if (dump.build === undefined) return checkCode(dump, symbols);
  if (symbols.buildId?.startsWith(dump.build)) return [];
  const given = symbols.buildId === undefined ? 'an ELF file without a build id' : `build ${symbols.buildId}`;
  throw new NoinitError('wrong-symbols', `the crash is of build ${dump.build}…, the symbols are of ${given}`);
}

/** Bytes that are compared at once: an instruction moved by another build makes all behind it differ. */
const PIECE_BYTES = 64;
/** Pieces of the whole dump that are looked at, evenly spread. */
const MAX_PIECES = 1024;
/** Fewer tell nothing. */
const MIN_PIECES = 4;
const WRONG_SHARE = 0.5;
const NOTED_SHARE = 0.05;

function checkCode(dump: Dump, symbols: Symbols): readonly Damage[] {
  const { compared, different } = compareCode(dump, symbols);
  if (compared < MIN_PIECES || different <= compared * NOTED_SHARE) return [];
  const fact = `${different} of ${compared} pieces of read-only memory in the dump are not those of the ELF file`;
  if (different > compared * WRONG_SHARE) throw new NoinitError('wrong-symbols', `the crash is of another build: ${fact}`);
  return [{ offset: 0, why: 'conflict', detail: fact }];
}

function compareCode({ regions }: Dump, symbols: Symbols): { readonly compared: number; readonly different: number } {
  const total = regions.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const step = PIECE_BYTES * Math.max(1, Math.ceil(total / PIECE_BYTES / MAX_PIECES));
  let compared = 0;
  let different = 0;
  for (const { address: start, bytes } of regions) {
    for (let offset = 0; offset + PIECE_BYTES <= bytes.length; offset += step) {
      // Most of a dump is RAM, of which nothing is constant: only what is left is looked at byte by byte.
      const wanted = symbols.readConstant(address(start + offset), PIECE_BYTES);
      if (wanted === undefined || isFill(bytes, offset)) continue;
      compared += 1;
      if (isDifferent(bytes, offset, wanted)) different += 1;
    }
  }
  return { compared, different };
}

/** Flash that is erased or may not be read, or what a converter put where it had nothing. */
function isFill(bytes: Uint8Array, offset: number): boolean {
  const first = bytes[offset];
  for (let index = 1; index < PIECE_BYTES; index++) if (bytes[offset + index] !== first) return false;
  return true;
}

function isDifferent(bytes: Uint8Array, offset: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < PIECE_BYTES; index++) if (bytes[offset + index] !== wanted[index]) return true;
  return false;
}
