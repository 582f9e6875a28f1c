import type { Damage } from '@noinit/model';
import { countText } from '../../format/number.ts';
import { visibleText } from '../../format/text.ts';
import { Panel } from '../../parts/panel.tsx';

/** What was wrong with the dump's bytes: the rest of the page rests on what could be read. */
export function DamagePanel({ damage }: { readonly damage: readonly Damage[] }) {
  return (
    <Panel title="Parts of this dump are damaged">
      <ul className="damage">
        {damage.map(({ offset, why, detail }) => (
          <li key={`${offset} ${why} ${detail}`}>
            <code>byte {countText(offset)}</code> {visibleText(why)}: {visibleText(detail)}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
