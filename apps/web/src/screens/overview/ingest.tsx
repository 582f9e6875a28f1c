import type { IngestHealth } from '@noinit/api';
import { countText } from '../../format/number.ts';
import { Chip } from '../../parts/chip.tsx';
import { type Fact, Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';

/** What arrived and what could not be used: where a chunk went that nobody sees. */
export function Ingest({ health }: { readonly health: IngestHealth }) {
  const facts: readonly Fact[] = [
    ['Chunks received', countText(health.chunks)],
    ['Records read', countText(health.records)],
    ['Messages not whole yet', countText(health.partialMessages)],
    ['Damaged chunks', countText(health.damagedChunks)],
    ['Waiting for symbols', countText(health.waitingForSymbols)],
  ];
  const damaged = health.damagedChunks > 0;
  return (
    <Panel title="Ingest" side={<Chip tone={damaged ? 'warn' : 'good'}>{damaged ? 'some chunks were damaged' : 'ok'}</Chip>}>
      <Facts className="line" facts={facts} />
    </Panel>
  );
}
