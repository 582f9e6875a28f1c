/** The distribution column of a device's rows: FNV-1a, 32 bits, of project, a NUL, and serial in UTF-8. */
import type { DeviceKey } from './event-writer.ts';

export function shardOf(device: DeviceKey): number {
  const { written } = UTF8.encodeInto(`${device.project}\0${device.serial}`, SCRATCH);
  let hash = FNV_OFFSET;
  for (let at = 0; at < written; at++) hash = Math.imul(hash ^ (SCRATCH[at] as number), FNV_PRIME);
  return hash >>> 0;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const UTF8 = new TextEncoder();
/** More than the 40 bytes of a project id, a NUL and the 128 bytes of a serial. */
const SCRATCH = new Uint8Array(256);
