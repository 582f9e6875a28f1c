import type { TraceGap } from '@noinit/model';
import { visibleText } from '../../format/text.ts';
import { Panel } from '../../parts/panel.tsx';
import { unknownText } from '../../trace/words.ts';

/** What cannot be known of this crash, and why: never left blank. */
export function GapsPanel({ gaps }: { readonly gaps: readonly TraceGap[] }) {
  return (
    <Panel title="What is not known">
      <ul className="damage">
        {gaps.map(({ what, why, detail }) => (
          <li key={`${what.join()} ${why}`}>
            <code>{visibleText(what.join(', '))}</code> {unknownText(why)}: {visibleText(detail)}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
