import type { RebootSummary } from '@noinit/api';
import { classNote } from '../../format/reboot.ts';
import { visibleText } from '../../format/text.ts';
import { Chip } from '../../parts/chip.tsx';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { RebootFacts } from '../../parts/reboot-facts.tsx';

/** How the boot of the crash ended: what the firmware marked, and what the hardware says. */
export function RebootPanel({ reboot }: { readonly reboot: RebootSummary | null }) {
  const note = reboot && classNote(reboot);
  return (
    <Panel title="How this boot ended" side={reboot && <Chip tone={reboot.expected ? 'calm' : 'bad'}>{reboot.reason.name}</Chip>}>
      {reboot === null ? (
        <Nothing>Not known yet: the device’s next start will say.</Nothing>
      ) : (
        <div className="panel-text">
          <p>{visibleText(reboot.reason.sentence)}</p>
          {note && <p className="warn-text">{visibleText(note)}</p>}
          <RebootFacts reboot={reboot} />
        </div>
      )}
    </Panel>
  );
}
