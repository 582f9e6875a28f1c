import type { IssueSummary } from '@noinit/api';
import { useProject } from '../data/project.ts';
import { countOf, countText } from '../format/number.ts';
import { fileName, visibleText } from '../format/text.ts';
import { Link } from '../routing/link.tsx';
import { routeHref } from '../routing/route.ts';
import { className } from '../trace/words.ts';
import { Ago } from './ago.tsx';
import { Chip } from './chip.tsx';
import { type Column, DataTable } from './data-table.tsx';

/** Issues as rows; the same table on the overview and on the list. */
export function IssueTable({ issues }: { readonly issues: readonly IssueSummary[] }) {
  const project = useProject();
  if (issues.length === 0) return null;
  return <DataTable caption="Issues" columns={columns(project)} rows={issues} rowKey={({ id }) => id} />;
}

function columns(project: string): readonly Column<IssueSummary>[] {
  return [
    { head: 'Issue', look: 'main', cell: (issue) => <IssueName project={project} issue={issue} /> },
    { head: 'Kind', cell: (issue) => <span className="nowrap">{visibleText(className(issue.class))}</span> },
    { head: 'Devices', look: 'number', cell: ({ devices }) => countText(devices) },
    { head: 'Crashes', look: 'number', cell: ({ crashes }) => countText(crashes) },
    { head: 'Versions', look: 'code', cell: ({ versions }) => (versions.length === 0 ? '—' : versions.join(', ')) },
    { head: 'First', cell: ({ firstSeen }) => <Ago at={firstSeen} /> },
    { head: 'Last', cell: ({ lastSeen }) => <Ago at={lastSeen} /> },
  ];
}

function IssueName({ project, issue }: { readonly project: string; readonly issue: IssueSummary }) {
  const { where } = issue;
  return (
    <>
      <Link className="row-link" href={routeHref({ screen: 'issue', project, issue: issue.id })}>
        {visibleText(issue.title)}
      </Link>
      <span className="where">
        {where && <code>{visibleText(where.function)}</code>}
        {where?.file !== undefined && (
          <code className="faint" title={visibleText(where.file)}>
            {visibleText(fileName(where.file))}
            {where.line !== undefined && `:${where.line}`}
          </code>
        )}
        {issue.snapshots > 0 && <Chip title="The device went on: no crashes">{countOf(issue.snapshots, 'snapshot')}</Chip>}
        {issue.waitingForSymbols && <Chip tone="warn">waiting for symbols</Chip>}
      </span>
    </>
  );
}
