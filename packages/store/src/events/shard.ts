/** The distribution column of a device's rows: FNV-1a, 32 bits, of project, a NUL, and serial in UTF-8. */
import type { DeviceKey } from './event-writer.ts';

export function shardOf(device: DeviceKey): number {
  let hash = FNV_OFFSET;
  for (const byte of UTF8.encode(`${device.project}\0${device.serial}`)) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash >>> 0;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const UTF8 = new TextEncoder();
