import type { CrashDetail } from '@noinit/api';
import { useState } from 'react';
import { countOf } from '../../format/number.ts';
import { offsetText, uptimeText } from '../../format/time.ts';
import { LogList } from '../../parts/log-list.tsx';
import { Nothing, Panel } from '../../parts/panel.tsx';

/** Lines shown at first: the last ones before the crash. */
const LAST_LINES = 30;

/** What the device said before it crashed, oldest first. */
export function LogPanel({ crash }: { readonly crash: CrashDetail }) {
  const [isWhole, setWhole] = useState(false);
  const { log, logDropped, uptime, kind } = crash;
  const what = kind === 'snapshot' ? 'snapshot' : 'crash';
  const hidden = isWhole ? 0 : Math.max(0, log.length - LAST_LINES);
  const side = uptime === null ? 'time since start' : `seconds before the ${what}`;
  return (
    <Panel title="Last log lines" side={side}>
      {logDropped > 0 && (
        <p className="log-note">
          {countOf(logDropped, 'line was', 'lines were')} lost before the device could send {logDropped === 1 ? 'it' : 'them'}.
        </p>
      )}
      {hidden > 0 && (
        <button type="button" className="button small log-more" onClick={() => setWhole(true)}>
          Show {countOf(hidden, 'earlier line')}
        </button>
      )}
      {log.length === 0 && <Nothing>No log line of this boot has arrived.</Nothing>}
      <LogList
        label={`Log lines before the ${what}`}
        lines={log.slice(hidden)}
        time={(line) => (uptime === null ? uptimeText(line.uptime) : offsetText(line.uptime, uptime))}
      />
      {log.length > 0 && (
        <p className={kind === 'snapshot' ? 'log-crash calm' : 'log-crash'}>
          {kind === 'snapshot' ? '●' : '✖'} {what}
          {uptime !== null && ` at ${uptimeText(uptime)}`}
        </p>
      )}
    </Panel>
  );
}
