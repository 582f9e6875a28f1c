/** Whose boot it is: from the head that the SDK keeps in RAM (device/src/core/head.h), else chosen. */
import { randomBytes } from 'node:crypto';
import { fromHex } from '@noinit/bytes';
import type { BuildPrefix, RecordKey } from '@noinit/model';
import type { ReadMemory } from './find-build.ts';
import type { Program } from './program.ts';

export interface CaptureKey {
  readonly key: RecordKey;
  /** `device`: lineage and boot are those of its records. `chosen`: they say nothing. */
  readonly from: 'device' | 'chosen';
}

/**
 * In `noinit_head` the lineage and the boot stand before the build that writes them, and the build is known: where it stands elsewhere, or is
 * another's, noinit_init has not run. The sequence is drawn from numbers that no device reaches, so that two captures of one boot are two.
 */
export async function readKey(
  program: Program | undefined,
  build: BuildPrefix | undefined,
  read: ReadMemory,
): Promise<CaptureKey> {
  const sequence = FIRST_SEQUENCE + (randomBytes(4).readUInt32LE() % SEQUENCES);
  const chosen: CaptureKey = { key: { lineage: randomBytes(4).readUInt32LE(), boot: 1, sequence }, from: 'chosen' };
  const head = program?.find('noinit_head');
  if (head === undefined || build === undefined || head.size === 0 || head.size > MAX_HEAD_BYTES) return chosen;
  const { pieces, lost } = await read(head.address, head.size);
  if (lost !== undefined) throw lost;
  const bytes = Buffer.from(pieces[0]?.bytes ?? new Uint8Array());
  const at = bytes.indexOf(fromHex(build));
  if (at < 8) return chosen;
  const [lineage, boot] = [bytes.readUInt32LE(at - 8), bytes.readUInt32LE(at - 4)];
  return boot === 0 ? chosen : { key: { lineage, boot, sequence }, from: 'device' };
}

const FIRST_SEQUENCE = 0xf000_0000;
const SEQUENCES = 0x0800_0000;
const MAX_HEAD_BYTES = 1024;
