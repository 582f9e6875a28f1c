/** Ids in URLs: hashes of what they name, so that replaying, moving and reworking keep them. */
import { createHash } from 'node:crypto';
import type { CrashId, IssueId, ProjectId, RecordKey, Serial } from '@noinit/model';
import type { Digest } from '../blobs/blob-store.ts';

/** Hex digits of an id: 96 bits, so that two of a billion ids meet with a chance below 1 in 10^11. */
const ID_DIGITS = 24;

export function crashId(project: ProjectId, serial: Serial, key: RecordKey): CrashId {
  return hashOf(['crash', project, serial, key.lineage, key.boot, key.sequence]) as CrashId;
}

export function issueId(project: ProjectId, fingerprint: string): IssueId {
  return hashOf(['issue', project, fingerprint]) as IssueId;
}

/** SHA-256 of the bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return createHash('sha256').update(bytes).digest('hex') as Digest;
}

/** JSON keeps the parts apart: no serial can be chosen so that it reads like another part. */
function hashOf(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, ID_DIGITS);
}
