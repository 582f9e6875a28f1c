/** Writes the lines of decoded logs: as the device lays them out, as syslog, or as JSON. Each line once, also where a log grows. */
import { type DecodedSegment, type LogFileDecoding, mergeCores, renderLine, renderSyslog, type StampStyle } from '@noinit/logs';
import type { LogLine } from '@noinit/model';
import { renderJson } from '../render-json.ts';
import type { Terminal } from '../terminal.ts';
import { isShown, type LogFilter } from './log-filter.ts';

export interface PrintOptions extends LogFilter {
  readonly form: 'text' | 'syslog' | 'json';
  readonly stamps: StampStyle;
  readonly colors: boolean;
  /** Of syslog lines. */
  readonly host: string;
}

interface PlacedLine extends LogLine {
  readonly segment: DecodedSegment;
}

export class LogPrinter {
  private readonly terminal: Terminal;
  private readonly options: PrintOptions;
  private readonly printed = new Set<string>();
  private run: string | undefined;
  private atLineStart = true;

  constructor(terminal: Terminal, options: PrintOptions) {
    this.terminal = terminal;
    this.options = options;
  }

  print(logs: readonly LogFileDecoding[]): void {
    const segments = logs.flatMap((log) => log.segments);
    const showsCore = new Set(segments.map(({ start }) => start?.core ?? 0)).size > 1;
    const showsRuns = new Set(segments.map(runOf)).size > 1;
    const placed = segments.flatMap((segment) => segment.lines.map((line): PlacedLine => ({ ...line, segment })));
    let text = '';
    for (const line of mergeCores(placed, ({ segment }) => runOf(segment))) {
      const key = keyOf(line);
      if (this.printed.has(key) || !isShown(line, this.options)) continue;
      this.printed.add(key);
      text += this.render(line, showsCore, showsRuns);
    }
    // Raw text need not end its line.
    if (!this.atLineStart && this.options.form === 'text') text += '\n';
    this.atLineStart = true;
    if (text !== '') this.terminal.out(text);
  }

  private render({ segment, ...line }: PlacedLine, showsCore: boolean, showsRuns: boolean): string {
    const { form, stamps, colors, host } = this.options;
    const frequency = segment.start?.clock.frequency ?? DEFAULT_FREQUENCY;
    const { lineage, boot, build } = segment.start ?? {};
    if (form === 'json') return `${renderJson({ lineage, boot, build, ...line }, 0)}\n`;
    const harmless = harmlessLine(line);
    if (form === 'syslog') return renderSyslog(harmless, frequency, host);
    const head = showsRuns && this.run !== runOf(segment) ? `--- ${headOf(segment)} ---\n` : '';
    this.run = runOf(segment);
    const text = head + renderLine(harmless, { frequency, stamps, colors, showsCore });
    // A message never goes on in a line of raw text that was left open.
    const separated = !this.atLineStart && (head !== '' || line.kind !== 'text') ? `\n${text}` : text;
    this.atLineStart = separated.endsWith('\n');
    return separated;
  }
}

function headOf({ start }: DecodedSegment): string {
  if (start === undefined) return 'of an unknown boot';
  return `boot ${start.boot} of lineage ${start.lineage.toString(16).padStart(8, '0')}, build ${start.build}`;
}

function runOf({ start }: DecodedSegment): string {
  return start === undefined ? '' : `${start.lineage}.${start.boot}`;
}

function keyOf({ segment, core = 0, number, kind }: PlacedLine): string {
  return `${runOf(segment)}.${core}.${number}.${kind === 'gap'}`;
}

/** Nothing of what a device said acts on the terminal. */
function harmlessLine(line: LogLine): LogLine {
  return HARMFUL.test(line.text) || HARMFUL.test(line.source)
    ? { ...line, text: visible(line.text), source: visible(line.source) }
    : line;
}

function visible(text: string): string {
  return text.replace(/[^\P{Control}\n\t]/gu, (character) =>
    character === '\r' ? '' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

const HARMFUL = /[^\P{Control}\n\t]/u;
const DEFAULT_FREQUENCY = 1000;
