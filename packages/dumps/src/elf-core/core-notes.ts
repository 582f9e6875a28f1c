/** The notes of a core file: `namesz descsz type name… desc…`, name and desc padded to 4 bytes (gABI, "Note Section"). */
import { ByteReader } from '@noinit/bytes';
import { type CoreSegment, SEGMENT } from './core-headers.ts';
import type { DamageList } from './damage-list.ts';
import { MAX_CORE_NOTE_BYTES } from './limits.ts';

export interface CoreNote {
  /** Where its content stands in the file. */
  readonly offset: number;
  /** Up to its first NUL: writers pad names as they like. */
  readonly owner: string;
  readonly type: number;
  readonly content: Uint8Array;
}

/** The notes of all note segments in file order, as far as they are in the file. */
export function scanNotes(bytes: Uint8Array, segments: readonly CoreSegment[], damage: DamageList): CoreNote[] {
  const notes: CoreNote[] = [];
  let budget = MAX_CORE_NOTE_BYTES;
  for (const { type, at, offset, fileSize } of segments) {
    if (type !== SEGMENT.note) continue;
    const end = Math.min(offset + Math.min(fileSize, budget), bytes.length);
    if (fileSize > budget) damage.add(at, 'too-large', `over ${MAX_CORE_NOTE_BYTES} bytes of notes`);
    else if (end < offset + fileSize)
      damage.add(at, 'truncated', `the notes end ${offset + fileSize - end} bytes beyond the file`);
    scanSegment(bytes, offset, end, notes, damage);
    budget = Math.max(0, budget - fileSize);
  }
  return notes;
}

function scanSegment(bytes: Uint8Array, start: number, end: number, notes: CoreNote[], damage: DamageList): void {
  const reader = new ByteReader(bytes.subarray(0, end), { offset: start });
  while (reader.remaining >= NOTE_HEADER) {
    const at = reader.offset;
    const nameSize = reader.u32();
    const size = reader.u32();
    const type = reader.u32();
    if (padded(nameSize) + size > reader.remaining) {
      damage.add(at, 'truncated', `the note at offset ${at} is longer than what is left of its segment`);
      return;
    }
    const owner = ownerName(reader.take(padded(nameSize)).subarray(0, nameSize));
    notes.push({ offset: reader.offset, owner, type, content: reader.take(size) });
    reader.skip(Math.min(padded(size) - size, reader.remaining));
  }
}

function ownerName(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  return String.fromCharCode(...bytes.subarray(0, Math.min(nul < 0 ? bytes.length : nul, MAX_OWNER)));
}

function padded(size: number): number {
  return Math.ceil(size / 4) * 4;
}

const NOTE_HEADER = 12;
/** Longer than the name of any owner that is known. */
const MAX_OWNER = 32;
