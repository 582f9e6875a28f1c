/** The one message that is not CBOR: 32 bytes that tell of a crash, useful alone (docs/formats/postcard.md). */
import { ByteReader, toHex } from '@noinit/bytes';
import { POSTCARD_SEQUENCE, type PostcardRecord, type ShortBuildPrefix, type UnknownRecord } from '@noinit/model';
import { CAUSES, MACHINES } from './crash-codes.ts';
import { MalformedError } from './malformed.ts';
import { placeOf } from './place.ts';

/** The first byte; no head begins so. */
export const POSTCARD_MARK = 0x50;
/** Without the CRC-32 of the message. */
export const POSTCARD_BYTES = 28;
const SHORT_BUILD_BYTES = 4;

/** Reads a message that begins with the mark and whose CRC-32, left out here, was right. */
export function readPostcard(content: Uint8Array): PostcardRecord | UnknownRecord {
  if (content.length !== POSTCARD_BYTES)
    throw new MalformedError(0, 'malformed', `a postcard of ${content.length} bytes before its CRC-32`);
  const reader = new ByteReader(content, { offset: 1 });
  const what = reader.u8();
  const reason = reader.u16();
  const key = { lineage: reader.u32(), boot: reader.u32(), sequence: POSTCARD_SEQUENCE };
  if (key.boot === 0) throw new MalformedError(8, 'malformed', 'a postcard of boot 0');
  const machine = MACHINES.get(what >>> 4);
  if (machine === undefined) return { kind: 'unknown', key, code: POSTCARD_MARK };
  const code = what & 0x0f;
  const cause = CAUSES.get(code);
  return {
    kind: 'postcard',
    key,
    build: toHex(reader.take(SHORT_BUILD_BYTES)) as ShortBuildPrefix,
    machine,
    cause: cause === undefined ? { kind: 'unknown', code } : { kind: cause },
    reason,
    ...placeOf(reader.u32(), reader.u32()),
    faultBits: reader.u32(),
  };
}
