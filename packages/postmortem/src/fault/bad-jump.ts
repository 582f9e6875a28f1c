/** The processor was sent to an address where it cannot run. */
import type { CodeFrame, TraceFrame, Variable } from '@noinit/model';
import { hexAddress } from '@noinit/model';
import { describePlace, type Scene } from './scene.ts';
import type { Verdict } from './verdict.ts';

export function judgeBadJump(scene: Scene): Verdict | undefined {
  const { badJump, frames } = scene;
  if (!badJump) return undefined;
  const target = hexAddress(badJump.target);
  // Nobody means to call NULL: that it also lacks the bit says nothing.
  const isPlainlyWrong = badJump.why === 'wrong-state' && badJump.target !== 0;
  const trouble = isPlainlyWrong ? ', which lacks the Thumb bit' : '';
  const next = frames[1];
  const base = { class: 'bad-jump', address: target } as const;
  if (next?.kind === 'exception') {
    return { ...base, sentence: `The handler of ${next.exception} is at address ${target}${trouble}.`, confidence: 'likely' };
  }
  if (!next || badJump.caller === 'unknown') {
    const after = next ? `, last seen in ${describePlace(next)}` : '';
    return { ...base, sentence: `Jumped to address ${target}${trouble}${after}.`, confidence: next ? 'likely' : 'unsure' };
  }
  const pointer = findPointerTo(badJump.target, frames);
  const because = pointer === undefined ? '' : `: ${pointer} is ${badJump.target === 0 ? 'NULL' : target}`;
  return {
    ...base,
    sentence: `Called address ${target}${trouble === '' ? '' : `${trouble},`} from ${describePlace(next)}${because}.`,
    confidence: badJump.caller === 'call' ? 'certain' : 'likely',
  };
}

/** The one function pointer among the caller's variables that leads to the address; undefined where there is none or a choice. */
export function findPointerTo(target: number, frames: readonly TraceFrame[]): string | undefined {
  const callers = frames.slice(1).filter((frame): frame is CodeFrame => frame.kind !== 'exception');
  const lastOfCaller = callers.findIndex((frame) => frame.kind !== 'inlined');
  const variables = callers.slice(0, lastOfCaller + 1).flatMap((frame) => frame.variables);
  const found = variables.flatMap((variable) => pointersTo(target, variable, variable.name));
  return found.length === 1 ? found[0] : undefined;
}

function pointersTo(target: number, variable: Variable, path: string): string[] {
  const itself = variable.kind === 'function' && 'value' in variable && leadsTo(variable.value, target) ? [path] : [];
  const separator = variable.kind === 'pointer' ? '->' : '.';
  const children = (variable.children ?? []).flatMap((child) =>
    pointersTo(target, child, childPath(path, child.name, separator)),
  );
  return [...itself, ...children];
}

function childPath(path: string, name: string, separator: string): string {
  if (name.startsWith('[')) return `${path}${name}`;
  if (name.startsWith('*')) return name;
  return name === '<anonymous>' ? path : `${path}${separator}${name}`;
}

function leadsTo(value: string, target: number): boolean {
  const pointer = value === 'NULL' ? 0 : Number.parseInt(value, 16);
  return pointer === target || (pointer & ~1) >>> 0 === target;
}
