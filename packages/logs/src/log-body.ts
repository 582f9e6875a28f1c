/** The body of one log entry: which site wrote it, when, and its arguments (docs/formats/log-ring.md). */
import { ByteReader, OverlongError, TruncatedError, toHex } from '@noinit/bytes';
import { type LogLine, milliseconds } from '@noinit/model';
import type { LogDictionary, LogSite } from './dictionary.ts';
import { type ArgumentType, type ArgumentValue, print } from './printf/print.ts';

/** A line that does not know its number in the ring. */
export type LogText = Omit<LogLine, 'number'>;

/**
 * Decodes a body, without the head and the check of its entry: an assertion's values, or one line of a log. Undefined where
 * not even id and uptime can be read. What cannot be turned into text is shown raw and marked unknown.
 */
export function decodeLogBody(body: Uint8Array, dictionary?: LogDictionary): LogText | undefined {
  const line = decodeLine(body, 0, dictionary);
  if (!line) return undefined;
  const { number: _number, ...text } = line;
  return text;
}

/** The same for an entry whose number is known; lines are made in one go, because adding the number later costs a copy of each. */
export function decodeLine(body: Uint8Array, number: number, dictionary: LogDictionary | undefined): LogLine | undefined {
  const reader = new ByteReader(body);
  try {
    return readLine(reader, { number, id: reader.uleb(), uptime: reader.uleb() }, dictionary);
  } catch (error) {
    if (error instanceof TruncatedError || error instanceof OverlongError) return undefined;
    throw error;
  }
}

interface BodyHead {
  readonly number: number;
  readonly id: number;
  readonly uptime: number;
}

function readLine(reader: ByteReader, head: BodyHead, dictionary: LogDictionary | undefined): LogLine {
  const start = reader.offset;
  const site = dictionary?.findSite(head.id);
  if (!site) {
    const why = dictionary ? 'no log site has this id' : 'the build’s log sites are not known';
    return unknownLine(head, reader.bytes.subarray(start), why);
  }
  const values = readArguments(reader, site);
  if (!values) return unknownLine(head, reader.bytes.subarray(start), 'the arguments do not fit the log site', site);
  return {
    number: head.number,
    uptime: milliseconds(head.uptime),
    level: site.level,
    source: site.module,
    text: print(site.parts, { types: site.types, values }),
    file: site.file,
    line: site.line,
  };
}

/** Undefined where the bytes are more or fewer than the site's types ask for. */
function readArguments(reader: ByteReader, site: LogSite): readonly ArgumentValue[] | undefined {
  try {
    const values = site.types.map((type) => readArgument(reader, type));
    return reader.atEnd ? values : undefined;
  } catch (error) {
    if (error instanceof TruncatedError || error instanceof OverlongError) return undefined;
    throw error;
  }
}

function readArgument(reader: ByteReader, type: ArgumentType): ArgumentValue {
  switch (type) {
    case 'i32':
      return unzigzag(reader.varint(MAX_U32_BYTES));
    case 'u32':
    case 'pointer':
      return reader.varint(MAX_U32_BYTES) >>> 0;
    case 'i64':
      return BigInt.asIntN(64, reader.u64Big());
    case 'u64':
      return reader.u64Big();
    case 'f32':
      return float(reader.take(4));
    case 'f64':
      return float(reader.take(8));
    case 'string':
      return readString(reader);
  }
}

/** 0, -1, 1, -2 … */
function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

function float(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

/** A string that the device cut is shown with `…` behind it. */
function readString(reader: ByteReader): Uint8Array {
  const head = reader.u8();
  const bytes = reader.take(head & 0x7f);
  return head & STRING_CUT ? Uint8Array.from([...bytes, ...ELLIPSIS]) : bytes;
}

function unknownLine({ number, id, uptime }: BodyHead, raw: Uint8Array, why: string, site?: LogSite): LogLine {
  return {
    number,
    uptime: milliseconds(uptime),
    level: site?.level ?? 'info',
    source: site?.module ?? '',
    text: raw.length > 0 ? `log ${id}: ${toHex(raw)}` : `log ${id}`,
    ...(site ? { file: site.file, line: site.line } : {}),
    unknown: why,
  };
}

const MAX_U32_BYTES = 5;
const STRING_CUT = 0x80;
const ELLIPSIS = new TextEncoder().encode('…');
