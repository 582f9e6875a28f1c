import type { ReasonCount } from '@noinit/api';
import { countText } from '../../format/number.ts';
import { visibleText } from '../../format/text.ts';
import { Bar } from '../../parts/bar.tsx';
import { Nothing } from '../../parts/panel.tsx';

/** Restarts by reason: the unexpected ones first, the expected ones in grey. */
export function Reasons({ reasons }: { readonly reasons: readonly ReasonCount[] }) {
  if (reasons.length === 0) return <Nothing>No restart was reported yet.</Nothing>;
  const most = Math.max(...reasons.map(({ count }) => count));
  const unexpected = reasons.filter(({ expected }) => !expected);
  const expected = reasons.filter((reason) => reason.expected);
  return (
    <div className="reasons">
      <ReasonList title="Unexpected" reasons={unexpected} most={most} />
      <ReasonList title="Expected" reasons={expected} most={most} />
    </div>
  );
}

interface ReasonListProps {
  readonly title: string;
  readonly reasons: readonly ReasonCount[];
  readonly most: number;
}

function ReasonList({ title, reasons, most }: ReasonListProps) {
  if (reasons.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul>
        {reasons.map(({ reason, custom, expected, count }) => (
          <li key={`${reason} ${custom}`}>
            <span className="reason-name" title={custom ? 'A reason of the project’s own' : undefined}>
              {visibleText(reason)}
              {custom && <span className="faint"> own</span>}
            </span>
            <Bar value={count} of={most} tone={expected ? 'calm' : 'bad'} />
            <span className="reason-count">{countText(count)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
