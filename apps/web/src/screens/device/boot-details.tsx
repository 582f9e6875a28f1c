import type { BootStart, BootSummary } from '@noinit/api';
import { countText } from '../../format/number.ts';
import { visibleText } from '../../format/text.ts';
import { durationText } from '../../format/time.ts';
import { Fact, Facts } from '../../parts/facts.tsx';
import { RebootFacts } from '../../parts/reboot-facts.tsx';

/** All that a boot's two records say; closed until somebody asks. */
export function BootDetails({ boot }: { readonly boot: BootSummary }) {
  const { start, ended } = boot;
  if (start === null && ended === null) return null;
  return (
    <details className="boot-details">
      <summary>
        Details<span className="visually-hidden"> of boot {boot.boot}</span>
      </summary>
      {ended && <h3>How it ended</h3>}
      {ended && <RebootFacts reboot={ended} />}
      {start && <h3>How it began</h3>}
      {start && <StartFacts start={start} />}
    </details>
  );
}

function StartFacts({ start }: { readonly start: BootStart }) {
  const { unexpectedSinceHealthy, lineageUnexpectedReboots, operatingTime, layout, stampFrequency } = start;
  return (
    <Facts>
      <Fact name="Retained RAM">
        {start.ramSurvived ? 'was whole' : 'was lost'}
        {!start.ramSurvived && (
          <span className="fact-note">
            The power was off or dipped, whatever the reset cause says, or other firmware used that memory.
          </span>
        )}
      </Fact>
      <Fact name="Reset cause, raw">
        <code>{visibleText(start.rawResetCause)}</code>
      </Fact>
      <Fact name="Hardware">{start.hardware === null ? 'unknown' : <code>{visibleText(start.hardware)}</code>}</Fact>
      <Fact name="Unexpected restarts">
        {countText(start.unexpectedReboots)} since power-on
        {unexpectedSinceHealthy !== null && `, ${countText(unexpectedSinceHealthy)} since it last ran well`}
        {lineageUnexpectedReboots !== null && `, ${countText(lineageUnexpectedReboots)} in all`}
      </Fact>
      {operatingTime !== null && <Fact name="Had run before">{durationText(operatingTime)}</Fact>}
      {stampFrequency !== null && <Fact name="Log clock">{countText(stampFrequency)} ticks a second</Fact>}
      {layout !== null && <Fact name="Retained layout">version {countText(layout)}</Fact>}
    </Facts>
  );
}
