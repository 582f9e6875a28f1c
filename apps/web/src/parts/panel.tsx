import { type ReactNode, useId } from 'react';

interface PanelProps {
  readonly title: ReactNode;
  /** Stands at the end of the title's line. */
  readonly side?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A titled block of a screen; a landmark that screen readers can go to by its title. */
export function Panel({ title, side, className = '', children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {side !== undefined && <div className="panel-side">{side}</div>}
      </header>
      {children}
    </section>
  );
}

/** Words in place of content that is not there, and what to do next. */
export function Nothing({ children }: { readonly children: ReactNode }) {
  return <div className="nothing">{children}</div>;
}
