import { visibleText } from '../../format/text.ts';
import { Nothing, Panel } from '../../parts/panel.tsx';

/** Registers that steer: where the processor was and where it would have gone. */
const STEERING = new Set(['pc', 'sp', 'lr', 'ra', 'fp']);

/** The processor's registers at the crash; one that was not captured is not listed. */
export function RegistersPanel({ registers }: { readonly registers: { readonly [name: string]: string } }) {
  const entries = Object.entries(registers);
  return (
    <Panel title="Registers">
      {entries.length === 0 && <Nothing>The dump has no registers.</Nothing>}
      <dl className="registers">
        {entries.map(([name, value]) => (
          <div key={name} className={STEERING.has(name) ? 'steering' : undefined}>
            <dt>{visibleText(name)}</dt>
            <dd>{visibleText(value)}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
