import type { AliveSummary, MarkSummary, RebootSummary } from '@noinit/api';
import { hardwareText, lastedText, lengthReason, markNote } from '../format/reboot.ts';
import { visibleText } from '../format/text.ts';
import { uptimeText } from '../format/time.ts';
import { PlaceInCode } from './code-place.tsx';
import { Fact, Facts } from './facts.tsx';

/** All that is known of how a boot ended: what the firmware said, what the hardware says, and how far the boot got. */
export function RebootFacts({ reboot }: { readonly reboot: RebootSummary }) {
  const { marked, later, hardware, alive } = reboot;
  const why = lengthReason(reboot);
  return (
    <Facts>
      <Fact name="Firmware said">{marked === null ? 'nothing' : <Mark mark={marked} />}</Fact>
      {later !== null && (
        <Fact name="And then">
          <Mark mark={later} />
        </Fact>
      )}
      <Fact name="Hardware says">
        {visibleText(hardwareText(reboot))} <code className="faint">{visibleText(hardware.raw)}</code>
      </Fact>
      <Fact name="Lasted">
        <code>{lastedText(reboot)}</code>
        {why !== undefined && <span className="fact-note">{why}</span>}
      </Fact>
      {alive !== null && (
        <Fact name="Last sign of life">
          <LastSign alive={alive} />
        </Fact>
      )}
    </Facts>
  );
}

function Mark({ mark }: { readonly mark: MarkSummary }) {
  const { reason, pc, lr, uptime } = mark;
  const note = markNote(mark);
  return (
    <>
      {visibleText(reason.name)}
      {uptime !== null && (
        <>
          {' at '}
          <code>{uptimeText(uptime)}</code>
        </>
      )}
      {pc !== null && (
        <span className="fact-note">
          in <PlaceInCode place={pc} />
        </span>
      )}
      {lr !== null && (
        <span className="fact-note">
          called from <PlaceInCode place={lr} />
        </span>
      )}
      {note !== undefined && <span className="fact-note warn-text">{note}</span>}
    </>
  );
}

function LastSign({ alive }: { readonly alive: AliveSummary }) {
  const { task, pc } = alive;
  if (task === null && pc === null) return <>It does not say where.</>;
  return (
    <>
      {pc === null ? 'in code that is not known' : <PlaceInCode place={pc} />}
      {task !== null && (
        <span className="fact-note">
          task <code>{visibleText(task)}</code>
        </span>
      )}
    </>
  );
}
