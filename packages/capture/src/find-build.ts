/** Which build the target runs: its memory says it, in the note that the linker left (docs/formats/record.md). */
import { toHex } from '@noinit/bytes';
import type { MemoryRead } from '@noinit/gdb-remote';
import { type BuildId, buildId, hexAddress, NoinitError } from '@noinit/model';
import { SEARCH_BYTES } from './limits.ts';
import type { Program } from './program.ts';

/** `progress` is called with the bytes that each answer brought. */
export type ReadMemory = (start: number, size: number, progress?: (bytes: number) => void) => Promise<MemoryRead>;

/** The build id, where the target runs the program of the ELF file. NoinitError `wrong-symbols` where it does not, or where nothing tells. */
export async function checkBuild({ buildId: wanted, noteAddress }: Program, read: ReadMemory): Promise<BuildId> {
  if (noteAddress === undefined) {
    throw new NoinitError('no-build-id', 'the ELF file has a build id that is not in the target’s memory');
  }
  const { pieces, lost } = await read(noteAddress, NOTE_BYTES + wanted.length / 2);
  if (lost !== undefined) throw lost;
  const found = readNote(pieces[0]?.bytes ?? new Uint8Array(), 0);
  if (found === undefined) {
    throw new NoinitError(
      'wrong-symbols',
      `the target has no build id at ${hexAddress(noteAddress)}, where the ELF file of build ${wanted} has it`,
    );
  }
  if (found !== wanted)
    throw new NoinitError('wrong-symbols', `the target runs build ${found}, the ELF file is of build ${wanted}`);
  return found;
}

/** The first build id behind `start`, where the image begins; undefined where there is none. */
export async function searchBuild(start: number, read: ReadMemory): Promise<BuildId | undefined> {
  const { pieces } = await read(start, Math.min(SEARCH_BYTES, 2 ** 32 - start));
  for (const { address, bytes } of pieces) {
    for (let at = (4 - (address % 4)) % 4; at + NOTE_BYTES <= bytes.length; at += 4) {
      const found = readNote(bytes, at);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A note: sizes of name and content, type 3, `GNU`, the content. */
function readNote(bytes: Uint8Array, at: number): BuildId | undefined {
  if (bytes.length < at + NOTE_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, NOTE_BYTES);
  const [nameSize, size, type, name] = [0, 4, 8, 12].map((offset) => view.getUint32(offset, true));
  if (nameSize !== 4 || type !== 3 || name !== GNU || size === undefined || bytes.length < at + NOTE_BYTES + size)
    return undefined;
  return buildId(toHex(bytes.subarray(at + NOTE_BYTES, at + NOTE_BYTES + size)));
}

const NOTE_BYTES = 16;
/** `GNU` and a zero. */
const GNU = 0x00554e47;
