import type { RebootSummary } from '@noinit/api';
import { visibleText } from '../../format/text.ts';
import { uptimeText } from '../../format/time.ts';
import { Chip } from '../../parts/chip.tsx';
import { Fact, Facts } from '../../parts/facts.tsx';
import { Nothing, Panel } from '../../parts/panel.tsx';

/** How the boot of the crash ended: what the firmware marked, and what the hardware says. */
export function RebootPanel({ reboot }: { readonly reboot: RebootSummary | null }) {
  return (
    <Panel title="How this boot ended" side={reboot && <Chip tone={reboot.expected ? 'calm' : 'bad'}>{reboot.name}</Chip>}>
      {reboot === null ? (
        <Nothing>Not known yet: the device’s next start will say.</Nothing>
      ) : (
        <div className="panel-text">
          <p>{visibleText(reboot.sentence)}</p>
          <RebootFacts reboot={reboot} />
        </div>
      )}
    </Panel>
  );
}

function RebootFacts({ reboot }: { readonly reboot: RebootSummary }) {
  const { marked, hardware, uptime } = reboot;
  return (
    <Facts>
      <Fact name="Firmware says">{marked === null ? 'nothing' : <Marked {...marked} />}</Fact>
      <Fact name="Hardware says">
        {visibleText(hardware.reason)} <code className="faint">{visibleText(hardware.raw)}</code>
      </Fact>
      <Fact name="Lasted">
        <code>{uptimeText(uptime)}</code>
      </Fact>
    </Facts>
  );
}

function Marked({ reason, pc, lr }: NonNullable<RebootSummary['marked']>) {
  return (
    <>
      {visibleText(reason)}{' '}
      <code className="faint">
        pc {visibleText(pc)}, lr {visibleText(lr)}
      </code>
    </>
  );
}
