/** The head of every message: what kind of record it is and whose (docs/formats/record.md). */
import { toHex } from '@noinit/bytes';
import type { BuildPrefix, RecordKey } from '@noinit/model';
import type { CborItem } from './cbor.ts';
import { Fields, MAX_U32 } from './fields.ts';
import { MalformedError } from './malformed.ts';

export const KIND_BOOT = 1;
export const KIND_REBOOT = 2;
export const KIND_CRASH = 3;
export const KIND_LOG = 4;
export const BUILD_PREFIX_BYTES = 8;

export interface Head {
  readonly kind: number;
  readonly key: RecordKey;
  readonly build?: BuildPrefix;
}

export function readHead(item: CborItem): Head {
  const fields = new Fields(item, 'the head');
  const kind = fields.uint(0);
  const key = { lineage: fields.uint(1, MAX_U32), boot: fields.uint(2, MAX_U32), sequence: fields.uint(3, MAX_U32) };
  if (key.boot === 0) throw new MalformedError(item.start, 'malformed', 'the head: boot 0');
  if (!fields.has(4)) return { kind, key };
  const build = fields.bytes(4, { min: BUILD_PREFIX_BYTES, max: BUILD_PREFIX_BYTES });
  return { kind, key, build: toHex(build) as BuildPrefix };
}

/** A crash and a log may outlive the firmware that wrote them, so they name its build themselves. */
export function requiredBuild(head: Head): BuildPrefix {
  if (head.build === undefined) throw new MalformedError(0, 'missing-part', 'the head names no build');
  return head.build;
}
