import type { WaitingForSymbols } from '@noinit/api';
import { useId } from 'react';
import { visibleText } from '../../format/text.ts';
import { Command } from '../../parts/command.tsx';

const TITLES: { readonly [why in WaitingForSymbols['why']]: string } = {
  'missing-symbols': 'Waiting for the symbols of this build',
  'ambiguous-build': 'Two known builds begin with this build id',
  explaining: 'Being explained right now',
  failed: 'Explaining this crash failed',
};

const TEXTS: { readonly [why in WaitingForSymbols['why']]: string } = {
  'missing-symbols':
    'Until then only raw addresses are known. Upload the ELF file of exactly this build; this page explains itself as soon as it is there.',
  'ambiguous-build':
    'The device named only the beginning of the id, so either could be meant and none is used until a start of the device names the full id.',
  explaining: 'This takes a moment after the symbols have arrived. The page follows by itself.',
  failed: 'It was tried twice and set aside. The dump is kept: download it and run `noinit explain` on it to see why.',
};

/** Why there is no explanation yet, and what to do. */
export function WaitingBanner({ waiting }: { readonly waiting: WaitingForSymbols }) {
  const id = useId();
  return (
    <section className="banner" aria-labelledby={id}>
      <h2 id={id}>{TITLES[waiting.why] ?? visibleText(waiting.why)}</h2>
      <p>{TEXTS[waiting.why]}</p>
      <p>
        Build <code>{visibleText(waiting.build)}</code>
      </p>
      {waiting.why !== 'explaining' && <Command text={waiting.command} />}
    </section>
  );
}
