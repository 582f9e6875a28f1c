/** Ids in URLs: hashes of what they name, so that replaying, moving and reworking keep them. */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BootKey, CrashId, IssueId, ProjectId, RecordKey, Serial } from '@noinit/model';
import type { Digest } from '../blobs/blob-store.ts';

/** Hex digits of an id: 96 bits, so that two of a billion ids meet with a chance below 1 in 10^11. */
const ID_DIGITS = 24;

/** The crash that ended a boot: the same for its postcard and its crash record (docs/design/one-crash-a-boot.md). */
export function crashId(project: ProjectId, serial: Serial, { lineage, boot }: BootKey): CrashId {
  return hashOf(['crash', project, serial, lineage, boot]) as CrashId;
}

/** A snapshot, of which a boot may make several; and what claims to be a second crash of one boot. */
export function snapshotId(project: ProjectId, serial: Serial, { lineage, boot, sequence }: RecordKey): CrashId {
  return hashOf(['crash', project, serial, lineage, boot, sequence]) as CrashId;
}

export function issueId(project: ProjectId, fingerprint: string): IssueId {
  return hashOf(['issue', project, fingerprint]) as IssueId;
}

/** SHA-256 of the bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return createHash('sha256').update(bytes).digest('hex') as Digest;
}

/** The same for what may be large: others get their turn every few milliseconds. */
export async function digestInTurns(bytes: Uint8Array): Promise<Digest> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += TURN_BYTES) {
    if (at > 0) await nextTurn();
    hash.update(bytes.subarray(at, at + TURN_BYTES));
  }
  return hash.digest('hex') as Digest;
}

/** Two to eight milliseconds of hashing. */
const TURN_BYTES = 2 * 1024 * 1024;

/** JSON keeps the parts apart: no serial can be chosen so that it reads like another part. */
function hashOf(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, ID_DIGITS);
}
