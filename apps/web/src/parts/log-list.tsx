import type { LogLine } from '@noinit/model';
import { fileName, visibleText } from '../format/text.ts';
import { hexdumpText, logText } from './log-text.ts';

interface LogListProps<Line extends LogLine> {
  readonly label: string;
  /** Oldest first, of one lineage. */
  readonly lines: readonly Line[];
  readonly time: (line: Line) => string;
}

const LEVELS: { readonly [level: string]: string } = { error: 'error', warning: 'warn', info: 'info', debug: 'debug' };

/** Log lines. Where entries are missing, one of them says so. */
export function LogList<Line extends LogLine>({ label, lines, time }: LogListProps<Line>) {
  if (lines.length === 0) return null;
  return (
    <ol className="log" aria-label={label}>
      {lines.map((line) =>
        line.kind === 'gap' ? (
          <li key={keyOf(line)} className="log-lost">
            {visibleText(line.text)}
          </li>
        ) : (
          <LogItem key={keyOf(line)} line={line} time={time(line)} />
        ),
      )}
    </ol>
  );
}

/** Cores count by themselves, and a gap has the number of an entry that is missing. */
function keyOf({ number, kind, core = 0 }: LogLine): string {
  return `${core}.${number}.${kind === 'gap'}`;
}

function LogItem({ line, time }: { readonly line: LogLine; readonly time: string }) {
  const dump = hexdumpText(line);
  return (
    <li className={`log-line ${line.level}`}>
      <span className="log-time">{time}</span>
      <span className="log-level">{LEVELS[line.level] ?? visibleText(line.level)}</span>
      <span className="log-source">{visibleText(line.source)}</span>
      <span className="log-text">
        {logText(line)}
        {dump !== undefined && <pre className="log-dump">{dump}</pre>}
        {line.unknown !== undefined && <em className="warn-text"> (not decoded: {visibleText(line.unknown)})</em>}
      </span>
      <span className="log-place" title={line.file === undefined ? undefined : visibleText(line.file)}>
        {line.file !== undefined && visibleText(fileName(line.file))}
        {line.file !== undefined && line.line !== undefined && `:${line.line}`}
      </span>
    </li>
  );
}
