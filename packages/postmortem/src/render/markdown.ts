import type { Trace } from '@noinit/model';
import { makeSections, type RenderOptions } from './sections.ts';

/** Shortest fence that Markdown knows. */
const MIN_FENCE = 3;

/** The trace for an issue or a ticket: what a device or a program named stands only in fenced blocks. Ends in a newline. */
export function renderTraceMarkdown(trace: Trace, options: RenderOptions = {}): string {
  const blocks = makeSections(trace, options).map(({ title, lines }, index) => {
    if (index === 0) return `### What happened\n\n${fenced(lines)}`;
    return OWN_TITLES.includes(title) ? `### ${title}\n\n${fenced(lines)}` : `### Stack\n\n${fenced([title, ...lines])}`;
  });
  return `${blocks.join('\n\n')}\n`;
}

/** Titles that are ours; every other is a thread's name, the device's, and stands in its block. */
const OWN_TITLES: readonly string[] = ['Other threads', 'Globals', 'Log', 'Registers', 'Unknown', 'Damage'];

/** A block whose fence is longer than any run of backticks in it, so that nothing in it can end it. */
function fenced(lines: readonly string[]): string {
  const text = lines.join('\n');
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(Math.max(MIN_FENCE, longest + 1));
  return `${fence}\n${text}\n${fence}`;
}
