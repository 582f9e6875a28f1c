/** A file with a log in it, whichever way it came off the device. */
import { NoinitError } from '@noinit/model';
import { readOpenBlock, segmentOf } from '../ring/block.ts';
import { decodeBlockStream } from '../ring/decode-block-stream.ts';
import { decodeLogRing } from '../ring/decode-log-ring.ts';
import type { LogRingDecoding, RingOptions } from '../ring/decoded-segment.ts';
import { findBlocks } from '../ring/find-blocks.ts';
import { findRings, HEADER_BYTES } from '../ring/ring-header.ts';
import { decodeRecords, scanRecordChunks, scanRecordMessage } from './decode-record.ts';
import { countRttFrames, decodeRttStream } from './decode-rtt-stream.ts';

export type LogFormat = 'message' | 'chunks' | 'region' | 'blocks' | 'rtt';

export const LOG_FORMATS: readonly LogFormat[] = ['message', 'chunks', 'region', 'blocks', 'rtt'];

export interface LogFileDecoding extends LogRingDecoding {
  readonly format: LogFormat;
}

/** What is damaged is told in the answer. Throws `unreadable-dump` where nothing tells that the bytes are a log. */
export function decodeLogFile(
  bytes: Uint8Array,
  options: RingOptions & { readonly format?: LogFormat | undefined },
): LogFileDecoding {
  const format = options.format ?? detectLogFormat(bytes);
  if (format === undefined)
    throw new NoinitError('unreadable-dump', 'the file is no log: neither records nor a ring nor its blocks');
  return { format, ...decodeAs(bytes, format, options) };
}

/** Undefined where it looks like none. */
export function detectLogFormat(bytes: Uint8Array): LogFormat | undefined {
  const message = scanRecordMessage(bytes);
  if (message) return 'message';
  if (findRings(bytes).length > 0) return 'region';
  const chunks = scanRecordChunks(bytes);
  if (chunks && chunks.records.length > 0) return 'chunks';
  if (countRttFrames(bytes) > 0) return 'rtt';
  const first = findBlocks(bytes).find(({ kind }) => kind === 'block');
  const open = readOpenBlock(bytes, 0);
  if (open && segmentOf(open)) return 'blocks';
  if (first?.kind !== 'block') return chunks && chunks.damage.length === 0 ? 'chunks' : undefined;
  // A ring whose header is damaged; a stream begins with a block, or with the end of one.
  return first.block.offset === HEADER_BYTES && looksLikeHeader(bytes) ? 'region' : 'blocks';
}

function decodeAs(bytes: Uint8Array, format: LogFormat, options: RingOptions): LogRingDecoding {
  switch (format) {
    case 'message':
      return decodeRecords(scanRecordMessage(bytes) ?? damaged('no whole message'), options.dictionaryOf);
    case 'chunks':
      return decodeRecords(scanRecordChunks(bytes) ?? damaged('no body of chunks'), options.dictionaryOf);
    case 'region':
      return decodeLogRing(bytes, options);
    case 'blocks':
      return decodeBlockStream(bytes, options);
    case 'rtt':
      return decodeRttStream(bytes, options);
  }
}

/** Most of the magic, or of the layout behind it, is there. */
function looksLikeHeader(bytes: Uint8Array): boolean {
  return HEADER_SIGNS.filter((byte, at) => bytes[at] === byte).length >= HEADER_SIGNS.length / 2;
}

function damaged(detail: string) {
  return { records: [], damage: [{ offset: 0, why: 'malformed' as const, detail }] };
}

const HEADER_SIGNS = [0x4e, 0x4c, 0x4f, 0x47, 0, 0, HEADER_BYTES, 0];
