import type { CrashSummary } from '@noinit/api';
import { useId } from 'react';

const TITLES = {
  postcard: 'Only the postcard of this crash has come',
  snapshot: 'This is a snapshot, not a crash',
} as const;

const TEXTS = {
  postcard:
    'A postcard is the little that a device sends first: why, and where. Stack, variables and log come with the crash record. If that arrives, it is shown here, at this same address.',
  snapshot:
    'The firmware, or somebody with a debugger, took this picture of its state, and the device went on. It counts in no crash rate.',
} as const;

/** What this page is about where it is not a whole crash. */
export function KindBanner({ kind }: { readonly kind: CrashSummary['kind'] }) {
  const id = useId();
  if (kind === 'crash') return null;
  return (
    <section className="banner calm" aria-labelledby={id}>
      <h2 id={id}>{TITLES[kind]}</h2>
      <p>{TEXTS[kind]}</p>
    </section>
  );
}
