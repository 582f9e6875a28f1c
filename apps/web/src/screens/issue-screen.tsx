import type { IssueSummary } from '@noinit/api';
import { useProject } from '../data/project.ts';
import { useCrashes, useIssue } from '../data/queries.ts';
import { countOf, crashCount } from '../format/number.ts';
import { visibleText } from '../format/text.ts';
import { Ago } from '../parts/ago.tsx';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { CrashTable } from '../parts/crash-table.tsx';
import { Fact, Facts } from '../parts/facts.tsx';
import { Heading } from '../parts/heading.tsx';
import { MoreButton } from '../parts/more-button.tsx';
import { Nothing, Panel } from '../parts/panel.tsx';
import { Link } from '../routing/link.tsx';
import { routeHref } from '../routing/route.ts';
import { placeText } from '../trace/stack.ts';
import { className } from '../trace/words.ts';

/** One group of like crashes: where, how many, since when, and the crashes themselves. */
export function IssueScreen({ id }: { readonly id: string }) {
  const project = useProject();
  const answer = useIssue(id);
  return (
    <Answered answer={answer} what="the issue">
      {(issue) => (
        <>
          <nav className="trail" aria-label="Trail">
            <Link href={routeHref({ screen: 'issues', project })}>Issues</Link>
          </nav>
          <Heading title={visibleText(issue.title)}>{visibleText(issue.title)}</Heading>
          <p className="chips">
            <Chip tone={issue.crashes > 0 ? 'bad' : 'calm'}>{className(issue.class)}</Chip>
            {issue.waitingForSymbols && <Chip tone="warn">waiting for symbols</Chip>}
          </p>
          <IssueFacts issue={issue} />
          <Panel title="Crashes" side={`${crashCount(issue)} on ${countOf(issue.devices, 'device')}`}>
            <IssueCrashes id={id} />
          </Panel>
        </>
      )}
    </Answered>
  );
}

function IssueCrashes({ id }: { readonly id: string }) {
  return (
    <Answered answer={useCrashes(id)} what="its crashes">
      {(list) => (
        <>
          <CrashTable crashes={list.items} withDevice />
          {list.items.length === 0 && (
            <Nothing>Its crashes have moved: they were explained again and belong to other issues now.</Nothing>
          )}
          <MoreButton list={list} />
        </>
      )}
    </Answered>
  );
}

function IssueFacts({ issue }: { readonly issue: IssueSummary }) {
  return (
    <Facts look="line">
      <Fact name="Where">
        <Where where={issue.where} />
      </Fact>
      <Fact name="Versions">
        <code>{visibleText(issue.versions.join(', ')) || 'unknown'}</code>
      </Fact>
      <Fact name="First seen">
        <Ago at={issue.firstSeen} />
      </Fact>
      <Fact name="Last seen">
        <Ago at={issue.lastSeen} />
      </Fact>
    </Facts>
  );
}

function Where({ where }: { readonly where: IssueSummary['where'] | undefined }) {
  if (where === undefined) return 'not known yet';
  return (
    <code>
      {visibleText(where.function)} <span className="faint">{visibleText(placeText(where) ?? '')}</span>
    </code>
  );
}
