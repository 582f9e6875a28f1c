import type { CrashSummary } from '@noinit/api';
import { useProject } from '../data/project.ts';
import { visibleText } from '../format/text.ts';
import { uptimeText } from '../format/time.ts';
import { Link } from '../routing/link.tsx';
import { routeHref } from '../routing/route.ts';
import { Ago } from './ago.tsx';
import { Chip } from './chip.tsx';
import { type Column, DataTable } from './data-table.tsx';

interface CrashTableProps {
  readonly crashes: readonly CrashSummary[];
  /** Left out where the screen is one device's. */
  readonly withDevice: boolean;
}

/** Crashes as rows, newest first as the server gives them. */
export function CrashTable({ crashes, withDevice }: CrashTableProps) {
  const project = useProject();
  if (crashes.length === 0) return null;
  const shown = columns(project).filter(({ head }) => withDevice || head !== 'Device');
  return <DataTable caption="Crashes" columns={shown} rows={crashes} rowKey={({ id }) => id} />;
}

function columns(project: string): readonly Column<CrashSummary>[] {
  return [
    { head: 'Crash', look: 'main', cell: (crash) => <CrashName project={project} crash={crash} /> },
    {
      head: 'Device',
      look: 'code',
      cell: ({ serial }) => (
        <Link className="above" href={routeHref({ screen: 'device', project, serial })}>
          {visibleText(serial)}
        </Link>
      ),
    },
    { head: 'Version', look: 'code', cell: ({ version }) => version ?? 'unknown' },
    { head: 'Boot', look: 'number', cell: ({ boot }) => String(boot) },
    { head: 'Uptime', look: 'number', cell: ({ uptime }) => (uptime === null ? 'unknown' : uptimeText(uptime)) },
    { head: 'Received', cell: ({ receivedAt }) => <Ago at={receivedAt} /> },
  ];
}

function CrashName({ project, crash }: { readonly project: string; readonly crash: CrashSummary }) {
  return (
    <>
      <Link className="row-link" href={routeHref({ screen: 'crash', project, crash: crash.id })}>
        {visibleText(crash.sentence)}
      </Link>
      {(crash.kind !== 'crash' || !crash.explained) && (
        <span className="where">
          {crash.kind === 'postcard' && <Chip title="Its crash record has not come">postcard only</Chip>}
          {crash.kind === 'snapshot' && <Chip title="The device went on: no crash">snapshot</Chip>}
          {!crash.explained && <Chip tone="warn">not explained yet</Chip>}
        </span>
      )}
    </>
  );
}
