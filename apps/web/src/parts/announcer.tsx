import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';

const AnnounceContext = createContext<(text: string) => void>(() => {});

/** Says a sentence to screen readers, politely. */
export function useAnnounce(): (text: string) => void {
  return useContext(AnnounceContext);
}

/** Holds the page's one polite live region. The same sentence twice is said twice. */
export function Announcer({ children }: { readonly children: ReactNode }) {
  const [said, setSaid] = useState({ text: '', count: 0 });
  const announce = useMemo(() => (text: string) => setSaid(({ count }) => ({ text, count: count + 1 })), []);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div role="status" className="visually-hidden">
        <span key={said.count}>{said.text}</span>
      </div>
    </AnnounceContext>
  );
}
