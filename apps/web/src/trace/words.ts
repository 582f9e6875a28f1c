/** The machine names of a trace in words. A name that this version does not know is shown as it is. */
import type { Fault, FaultClass, UnknownCode, Variable, VariableKind } from '@noinit/model';

const CLASSES: { readonly [name in FaultClass]: string } = {
  assert: 'Failed assertion',
  'stack-overflow': 'Stack overflow',
  watchdog: 'Hang',
  'bad-jump': 'Bad jump',
  'memory-access': 'Forbidden memory access',
  'bus-error': 'Bus error',
  'undefined-instruction': 'Undefined instruction',
  'divide-by-zero': 'Division by zero',
  'unaligned-access': 'Unaligned access',
  'no-coprocessor': 'Coprocessor switched off',
  'security-violation': 'Security violation',
  breakpoint: 'Breakpoint',
  'out-of-memory': 'Out of memory',
  panic: 'Panic',
  fault: 'Fault',
  snapshot: 'Snapshot',
  unknown: 'Unknown cause',
};

const CERTAINTY: { readonly [name in Fault['confidence']]: string } = {
  certain: 'Certain',
  likely: 'Likely',
  unsure: 'Unsure',
};

const UNKNOWN: { readonly [name in UnknownCode]: string } = {
  'optimized-out': 'optimised out',
  'not-captured': 'not captured',
  'register-not-recovered': 'register not recovered',
  'thread-local': 'thread-local',
  'non-secure': 'known to the secure side only',
  'only-postcard': 'not on a postcard',
  unsupported: 'not supported',
  'malformed-debug-info': 'debug info damaged',
  'too-large': 'too large',
};

export function className(name: string): string {
  return find(CLASSES, name);
}

export function certaintyText(name: string): string {
  return find(CERTAINTY, name);
}

export function unknownText(why: string): string {
  return find(UNKNOWN, why);
}

/** What stands where a variable's value would: the value, or why there is none. */
export function valueText(variable: Variable): string {
  return 'unknown' in variable ? unknownText(variable.unknown.why) : variable.value;
}

/** Whether a value of this kind is one number, whose bytes can be read in other bases. */
export function isNumber(kind: VariableKind): boolean {
  return kind === 'int' || kind === 'enum' || kind === 'bool' || kind === 'pointer';
}

function find(table: { readonly [name: string]: string }, name: string): string {
  return Object.hasOwn(table, name) ? (table[name] ?? name) : name;
}
