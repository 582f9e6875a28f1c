import type { LogLine } from '@noinit/model';
import { Fragment } from 'react';
import { countOf } from '../format/number.ts';
import { fileName, visibleText } from '../format/text.ts';

interface LogListProps<Line extends LogLine> {
  readonly label: string;
  /** Oldest first, of one lineage. */
  readonly lines: readonly Line[];
  readonly time: (line: Line) => string;
}

const LEVELS: { readonly [level: string]: string } = { error: 'error', warning: 'warn', info: 'info', debug: 'debug' };

/** Log lines. Where numbers are missing between two lines, it says how many were lost. */
export function LogList<Line extends LogLine>({ label, lines, time }: LogListProps<Line>) {
  if (lines.length === 0) return null;
  return (
    <ol className="log" aria-label={label}>
      {lines.map((line, index) => {
        const before = lines[index - 1];
        const lost = before === undefined ? 0 : line.number - before.number - 1;
        return (
          <Fragment key={line.number}>
            {lost > 0 && <li className="log-lost">{countOf(lost, 'line')} lost here</li>}
            <LogItem line={line} time={time(line)} />
          </Fragment>
        );
      })}
    </ol>
  );
}

function LogItem({ line, time }: { readonly line: LogLine; readonly time: string }) {
  return (
    <li className={`log-line ${line.level}`}>
      <span className="log-time">{time}</span>
      <span className="log-level">{LEVELS[line.level] ?? visibleText(line.level)}</span>
      <span className="log-source">{visibleText(line.source)}</span>
      <span className="log-text">
        {visibleText(line.text)}
        {line.unknown !== undefined && <em className="warn-text"> (not decoded: {visibleText(line.unknown)})</em>}
      </span>
      <span className="log-place" title={line.file === undefined ? undefined : visibleText(line.file)}>
        {line.file !== undefined && visibleText(fileName(line.file))}
        {line.file !== undefined && line.line !== undefined && `:${line.line}`}
      </span>
    </li>
  );
}
