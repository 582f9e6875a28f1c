import type { RebootSummary } from '@noinit/api';
import { visibleText } from '../../format/text.ts';
import { uptimeText } from '../../format/time.ts';
import { Chip } from '../../parts/chip.tsx';
import { type Fact, Facts } from '../../parts/facts.tsx';
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
          <Facts facts={rebootFacts(reboot)} />
        </div>
      )}
    </Panel>
  );
}

function rebootFacts({ marked, hardware, uptime }: RebootSummary): readonly Fact[] {
  return [
    [
      'Firmware says',
      marked === null ? (
        'nothing'
      ) : (
        <>
          {visibleText(marked.reason)}{' '}
          <code className="faint">
            pc {visibleText(marked.pc)}, lr {visibleText(marked.lr)}
          </code>
        </>
      ),
    ],
    [
      'Hardware says',
      <span key="hardware">
        {visibleText(hardware.reason)} <code className="faint">{visibleText(hardware.raw)}</code>
      </span>,
    ],
    ['Lasted', <code key="uptime">{uptimeText(uptime)}</code>],
  ];
}
