import { type ReactNode, useEffect, useRef } from 'react';
import { useAddress } from '../routing/location.ts';

interface HeadingProps {
  /** Name of the screen for the browser's tab and history. */
  readonly title: string;
  readonly children: ReactNode;
}

/** Where the page was before; the first screen leaves the focus to the browser. */
let lastPath: string | undefined;

/** The screen's heading. After a step to another screen it takes the focus, so that reading starts there. */
export function Heading({ title, children }: HeadingProps) {
  const { pathname } = useAddress();
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · noinit`;
  }, [title]);
  useEffect(() => {
    if (lastPath !== undefined && lastPath !== pathname) ref.current?.focus({ preventScroll: true });
    lastPath = pathname;
  }, [pathname]);
  return (
    <h1 ref={ref} tabIndex={-1}>
      {children}
    </h1>
  );
}
