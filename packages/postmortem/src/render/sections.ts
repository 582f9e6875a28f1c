/** A trace as titled blocks of lines; the terminal and Markdown show the same ones. */
import type { CodeFrame, Trace, TraceFrame, TraceThread, Variable } from '@noinit/model';
import { visible } from './visible.ts';

export interface Section {
  /** Empty for the first one. */
  readonly title: string;
  readonly lines: readonly string[];
}

/** Levels of a variable's tree that are printed. */
const PRINTED_LEVELS = 3;
/** Children of one variable that are printed. */
const PRINTED_CHILDREN = 16;

export function makeSections(trace: Trace): readonly Section[] {
  const threads = trace.threads.map((thread) => ({ title: threadTitle(thread), lines: threadLines(thread) }));
  const globals = trace.globals
    ? [{ title: 'Globals', lines: trace.globals.flatMap((variable) => variableLines(variable, 0)) }]
    : [];
  const damage = trace.damage.map(({ why, offset, detail }) => visible(`${why} at byte ${offset}: ${detail}`));
  return [
    { title: '', lines: faultLines(trace) },
    ...threads,
    ...globals,
    { title: 'Registers', lines: registerLines(trace) },
    ...(damage.length > 0 ? [{ title: 'Damage', lines: damage }] : []),
  ];
}

function faultLines({ fault, build }: Trace): string[] {
  const facts = [fault.confidence, fault.class, fault.exception, ...(fault.bits ?? [])].filter((fact) => fact !== undefined);
  return [visible(fault.sentence), visible(facts.join(' · ')), visible(buildLine(build))];
}

function buildLine(build: Trace['build']): string {
  if (build.symbols === 'none')
    return `without symbols${build.wanted === undefined ? '' : `; the dump is of build ${build.wanted}`}`;
  return `build ${build.id}${build.symbols === 'full' ? '' : ', function names only'}`;
}

function threadTitle({ name, crashed, state }: TraceThread): string {
  const notes = [...(crashed && name !== 'crashed thread' ? ['crashed'] : []), ...(state === undefined ? [] : [state])];
  return visible(`${name.slice(0, 1).toUpperCase()}${name.slice(1)}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`);
}

function threadLines({ frames, end }: TraceThread): string[] {
  const lines = frames.flatMap((frame, index) => frameLines(frame, index));
  return end === undefined ? lines : [...lines, visible(`    ends here: ${end}`)];
}

function frameLines(frame: TraceFrame, index: number): string[] {
  const number = String(index).padStart(2);
  const doubt = frame.doubtful === undefined ? [] : [visible(`      ? ${frame.doubtful}`)];
  if (frame.kind === 'exception') return [visible(`${number}  — interrupted by ${frame.exception} —`), ...doubt];
  return [
    visible(`${number}  ${codeText(frame)}`),
    ...doubt,
    ...frame.variables.flatMap((variable) => variableLines(variable, 0)),
  ];
}

function codeText(frame: CodeFrame): string {
  const name = frame.function ?? '??';
  const kind = frame.kind === 'call' ? '' : ` [${frame.kind}]`;
  const at = frame.file === undefined ? '' : `  ${frame.file}${frame.line === undefined ? '' : `:${frame.line}`}`;
  return `${frame.pc}  ${name}${kind}${at}`;
}

function variableLines(variable: Variable, level: number): string[] {
  const indent = '  '.repeat(level + 3);
  const value = 'unknown' in variable ? `unknown, ${variable.unknown.why}: ${variable.unknown.detail}` : variable.value;
  const line = visible(`${indent}${variable.name} = ${value}  (${variable.type})`);
  return [line, ...childLines(variable, level)];
}

/** A whole of scalars is told by its summary; children are printed where they say more. */
function childLines(variable: Variable, level: number): string[] {
  const children = variable.children ?? [];
  const isFlat = variable.kind === 'array' && children.every((child) => child.children === undefined);
  if (children.length === 0 || level + 1 >= PRINTED_LEVELS || (isFlat && 'value' in variable)) return [];
  const lines = children.slice(0, PRINTED_CHILDREN).flatMap((child) => variableLines(child, level + 1));
  const left = Math.max(0, children.length - PRINTED_CHILDREN) + (variable.more?.count ?? 0);
  return left > 0 ? [...lines, `${'  '.repeat(level + 4)}… ${left} more`] : lines;
}

function registerLines({ registers }: Trace): string[] {
  const cells = Object.entries(registers).map(([name, value]) => visible(`${name.padEnd(10)} ${value}`).padEnd(22));
  const lines: string[] = [];
  for (let index = 0; index < cells.length; index += 4)
    lines.push(
      cells
        .slice(index, index + 4)
        .join('  ')
        .trimEnd(),
    );
  return lines;
}
