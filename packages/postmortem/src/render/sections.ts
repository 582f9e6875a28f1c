/** A trace as titled blocks of lines; the terminal and Markdown show the same ones. */
import { renderLine } from '@noinit/logs';
import type { CodeFrame, LogLine, ThreadStack, Trace, TraceFrame, TraceGap, TraceThread, Unknown, Variable } from '@noinit/model';
import { shortenName } from './shorten-name.ts';
import { visible } from './visible.ts';

export interface RenderOptions {
  /** Every thread with its frames; else those that did not crash have one line each. */
  readonly allThreads?: boolean;
  /** Levels of a variable's tree that are printed. */
  readonly depth?: number;
}

export interface Section {
  /** Empty for the first one. */
  readonly title: string;
  readonly lines: readonly string[];
}

/** Levels of a variable's tree that are printed unless somebody asks for another number. */
const PRINTED_LEVELS = 3;
/** Children of one variable that are printed. */
const PRINTED_CHILDREN = 16;
/** Characters of a function's name and of a type; longer ones have fewer type parameters. */
const MAX_FUNCTION_WIDTH = 80;
const MAX_TYPE_WIDTH = 60;
/** Column that a thread's name fills in the list of threads, at most. */
const MAX_NAME_WIDTH = 24;

export function makeSections(trace: Trace, options: RenderOptions): readonly Section[] {
  const levels = options.depth === undefined ? PRINTED_LEVELS : options.depth + 1;
  const [crashed, ...others] = trace.threads;
  const inFull = options.allThreads ? trace.threads : crashed ? [crashed] : [];
  const globals = trace.globals
    ? [{ title: 'Globals', lines: trace.globals.flatMap((variable) => variableLines(variable, 0, levels)) }]
    : [];
  const damage = trace.damage.map(({ why, offset, detail }) => visible(`${why} at byte ${offset}: ${detail}`));
  return [
    { title: '', lines: faultLines(trace) },
    ...inFull.map((thread) => ({ title: threadTitle(thread, trace), lines: threadLines(thread, levels) })),
    ...(others.length > 0 && !options.allThreads ? [{ title: 'Other threads', lines: listThreads(others) }] : []),
    ...globals,
    ...(trace.log ? [{ title: 'Log', lines: logLines(trace.log) }] : []),
    ...(Object.keys(trace.registers).length > 0 ? [{ title: 'Registers', lines: registerLines(trace) }] : []),
    ...(trace.unknown ? [{ title: 'Unknown', lines: trace.unknown.map(gapLine) }] : []),
    ...(damage.length > 0 ? [{ title: 'Damage', lines: damage }] : []),
  ];
}

function faultLines({ fault, build }: Trace): string[] {
  const facts = [fault.confidence, fault.class, reasonText(fault), fault.exception, ...(fault.bits ?? [])].filter(
    (fact) => fact !== undefined,
  );
  const instruction = fault.instruction ? [`${fault.instruction.pc}: ${fault.instruction.text}`] : [];
  const missing = build.symbols === 'none' ? [] : (build.missing ?? []).map((fact) => `not all of it: ${fact}`);
  return [fault.sentence, facts.join(' · '), ...instruction, buildLine(build), ...missing].map(visible);
}

function reasonText({ reason }: Trace['fault']): string | undefined {
  return reason && `reason ${reason.name}`;
}

function buildLine(build: Trace['build']): string {
  if (build.symbols === 'none')
    return `without symbols${build.wanted === undefined ? '' : `; the dump is of build ${build.wanted}`}`;
  const name = build.id === undefined ? 'a build without an id' : `build ${build.id}`;
  return `${name}${build.symbols === 'full' ? '' : ', function names only'}`;
}

function threadTitle(thread: TraceThread, { fault }: Trace): string {
  const { name, crashed } = thread;
  const isPlain = name === 'crashed thread' || name === 'captured thread';
  const what = fault.class === 'snapshot' ? 'captured' : 'crashed';
  const notes = [...(crashed && !isPlain ? [what] : []), ...threadNotes(thread)];
  return visible(`${name.slice(0, 1).toUpperCase()}${name.slice(1)}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`);
}

function threadNotes({ state, waitsFor, stack }: TraceThread): string[] {
  const notes = [state, waitsFor === undefined ? undefined : `waits for ${waitsFor}`, stack && stackText(stack)];
  return notes.filter((note) => note !== undefined);
}

/** One line a thread: what it does, not where. */
function listThreads(threads: readonly TraceThread[]): string[] {
  const width = Math.min(MAX_NAME_WIDTH, Math.max(...threads.map(({ name }) => name.length)));
  return threads.map((thread) => visible(`  ${thread.name.padEnd(width)}  ${threadNotes(thread).join(', ')}`.trimEnd()));
}

/** `stack 116 of 384 bytes, at most 132 so far`. */
function stackText({ size, used, highWater, overflow }: ThreadStack): string | undefined {
  const parts = [
    used === undefined ? undefined : `${used}`,
    size === undefined ? undefined : `${used === undefined ? '' : 'of '}${size} bytes`,
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  const text = `stack ${parts.join(' ')}${highWater === undefined ? '' : `, at most ${highWater} so far`}`;
  return overflow === undefined ? text : `${text}, overflowed: ${overflow}`;
}

function threadLines({ frames, end }: TraceThread, levels: number): string[] {
  const lines = frames.flatMap((frame, index) => frameLines(frame, index, levels));
  return end === undefined ? lines : [...lines, visible(`    ends here: ${end}`)];
}

function frameLines(frame: TraceFrame, index: number, levels: number): string[] {
  const number = String(index).padStart(2);
  const doubt = frame.doubtful === undefined ? [] : [visible(`      ? ${frame.doubtful}`)];
  if (frame.kind === 'exception') return [visible(`${number}  — interrupted by ${frame.exception} —`), ...doubt];
  return [
    visible(`${number}  ${codeText(frame)}`),
    ...doubt,
    ...frame.variables.flatMap((variable) => variableLines(variable, 0, levels)),
  ];
}

function codeText(frame: CodeFrame): string {
  const name = shortenName(frame.function ?? '??', MAX_FUNCTION_WIDTH);
  const kind = frame.kind === 'call' ? '' : ` [${frame.kind}]`;
  const at = frame.file === undefined ? '' : `  ${frame.file}${frame.line === undefined ? '' : `:${frame.line}`}`;
  return `${frame.pc}  ${name}${kind}${at}`;
}

function variableLines(variable: Variable, level: number, levels: number): string[] {
  const indent = '  '.repeat(level + 3);
  const value = 'unknown' in variable ? unknownText(variable.unknown) : variable.value;
  const line = visible(`${indent}${variable.name} = ${value}  (${shortenName(variable.type, MAX_TYPE_WIDTH)})`);
  return isUnknownAsAWhole(variable) ? [line] : [line, ...childLines(variable, level, levels)];
}

function unknownText({ why, detail }: Unknown): string {
  const words = why.replaceAll('-', ' ');
  return detail === words ? `unknown, ${words}` : `unknown, ${words}: ${detail}`;
}

/** Every part that takes place in memory is unknown for the same reason. */
function isUnknownAsAWhole(variable: Variable): boolean {
  if (!('unknown' in variable)) return false;
  const { why } = variable.unknown;
  return (variable.children ?? []).every((child) =>
    'unknown' in child ? child.unknown.why === why && isUnknownAsAWhole(child) : child.raw === '' && !child.children,
  );
}

/** A whole of scalars is told by its summary; children are printed where they say more. */
function childLines(variable: Variable, level: number, levels: number): string[] {
  const children = variable.children ?? [];
  const isFlat = variable.kind === 'array' && children.every((child) => child.children === undefined);
  if (children.length === 0 || level + 1 >= levels || (isFlat && 'value' in variable)) return [];
  const lines = children.slice(0, PRINTED_CHILDREN).flatMap((child) => variableLines(child, level + 1, levels));
  const left = Math.max(0, children.length - PRINTED_CHILDREN) + (variable.more?.count ?? 0);
  return left > 0 ? [...lines, `${'  '.repeat(level + 4)}… ${left} more`] : lines;
}

/** As `noinit logs` shows them, by the uptime of the boot that crashed. Raw text has line ends only where it brings them. */
function logLines(lines: readonly LogLine[]): string[] {
  const options = {
    frequency: 1000,
    stamps: 'formatted',
    colors: false,
    showsCore: lines.some(({ core = 0 }) => core !== 0),
  } as const;
  const text = lines.map(({ stamp: _stamp, ...line }) => renderLine(line, options)).join('');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => visible(`  ${line}`));
}

/** `other registers, variables: unknown, because only the postcard came`. */
function gapLine({ what, detail }: TraceGap): string {
  return visible(`  ${what.join(', ')}: unknown, because ${detail}`);
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
