import type { IssueSummary } from '@noinit/api';
import { useIssues } from '../data/queries.ts';
import { countOf } from '../format/number.ts';
import { Answered } from '../parts/answered.tsx';
import { FilterBox } from '../parts/filter-box.tsx';
import { Heading } from '../parts/heading.tsx';
import { IssueTable } from '../parts/issue-table.tsx';
import { MoreButton } from '../parts/more-button.tsx';
import { Nothing } from '../parts/panel.tsx';
import { hrefWith, navigate, useAddress } from '../routing/location.ts';

const ORDERS = {
  devices: {
    text: 'most devices',
    compare: (a: IssueSummary, b: IssueSummary) => b.devices - a.devices || b.crashes - a.crashes,
  },
  crashes: { text: 'most crashes', compare: (a: IssueSummary, b: IssueSummary) => b.crashes - a.crashes },
  last: { text: 'last seen', compare: (a: IssueSummary, b: IssueSummary) => b.lastSeen.localeCompare(a.lastSeen) },
  first: { text: 'newest', compare: (a: IssueSummary, b: IssueSummary) => b.firstSeen.localeCompare(a.firstSeen) },
} as const;

type Order = keyof typeof ORDERS;

/** All issues: groups of like crashes. Order and filter stand in the address. */
export function IssuesScreen() {
  const answer = useIssues();
  const { query } = useAddress();
  const order = orderOf(query.get('sort'));
  const filter = (query.get('filter') ?? '').trim().toLowerCase();
  return (
    <Answered answer={answer} what="the issues">
      {(list) => {
        const shown = list.items.filter((issue) => issueWords(issue).includes(filter)).toSorted(ORDERS[order].compare);
        return (
          <>
            <div className="screen-head">
              <Heading title="Issues">Issues</Heading>
              <div className="tools">
                <FilterBox name="filter" label="Filter issues" placeholder="title, function, file, version" />
                <OrderSelect order={order} />
              </div>
            </div>
            <section className="panel" aria-label="All issues">
              <IssueTable issues={shown} />
              {list.items.length === 0 && <Nothing>No device has crashed. Issues appear here by themselves.</Nothing>}
              {list.items.length > 0 && shown.length === 0 && (
                <Nothing>None of {countOf(list.items.length, 'issue')} fits the filter.</Nothing>
              )}
            </section>
            <MoreButton list={list} />
          </>
        );
      }}
    </Answered>
  );
}

function OrderSelect({ order }: { readonly order: Order }) {
  return (
    <label className="field">
      Order{' '}
      <select value={order} onChange={(event) => navigate(hrefWith({ sort: event.target.value }), 'replace')}>
        {Object.entries(ORDERS).map(([name, { text }]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function orderOf(text: string | null): Order {
  return text !== null && Object.hasOwn(ORDERS, text) ? (text as Order) : 'devices';
}

function issueWords({ title, where, versions, class: name }: IssueSummary): string {
  return [title, where?.function, where?.file, name, ...versions].join('\n').toLowerCase();
}
