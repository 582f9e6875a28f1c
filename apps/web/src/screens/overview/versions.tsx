import type { VersionSummary } from '@noinit/api';
import { countText, rateText } from '../../format/number.ts';
import { shortBuild, visibleText } from '../../format/text.ts';
import { durationText } from '../../format/time.ts';
import { Bar } from '../../parts/bar.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Nothing } from '../../parts/panel.tsx';
import { type VersionRow, versionRows } from './version-order.ts';

/** Old beside new: counts are exact, rates need uptime of boots that have ended. */
export function Versions({ versions }: { readonly versions: readonly VersionSummary[] }) {
  if (versions.length === 0) return <Nothing>No device has said yet which version it runs.</Nothing>;
  const rows = versionRows(versions);
  const highest = Math.max(...rows.map(({ rate }) => rate ?? 0));
  return (
    <>
      <DataTable caption="Versions" columns={columns(highest)} rows={rows} rowKey={({ version }) => version.build} />
      <p className="footnote">
        Crashes ÷ uptime of boots that ended. One device in a loop weighs as much as it crashes; few hours make rough rates.
      </p>
    </>
  );
}

function columns(highest: number): readonly Column<VersionRow>[] {
  return [
    {
      head: 'Version',
      look: 'main',
      cell: ({ version }) => (
        <>
          <code className="strong">{visibleText(version.version ?? 'unknown')}</code>{' '}
          <code className="faint" title={`build ${visibleText(version.build)}`}>
            {visibleText(shortBuild(version.build))}
          </code>
        </>
      ),
    },
    { head: 'Devices', look: 'number', cell: ({ version }) => countText(version.devices) },
    { head: 'Boots', look: 'number', cell: ({ version }) => countText(version.boots) },
    { head: 'Uptime', look: 'number', cell: ({ version }) => (version.uptime > 0 ? durationText(version.uptime) : '—') },
    { head: 'Unexpected', look: 'number', cell: ({ version }) => countText(version.unexpectedReboots) },
    { head: 'Crashes', look: 'number', cell: ({ version }) => <strong>{countText(version.crashes)}</strong> },
    { head: 'Per hour', look: 'number', cell: (row) => <Rate row={row} highest={highest} /> },
  ];
}

function Rate({ row, highest }: { readonly row: VersionRow; readonly highest: number }) {
  if (row.rate === undefined) return <span className="faint">{row.version.uptime > 0 ? 'under a minute' : 'no boot ended'}</span>;
  return (
    <span className="rate">
      <span>
        {rateText(row.rate)}
        {row.timesOlder !== undefined && <span className="times"> {timesText(row.timesOlder)}</span>}
      </span>
      <Bar value={row.rate} of={highest} />
    </span>
  );
}

function timesText(times: number): string {
  return `×${times >= 10 ? Math.round(times) : times.toFixed(1)}`;
}
