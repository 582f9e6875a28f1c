/** Frames of a trace beside those that the table names. */
import type { TraceFrame } from '@noinit/model';
import { expect } from 'vitest';
import type { Call } from './scenarios.ts';

/** By their names, with the variables whose values the firmware's source tells. */
export function expectCalls(frames: readonly TraceFrame[], expected: readonly Call[]): void {
  expect(frames.map(nameOfFrame)).toEqual(expected.map(([name]) => name));
  for (const [index, [name, values = {}]] of expected.entries()) {
    const variables = frames[index]?.variables ?? [];
    const found = variables.flatMap((each) => ('value' in each && each.name in values ? [[each.name, each.value]] : []));
    expect(Object.fromEntries(found), `variables of ${name}`).toEqual(values);
  }
}

export function nameOfFrame(frame: TraceFrame): string | undefined {
  return frame.kind === 'exception' ? `<${frame.exception}>` : frame.function;
}

/** Innermost first: each part is what ran between two exceptions. */
export function splitAtExceptions(frames: readonly TraceFrame[]): TraceFrame[][] {
  const parts: TraceFrame[][] = [[]];
  for (const frame of frames) {
    if (frame.kind === 'exception') parts.push([]);
    else parts.at(-1)?.push(frame);
  }
  return parts;
}
