import type { ReactNode } from 'react';

interface FactsProps {
  /** `line` sets the names above their values, side by side; else one stands below the other. */
  readonly look?: 'line';
  /** `Fact` elements. */
  readonly children: ReactNode;
}

/** Names and their values. */
export function Facts({ look, children }: FactsProps) {
  return <dl className={look === 'line' ? 'facts line' : 'facts'}>{children}</dl>;
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
