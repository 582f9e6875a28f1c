/** Lines as the device's own text output lays them out: [stamp] <level> core/source: text, hexdump lines below. */
import { fromHex } from '@noinit/bytes';
import type { LogLevel, LogLine } from '@noinit/model';
import { hexdumpLines } from './hexdump-lines.ts';
import { type StampStyle, stampText, syslogStamp } from './stamp-text.ts';

export interface RenderOptions {
  /** Of the clock whose stamps the lines have. */
  readonly frequency: number;
  readonly stamps: StampStyle;
  readonly colors: boolean;
  /** Whether the core's number stands before the source: a log of several. */
  readonly showsCore: boolean;
}

/** With its line end, which raw text has only where it brings it. */
export function renderLine(line: LogLine, options: RenderOptions): string {
  if (line.kind === 'text') return line.text;
  if (line.kind === 'gap') return colored(gapText(line), RED, options.colors);
  const prefix = stampText(line.stamp ?? line.uptime, options.frequency, options.stamps);
  const named = `<${LEVELS[line.level].name}> ${sourceText(line, options.showsCore)}`;
  const indent = ' '.repeat(prefix.length + named.length);
  const dump = dumpOf(line).map((each) => `\n${indent}${each}`);
  const body = `${named}${messageText(line)}${dump.join('')}`;
  return options.colors ? `${prefix}${LEVELS[line.level].color}${body}${PLAIN}\n` : `${prefix}${body}\n`;
}

/** RFC 5424, with the name of the device as its host. Raw text and gaps have no level of their own: notice and warning. */
export function renderSyslog(line: LogLine, frequency: number, host: string): string {
  const severity = line.kind === 'text' ? NOTICE : LEVELS[line.level].severity;
  const prefix = `<${LOCAL0 + severity}>1 ${syslogStamp(line.stamp ?? line.uptime, frequency)} ${host} - - - - ${sourceText(line, false)}`;
  const text = line.kind === 'gap' ? gapText(line) : messageText(line);
  // One message is one line: what is below each other elsewhere follows here.
  const one = [text.trimEnd().replaceAll('\n', ' '), ...dumpOf(line)].join(' '.repeat(prefix.length));
  return `${prefix}${one}\n`;
}

function gapText({ lost, text }: LogLine): string {
  return lost !== undefined && text.includes(' dropped') ? `--- ${lost} messages dropped ---\n` : `--- ${text} ---\n`;
}

function sourceText({ source, core = 0 }: LogLine, showsCore: boolean): string {
  const domain = showsCore ? `core${core}/` : '';
  return source === '' && domain === '' ? '' : `${domain}${source}: `;
}

function messageText({ function: name, text, unknown }: LogLine): string {
  const told = name === undefined ? text : `${name}: ${text}`;
  return unknown === undefined ? told : `${told} (unknown, because: ${unknown})`;
}

function dumpOf({ kind, data }: LogLine): readonly string[] {
  return kind === 'hexdump' && data !== undefined ? hexdumpLines(fromHex(data)) : [];
}

function colored(text: string, color: string, colors: boolean): string {
  return colors ? `${color}${text.trimEnd()}${PLAIN}\n` : text;
}

const RED = '\x1b[1;31m';
const PLAIN = '\x1b[0m';
const LOCAL0 = 16 * 8;
const NOTICE = 5;
const LEVELS: { readonly [level in LogLevel]: { readonly name: string; readonly color: string; readonly severity: number } } = {
  error: { name: 'err', color: RED, severity: 3 },
  warning: { name: 'wrn', color: '\x1b[1;33m', severity: 4 },
  info: { name: 'inf', color: PLAIN, severity: 6 },
  debug: { name: 'dbg', color: PLAIN, severity: 7 },
};
