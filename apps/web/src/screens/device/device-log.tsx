import type { DeviceLogLine } from '@noinit/api';
import { lineageText } from '../../format/text.ts';
import { uptimeText } from '../../format/time.ts';
import { LogList } from '../../parts/log-list.tsx';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { bootRuns } from './boot-runs.ts';

/** Lines shown: the newest of what the server gives. */
const LAST_LINES = 60;

/** What the device said last, boot by boot. */
export function DeviceLog({ lines }: { readonly lines: readonly DeviceLogLine[] }) {
  return (
    <Panel title="Newest log lines" side="time since start">
      {lines.length === 0 && <Nothing>No log line has arrived from this device.</Nothing>}
      {bootRuns(lines.slice(-LAST_LINES)).map(({ key, boot, lineage, lines: run }) => (
        <div key={key} className="log-run">
          <h3>
            Boot {boot} <span className="faint">lineage {lineageText(lineage)}</span>
          </h3>
          <LogList label={`Log of boot ${boot}`} lines={run} time={(line) => uptimeText(line.uptime)} />
        </div>
      ))}
    </Panel>
  );
}
