import type { IngestHealth } from '@noinit/api';
import { countText } from '../../format/number.ts';
import { Chip } from '../../parts/chip.tsx';
import { Fact, Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';

/** What arrived and what could not be used: where a chunk went that nobody sees. */
export function Ingest({ health }: { readonly health: IngestHealth }) {
  const damaged = health.damagedChunks > 0;
  return (
    <Panel title="Ingest" side={<Chip tone={damaged ? 'warn' : 'good'}>{damaged ? 'some chunks were damaged' : 'ok'}</Chip>}>
      <Facts look="line">
        <Fact name="Chunks received">{countText(health.chunks)}</Fact>
        <Fact name="Records read">{countText(health.records)}</Fact>
        <Fact name="Messages not whole yet">{countText(health.partialMessages)}</Fact>
        <Fact name="Damaged chunks">{countText(health.damagedChunks)}</Fact>
        <Fact name="Waiting for symbols">{countText(health.waitingForSymbols)}</Fact>
      </Facts>
    </Panel>
  );
}
