/** Entries become lines: what a line needs besides its entry is kept here from one entry to the next. */
import { toHex } from '@noinit/bytes';
import { type LogClock, type LogLine, milliseconds } from '@noinit/model';
import type { LogDictionary, LogSite, WireType } from '../dictionary/log-dictionary.ts';
import type { PlainFormat } from '../dictionary/plain-format.ts';
import { byteText, fromByteText } from '../printf/format.ts';
import { type ArgumentValue, print } from '../printf/print.ts';
import { BodyReader } from './body-reader.ts';
import { type EntryCursor, KIND } from './entry-cursor.ts';
import { uptimeAt } from './segment.ts';

/** What the lines of one segment have in common. */
export interface LineOrigin {
  /** Of the build that wrote the entries; without it lines show ids and raw arguments. */
  readonly dictionary: LogDictionary | undefined;
  /** Why there is no dictionary. */
  readonly whyUnknown?: string | undefined;
  readonly clock: LogClock;
  readonly core?: number | undefined;
}

const UNFIT = 'the arguments do not fit the log site';
export const GAP_MAX = 16_777_215;

/** The line of the entry that the cursor stands on; undefined for one that has none. */
export function makeLine(cursor: EntryCursor, number: number, stamp: number, origin: LineOrigin): LogLine | undefined {
  const line = makeOwnLine(cursor, number, stamp, origin);
  return line && origin.core ? { ...line, core: origin.core } : line;
}

function makeOwnLine(cursor: EntryCursor, number: number, stamp: number, origin: LineOrigin): LogLine | undefined {
  const uptime = milliseconds(uptimeAt(origin.clock, stamp));
  switch (cursor.kind) {
    case KIND.log:
    case KIND.hexdump: {
      const reader = new BodyReader(cursor.bytes, cursor.body, cursor.check, origin.dictionary);
      return siteLine(reader, { number, uptime, stamp }, origin, cursor.kind === KIND.hexdump);
    }
    case KIND.text:
      return { number, uptime, stamp, level: 'info', source: '', text: textOf(bodyOf(cursor)), kind: 'text' };
    case KIND.gap:
      return gapLine(new BodyReader(cursor.bytes, cursor.body, cursor.check, undefined), { number, uptime, stamp });
    case KIND.defmt:
      return foreignLine(bodyOf(cursor), { number, uptime, stamp }, 'a defmt frame');
    case KIND.zephyr:
      return foreignLine(bodyOf(cursor), { number, uptime, stamp }, 'a Zephyr log message');
    default:
      return undefined;
  }
}

export interface LineTime {
  readonly number: number;
  readonly uptime: LogLine['uptime'];
  readonly stamp: number;
}

/** A line at which entries were lost; `lost` undefined: nobody knows how many. */
export function makeGapLine({ number, uptime, stamp }: LineTime, lost: number | undefined, how = 'lost'): LogLine {
  const many = lost === undefined ? 'an unknown number of entries' : lost === 1 ? 'one entry' : `${lost} entries`;
  const text = `${many} ${lost === 1 ? 'was' : 'were'} ${how}`;
  return { number, uptime, stamp, level: 'warning', source: '', text, kind: 'gap', ...(lost === undefined ? {} : { lost }) };
}

function gapLine(reader: BodyReader, time: LineTime): LogLine {
  const count = reader.varint();
  if (reader.isBroken || reader.at !== reader.end) return makeGapLine(time, undefined, 'dropped: there was no room');
  return makeGapLine(time, count, count >= GAP_MAX ? 'dropped, or more: there was no room' : 'dropped: there was no room');
}

/** Log or hexdump: an id, its arguments, and for a hexdump the data to the end. */
export function siteLine(reader: BodyReader, time: LineTime, origin: LineOrigin, isHexdump: boolean): LogLine {
  const id = reader.varint();
  if (reader.isBroken) return unknownLine(reader, time, undefined, 'an entry without an id');
  const start = reader.at;
  const site = origin.dictionary?.findSite(id);
  if (site?.kind !== 'site') {
    const why = site ? ambiguityText(site) : (origin.whyUnknown ?? missingText(origin.dictionary));
    return unknownLine(reader, time, { id, start }, why);
  }
  if (site.plain && !isHexdump && !site.showsFunction) {
    const text = readPlain(reader, site.plain);
    if (reader.isBroken || reader.at !== reader.end) return unknownLine(reader, time, { id, start }, UNFIT, site);
    const { level, file, line, sourceName: source = '' } = site;
    return { number: time.number, uptime: time.uptime, stamp: time.stamp, level, source, text, file, line };
  }
  const values = readValues(reader, site);
  if (reader.isBroken || site.isHexdump !== isHexdump || (!isHexdump && reader.at !== reader.end))
    return unknownLine(reader, time, { id, start }, UNFIT, site);
  const instance = site.types[0] === 'source';
  const { number, uptime, stamp } = time;
  const { level, file } = site;
  const source = (instance ? instanceName(values.shift(), origin) : site.sourceName) ?? '';
  const text = print(site.parts, { types: site.printed, values });
  const line: LogLine = { number, uptime, stamp, level, source, text, file, line: site.line };
  if (!isHexdump && !site.isText && !site.showsFunction && reader.missingString === undefined) return line;
  return withRest(line, site, reader, isHexdump);
}

function readPlain(reader: BodyReader, { texts, radix }: PlainFormat): string {
  let line = texts[0] as string;
  for (let index = 0; index < radix.length; index++) {
    const word = reader.word();
    const kind = radix[index];
    line += kind === 'signed' ? word : kind === 'unsigned' ? word >>> 0 : (word >>> 0).toString(16);
    line += texts[index + 1] as string;
  }
  return line;
}

/** What few lines have. */
function withRest(line: LogLine, site: LogSite, reader: BodyReader, isHexdump: boolean): LogLine {
  return {
    ...line,
    ...(isHexdump ? { kind: 'hexdump', data: toHex(reader.bytes.subarray(reader.at, reader.end)) } : {}),
    // Raw text has no level: it is told as that of noinit_log_text is.
    ...(site.isText ? { kind: 'text', level: 'info' } : {}),
    ...(site.showsFunction && site.functionName !== undefined ? { function: site.functionName } : {}),
    ...(reader.missingString === undefined ? {} : { unknown: 'a string that it names by its address is not in the ELF file' }),
  };
}

function readValues(reader: BodyReader, site: LogSite): ArgumentValue[] {
  const { read } = site;
  const values: ArgumentValue[] = new Array(read.length);
  for (let index = 0; index < read.length; index++) values[index] = reader.argument(read[index] as WireType);
  return values;
}

function instanceName(address: ArgumentValue | undefined, { dictionary }: LineOrigin): string | undefined {
  return typeof address === 'number' ? (dictionary?.findSource(address) ?? `0x${address.toString(16)}`) : undefined;
}

function unknownLine(
  reader: BodyReader,
  { number, uptime, stamp }: LineTime,
  what: { readonly id: number; readonly start: number } | undefined,
  why: string,
  site?: LogSite,
): LogLine {
  const raw = toHex(reader.bytes.subarray(what?.start ?? reader.at, reader.end));
  const name = what === undefined ? 'log' : `log ${what.id}`;
  return {
    number,
    uptime,
    stamp,
    level: site?.level ?? 'info',
    source: site?.sourceName ?? '',
    text: raw === '' ? name : `${name}: ${raw}`,
    ...(site ? { file: site.file, line: site.line } : {}),
    unknown: why,
  };
}

function foreignLine(body: Uint8Array, time: LineTime, what: string): LogLine {
  const data = toHex(body);
  return {
    ...time,
    level: 'info',
    source: '',
    text: `${what}: ${data}`,
    unknown: `${what} is not decoded here`,
    kind: 'foreign',
    data,
  };
}

function ambiguityText({
  candidates,
}: {
  readonly candidates: readonly { readonly file: string; readonly line: number }[];
}): string {
  return `ambiguous: ${candidates.map(({ file, line }) => `${file}:${line}`).join(' and ')} have this id`;
}

function missingText(dictionary: LogDictionary | undefined): string {
  return dictionary ? 'no log site has this id' : 'the build’s log sites are not known';
}

function textOf(bytes: Uint8Array): string {
  return fromByteText(byteText(bytes));
}

function bodyOf({ bytes, body, check }: EntryCursor): Uint8Array {
  return bytes.subarray(body, check);
}
