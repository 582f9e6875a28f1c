import type { Overview } from '@noinit/api';
import { useProject } from '../../data/project.ts';
import { useIssues, useOverview } from '../../data/queries.ts';
import { countOf, countText, shareText } from '../../format/number.ts';
import { Answered } from '../../parts/answered.tsx';
import { Heading } from '../../parts/heading.tsx';
import { IssueTable } from '../../parts/issue-table.tsx';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { Link } from '../../routing/link.tsx';
import { routeHref } from '../../routing/route.ts';
import { FirstRun } from './first-run.tsx';
import { Ingest } from './ingest.tsx';
import { NeedsYou } from './needs-you.tsx';
import { Reasons } from './reasons.tsx';
import { Versions } from './versions.tsx';

/** Issues on the overview; the list has all. */
const TOP_ISSUES = 6;

/** Is anything wrong, and in which version? */
export function OverviewScreen() {
  return (
    <Answered answer={useOverview()} what="the overview">
      {(overview) => (
        <>
          <Heading title="Overview">{headline(overview)}</Heading>
          {overview.devices === 0 ? <FirstRun /> : <Fleet overview={overview} />}
        </>
      )}
    </Answered>
  );
}

function Fleet({ overview }: { readonly overview: Overview }) {
  return (
    <>
      <Figures overview={overview} />
      <NeedsYou overview={overview} />
      <div className="columns wide-first">
        <Panel title="Versions, newest first" side="crashes per hour of uptime">
          <Versions versions={overview.versions} />
        </Panel>
        <Panel title="Why devices restarted">
          <Reasons reasons={overview.reasons} />
        </Panel>
      </div>
      <TopIssues />
      <Ingest health={overview.ingest} />
    </>
  );
}

function Figures({ overview }: { readonly overview: Overview }) {
  const stable = overview.devices - overview.devicesCrashed;
  const reboots = overview.unexpectedReboots + overview.expectedReboots;
  return (
    <dl className="figures">
      <Figure
        name="Stable devices"
        value={shareText(stable, overview.devices) ?? '—'}
        note={`${countText(stable)} of ${countText(overview.devices)} never crashed`}
      />
      <Figure name="Crashes" value={countText(overview.crashes)} note={`on ${countOf(overview.devicesCrashed, 'device')}`} />
      <Figure name="Issues" value={countText(overview.openIssues)} note="groups of like crashes" />
      <Figure
        name="Unexpected restarts"
        value={countText(overview.unexpectedReboots)}
        note={`of ${countText(reboots)} restarts`}
      />
    </dl>
  );
}

function Figure({ name, value, note }: { readonly name: string; readonly value: string; readonly note: string }) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd className="figure-value">{value}</dd>
      <dd className="figure-note">{note}</dd>
    </div>
  );
}

function TopIssues() {
  const project = useProject();
  return (
    <Panel title="Top issues" side={<Link href={routeHref({ screen: 'issues', project })}>All issues</Link>}>
      <Answered answer={useIssues()} what="the issues">
        {({ items }) => {
          const top = items.toSorted((a, b) => b.devices - a.devices || b.crashes - a.crashes).slice(0, TOP_ISSUES);
          return top.length === 0 ? <Nothing>No device has crashed.</Nothing> : <IssueTable issues={top} />;
        }}
      </Answered>
    </Panel>
  );
}

function headline({ devices, devicesCrashed }: Overview): string {
  if (devices === 0) return 'Waiting for the first device';
  if (devicesCrashed === 0) return `${countOf(devices, 'device')}, none has crashed`;
  return `${countText(devicesCrashed)} of ${countOf(devices, 'device')} crashed`;
}
