import type { MissingSymbols, SymbolFile } from '@noinit/api';
import { useMissingSymbols, useSymbols } from '../data/queries.ts';
import { countOf, countText, sizeText } from '../format/number.ts';
import { visibleText } from '../format/text.ts';
import { Ago } from '../parts/ago.tsx';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Command } from '../parts/command.tsx';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { Heading } from '../parts/heading.tsx';
import { MoreButton } from '../parts/more-button.tsx';
import { Nothing, Panel } from '../parts/panel.tsx';

/** Which builds can be explained, and which cannot until somebody uploads their ELF file. */
export function SymbolsScreen() {
  return (
    <>
      <Heading title="Symbols">Symbols</Heading>
      <p className="lead">
        Crashes are explained with the ELF file of exactly the build that crashed, found by its build id. Another build’s file is
        never used.
      </p>
      <Panel title="Missing">
        <Missing />
      </Panel>
      <Panel title="Uploaded">
        <Uploaded />
      </Panel>
    </>
  );
}

function Missing() {
  return (
    <Answered answer={useMissingSymbols()} what="the missing symbols">
      {(list) => (
        <>
          {list.items.length === 0 && <Nothing>None: every build that has crashed is known.</Nothing>}
          <ul className="missing">
            {list.items.map((missing) => (
              <MissingBuild key={missing.build} missing={missing} />
            ))}
          </ul>
          <MoreButton list={list} />
        </>
      )}
    </Answered>
  );
}

function MissingBuild({ missing }: { readonly missing: MissingSymbols }) {
  return (
    <li>
      <p>
        <strong>{missing.version === null ? 'Unknown version' : `Version ${visibleText(missing.version)}`}</strong>, build{' '}
        <code>{visibleText(missing.build)}</code>. Waiting: {countOf(missing.crashes, 'crash', 'crashes')} on{' '}
        {countOf(missing.devices, 'device')}.
      </p>
      <Command text={missing.command} />
    </li>
  );
}

function Uploaded() {
  return (
    <Answered answer={useSymbols()} what="the symbol files">
      {(list) => (
        <>
          {list.items.length > 0 && (
            <DataTable caption="Symbol files" columns={COLUMNS} rows={list.items} rowKey={({ build }) => build} />
          )}
          {list.items.length === 0 && <Nothing>No ELF file was uploaded yet.</Nothing>}
          <MoreButton list={list} />
        </>
      )}
    </Answered>
  );
}

const COLUMNS: readonly Column<SymbolFile>[] = [
  { head: 'Build', look: 'main', cell: ({ build }) => <code>{visibleText(build)}</code> },
  {
    head: 'Debug info',
    cell: ({ debugInfo }) => (debugInfo === 'full' ? <Chip tone="good">full</Chip> : <Chip tone="warn">names only</Chip>),
  },
  { head: 'Size', look: 'number', cell: ({ size }) => sizeText(size) },
  { head: 'Crashes', look: 'number', cell: ({ crashes }) => countText(crashes) },
  { head: 'Uploaded', cell: ({ uploadedAt }) => <Ago at={uploadedAt} /> },
];
