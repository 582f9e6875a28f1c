/** What an issue is called. Numbers that differ from crash to crash stay out, so that the list stands still. */
import type { Fault, FaultClass } from '@noinit/model';
import { isNullPage } from './fault-token.ts';

const MAX_TITLE = 100;

/** `place` is a function's name. */
export function titleOf(fault: Fault, place: string | undefined, calledNull: boolean): string {
  const where = place === undefined ? '' : ` in ${place}`;
  const what = fault.class === 'assert' && fault.assertion ? `Assert ${templateOf(fault.assertion)}` : kindOf(fault, calledNull);
  return cut(`${what}${where}`);
}

/** Text with everything that may differ replaced: numbers, addresses, quoted words. */
export function templateOf(text: string): string {
  return text
    .replace(/"[^"]*"|'[^']*'/g, '"…"')
    .replace(/\b0x[0-9a-f]+\b/gi, '#')
    .replace(/-?\b\d+(?:\.\d+)?\b/g, '#')
    .slice(0, MAX_TEMPLATE);
}

export function nameOfClass(fault: FaultClass): string {
  return NAMES[fault];
}

function kindOf(fault: Fault, calledNull: boolean): string {
  if (fault.class === 'bad-jump' && calledNull) return 'NULL call';
  if (fault.class === 'memory-access' && isNullPage(fault.address)) return 'NULL pointer access';
  return nameOfClass(fault.class);
}

function cut(text: string): string {
  return text.length <= MAX_TITLE ? text : `${text.slice(0, MAX_TITLE - 1)}…`;
}

const MAX_TEMPLATE = 80;
const NAMES: { readonly [Class in FaultClass]: string } = {
  assert: 'Assert',
  'stack-overflow': 'Stack overflow',
  watchdog: 'Hang',
  'bad-jump': 'Bad jump',
  'memory-access': 'Bad memory access',
  'bus-error': 'Bus error',
  'undefined-instruction': 'Undefined instruction',
  'divide-by-zero': 'Division by zero',
  'unaligned-access': 'Unaligned access',
  'no-coprocessor': 'Coprocessor used while off',
  'security-violation': 'Security violation',
  breakpoint: 'Breakpoint',
  'out-of-memory': 'Out of memory',
  panic: 'Panic',
  fault: 'Fault',
  snapshot: 'Snapshot',
  unknown: 'Crash',
};
