import type { LogLine } from '@noinit/model';
import { visibleText } from '../format/text.ts';

/** What a line says: of a hexdump its caption; the line end of raw text is left out. */
export function logText({ text, kind, function: name }: LogLine): string {
  const own = kind === 'text' ? text.replace(/\r?\n$/, '') : text;
  return visibleText(name === undefined ? own : `${name}: ${own}`);
}

/** The bytes of a hexdump below its caption, sixteen a line: in hex, then as characters. */
export function hexdumpText({ kind, data }: LogLine): string | undefined {
  if (kind !== 'hexdump' || data === undefined) return undefined;
  const bytes = data.match(/../g) ?? [];
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += BYTES) lines.push(dumpLine(bytes.slice(start, start + BYTES)));
  return lines.join('\n');
}

function dumpLine(bytes: readonly string[]): string {
  const hex = bytes.map((byte, index) => (index === BYTES / 2 ? ` ${byte}` : byte)).join(' ');
  const characters = bytes
    .map((byte) => Number.parseInt(byte, 16))
    .map((code) => (code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '.'));
  return `${hex.padEnd(BYTES * 3)}  ${characters.join('')}`;
}

const BYTES = 16;
