/** Memory of a program as it is before its first instruction: what its file says of all segments, zeros included. */
import type { TargetMemory } from '../src/target.ts';

interface Run {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** From the program headers of an ELF file of either size and byte order. */
export function readSegments(file: Uint8Array): TargetMemory {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const large = file[4] === 2;
  const little = file[5] === 1;
  const word = (at: number) => (large ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
  const [table, count, size] = large ? [word(32), view.getUint16(56, little), 56] : [word(28), view.getUint16(44, little), 32];
  const runs: Run[] = [];
  for (let index = 0; index < count; index++) {
    const at = table + index * size;
    if (view.getUint32(at, little) !== 1) continue;
    const [offset, address, inFile, inMemory] = (large ? [8, 16, 32, 40] : [4, 8, 16, 20]).map((field) => word(at + field));
    const bytes = new Uint8Array(inMemory ?? 0);
    bytes.set(file.subarray(offset, (offset ?? 0) + (inFile ?? 0)));
    runs.push({ at: address ?? 0, bytes });
  }
  return memoryOf(runs);
}

/** From what `programs/values.rs` writes: address and length, 8 bytes each, and the bytes. */
export function readSnapshot(file: Uint8Array): TargetMemory {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const runs: Run[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at + 8, true));
    runs.push({ at: Number(view.getBigUint64(at, true)), bytes: file.subarray(at + 16, at + 16 + length) });
    at += 16 + length;
  }
  return memoryOf(runs);
}

function memoryOf(runs: readonly Run[]): TargetMemory {
  return {
    read: (at, length) => {
      const run = runs.find((candidate) => at >= candidate.at && at + length <= candidate.at + candidate.bytes.length);
      return run?.bytes.subarray(at - run.at, at - run.at + length);
    },
  };
}
