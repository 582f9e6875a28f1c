/** Which start of which device, core and firmware the entries from here on are of (docs/formats/log-ring.md). */
import { ByteReader, crc16, toHex } from '@noinit/bytes';
import type { BootKey, BuildPrefix, LogClock } from '@noinit/model';

export const SEGMENT_BYTES = 44;

export interface LogSegmentStart extends BootKey {
  readonly build: BuildPrefix;
  readonly clock: LogClock;
  /** Of the segment start itself. */
  readonly number: number;
  readonly core: number;
  /** Running number of the segment, modulo 64: the blocks of the segment carry it. */
  readonly tag: number;
  /** Entries before this one were lost to damage, nobody knows how many. */
  readonly isAfterDamage: boolean;
}

/** Undefined where its CRC is wrong. */
export function readSegment(bytes: Uint8Array): LogSegmentStart | undefined {
  if (bytes.length < SEGMENT_BYTES) return undefined;
  const reader = new ByteReader(bytes);
  const lineage = reader.u32();
  const boot = reader.u32();
  const build = toHex(reader.take(8)) as BuildPrefix;
  const stamp = wide(reader);
  const uptime = wide(reader);
  const frequency = reader.u32();
  const number = reader.u32();
  const core = reader.u8();
  const flags = reader.u8();
  if (reader.u16() !== crc16(bytes.subarray(0, SEGMENT_BYTES - 2)) || boot === 0) return undefined;
  const clock = { frequency: frequency || DEFAULT_FREQUENCY, stamp, uptime };
  return { lineage, boot, build, clock, number, core, tag: flags >>> 2, isAfterDamage: (flags & 1) !== 0 };
}

/** Whole milliseconds of uptime at a stamp of this clock. */
export function uptimeAt({ frequency, stamp, uptime }: LogClock, at: number): number {
  return frequency === DEFAULT_FREQUENCY
    ? uptime + at - stamp
    : uptime + Math.floor(((at - stamp) * DEFAULT_FREQUENCY) / frequency);
}

/** Beyond 2^53 rounded: what is told from it is a time. */
function wide(reader: ByteReader): number {
  return Number(reader.u64Big());
}

const DEFAULT_FREQUENCY = 1000;
