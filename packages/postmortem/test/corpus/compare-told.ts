/** Compares a trace with what the program told of itself before it crashed. */
import type { CodeFrame, TraceFrame, Variable } from '@noinit/model';
import type { Finding } from './findings.ts';
import { lastName, sameName } from './names.ts';
import type { ToldFrame, ToldValue } from './printed-truth.ts';

/** Functions that tell nothing though they may be on the stack. */
const SILENT: ReadonlySet<string> = new Set([
  ...['Reset_Handler', 'run_program', 'pend_systick', 'pend_pendsv', 'interrupt_now', 'trap_entry', 'handle_trap', 'stop_here'],
  ...['SVC_Handler', 'Fault_Vector', 'hand_over', 'thread_entry', 'main'],
  ...['undefined_instruction', 'panic_fmt', 'panic_bounds_check', 'sink'],
]);

function isSilent(name: string): boolean {
  return SILENT.has(lastName(name)) || name.startsWith('core::');
}

/** `frames` and `told` innermost first. `info` says what the ELF file and the dump can tell. */
export function compareWithTold(
  frames: readonly TraceFrame[],
  told: readonly ToldFrame[],
  info: {
    readonly lines: boolean;
    readonly variables: boolean;
    readonly inlines: boolean;
    readonly frames: boolean;
    readonly stopped: boolean;
  },
): readonly Finding[] {
  const findings: Finding[] = [];
  const add = (subject: Finding['subject'], outcome: Finding['outcome'], where: string, detail = '') =>
    findings.push({ truth: 'told', subject, outcome, where, detail });
  if (told.length === 0) return findings;
  let at = 0;
  for (const [index, expected] of told.entries()) {
    const where = `${expected.function} #${index}`;
    const found = findFrame(frames, at, expected.function);
    if (found === undefined) {
      // Without debug information an inlined function is not there.
      if (info.inlines)
        add(
          'frame',
          hasStrangers(frames, at) ? 'wrong' : info.frames ? 'unknown' : 'only told',
          where,
          `not among ${list(frames.slice(at))}`,
        );
      continue;
    }
    for (const stranger of strangers(frames.slice(at, found.index))) add('frame', 'wrong', where, `${stranger} stands before it`);
    at = found.index + 1;
    if (!info.lines) {
      add('frame', 'right', where);
      continue;
    }
    const { line } = found.frame;
    // Stopped behind a call, it may stand in the next line already.
    if (line === expected.line || (index === 0 && info.stopped && line !== undefined)) add('frame', 'right', where);
    else add('frame', line === undefined ? 'unknown' : 'wrong', where, `line ${line} instead of ${expected.line}`);
    if (info.variables) compareValues(found.frame, expected, add);
  }
  for (const stranger of strangers(frames.slice(at))) add('frame', 'wrong', 'the end', `${stranger} was not there`);
  return findings;
}

type Add = (subject: Finding['subject'], outcome: Finding['outcome'], where: string, detail?: string) => void;

const isCode = (frame: TraceFrame): frame is CodeFrame => frame.kind !== 'exception';

function findFrame(frames: readonly TraceFrame[], from: number, name: string): { index: number; frame: CodeFrame } | undefined {
  for (let index = from; index < frames.length; index++) {
    const frame = frames[index];
    if (frame && isCode(frame) && sameName(frame.function, name)) return { index, frame };
  }
  return undefined;
}

/** Functions that the program was not in. */
function strangers(frames: readonly TraceFrame[]): readonly string[] {
  return frames
    .filter(isCode)
    .filter((frame) => frame.function !== undefined && !isSilent(frame.function) && frame.doubtful === undefined)
    .map((frame) => frame.function ?? '');
}

function hasStrangers(frames: readonly TraceFrame[], from: number): boolean {
  return strangers(frames.slice(from)).length > 0;
}

function list(frames: readonly TraceFrame[]): string {
  return frames.map((frame) => (isCode(frame) ? (frame.function ?? frame.pc) : `<${frame.exception}>`)).join(' < ');
}

function compareValues(frame: CodeFrame, told: ToldFrame, add: Add): void {
  for (const expected of told.values) {
    const variable = frame.variables.find(({ name }) => name === expected.name);
    const where = `${told.function}: ${expected.name}`;
    if (variable) compareValue(variable, expected, where, add);
    else add('value', 'only told', where, 'is not listed');
  }
  for (const { path, text } of told.texts) {
    const where = `${told.function}: ${path}`;
    const found = findPath(frame.variables, path.split('.'));
    if (!found) add('text', 'only told', where, `is not listed, expected ${text}`);
    else if ('unknown' in found) add('text', 'only told', where, found.unknown.detail);
    else add('text', readsAs(found.value, text) ? 'right' : 'wrong', where, `${found.value} instead of ${text}`);
  }
}

/** The number of an enumerator may stand behind its name. */
function readsAs(value: string, text: string): boolean {
  return value === text || value.endsWith(`::${text}`) || value.startsWith(`${text} (`);
}

function findPath(variables: readonly Variable[] | undefined, [name, ...rest]: readonly string[]): Variable | undefined {
  const found = variables?.find((variable) => variable.name === name);
  return found && rest.length > 0 ? findPath(found.children, rest) : found;
}

function compareValue(ours: Variable, told: ToldValue, where: string, add: Add): void {
  if (told.address !== undefined && ours.address !== undefined && Number(ours.address) !== told.address) {
    add('value', 'wrong', where, `at ${ours.address} instead of 0x${told.address.toString(16)}`);
    return;
  }
  if ('unknown' in ours) {
    add('value', 'only told', where, ours.unknown.detail);
    return;
  }
  // A long value's bytes may be cut here.
  const isSame =
    ours.raw.length > 0 && told.bytes.startsWith(ours.raw) && (ours.raw.length === told.bytes.length || ours.raw.length >= 128);
  add('value', isSame ? 'right' : 'wrong', where, `${ours.raw} instead of ${told.bytes} (${ours.value})`);
}
