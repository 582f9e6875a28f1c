import type { Trace } from '@noinit/model';
import { makeSections, type RenderOptions } from './sections.ts';

/** The trace for a terminal, ending in a newline. Every character is visible; nothing in it acts on the terminal. */
export function renderTrace(trace: Trace, options: RenderOptions = {}): string {
  const blocks = makeSections(trace, options).map(({ title, lines }) => [...(title === '' ? [] : [title]), ...lines].join('\n'));
  return `${blocks.join('\n\n')}\n`;
}
