/** A crash as text that pastes well: into a terminal and a mail as plain text, into an issue tracker as Markdown. */
import type { CrashDetail, MarkSummary, RebootSummary } from '@noinit/api';
import type { LogLine, Trace, TraceFrame, TraceThread, Variable } from '@noinit/model';
import { classNote, codePlaceText, hardwareText, lastedText, lengthReason, markNote } from '../format/reboot.ts';
import { visibleText } from '../format/text.ts';
import { offsetText, uptimeText, utcText } from '../format/time.ts';
import { codeSpan, escapeMarkdown, fenced } from './markdown.ts';
import { isCode, placeText, threadNotes } from './stack.ts';
import { certaintyText, className, valueText } from './words.ts';

/** Variables of one stack frame in a report, children counted. What is beyond is counted, not listed. */
const MAX_VARIABLE_LINES = 60;
/** Log lines in a report, the last ones before the crash. */
const MAX_LOG_LINES = 30;
const REGISTERS_A_LINE = 4;

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

export function renderText(crash: CrashDetail, url: string): string {
  const head = [visibleText(crash.sentence), '', ...factLines(crash), url];
  const body = sections(crash).flatMap(({ title, lines }) => ['', `── ${title}`, ...lines]);
  return [...head, ...body, ''].join('\n');
}

export function renderMarkdown(crash: CrashDetail, url: string): string {
  const facts = factLines(crash).map((fact) => `- ${codeSpan(fact)}`);
  const head = [`## ${escapeMarkdown(visibleText(crash.sentence))}`, '', ...facts, `- <${url}>`];
  const body = sections(crash).flatMap(({ title, lines }) => ['', `### ${escapeMarkdown(title)}`, fenced(lines.join('\n'))]);
  return [...head, ...body, ''].join('\n');
}

function factLines(crash: CrashDetail): readonly string[] {
  const fault = crash.trace?.fault;
  const lines = [
    fault &&
      `${className(fault.class)} · ${certaintyText(fault.confidence)}${list(' · ', [fault.exception, ...(fault.bits ?? [])])}`,
    fault?.instruction && `instruction at ${fault.instruction.pc}: ${fault.instruction.text}`,
    KINDS[crash.kind],
    crash.reason && `reason ${crash.reason.name}`,
    `device ${crash.serial} · boot ${crash.boot}${crash.uptime === null ? '' : ` · ${uptimeText(crash.uptime)} after start`}`,
    `version ${crash.version ?? 'unknown'} · build ${crash.build}`,
    `received ${utcText(crash.receivedAt)} · crash ${crash.id} · issue ${crash.issue}`,
  ];
  return lines.filter((line) => typeof line === 'string').map(visibleText);
}

const KINDS = {
  crash: undefined,
  postcard: 'postcard only: the crash record has not come',
  snapshot: 'a snapshot, no crash: the device went on',
} as const;

function sections(crash: CrashDetail): readonly Section[] {
  const { trace } = crash;
  const all: readonly Section[] = [
    ...(trace ? trace.threads.slice(0, 1).flatMap(threadSections) : []),
    { title: 'Other threads', lines: trace ? otherThreads(trace) : [] },
    { title: 'Registers', lines: trace ? registerLines(trace) : [] },
    {
      title: 'Damage',
      lines: (trace?.damage ?? []).map(({ offset, why, detail }) => `at byte ${offset}: ${why}: ${visibleText(detail)}`),
    },
    { title: 'Last log lines', lines: logLines(crash) },
    { title: 'How this boot ended', lines: crash.reboot ? rebootLines(crash.reboot) : [] },
  ];
  return all.filter(({ lines }) => lines.length > 0);
}

function threadSections(thread: TraceThread): readonly Section[] {
  const stack = thread.frames.map((frame, index) => visibleText(frameLine(frame, index)));
  const end = thread.end === undefined ? [] : [`    ends here: ${visibleText(thread.end)}`];
  const notes = [...(thread.crashed ? ['crashed'] : []), ...threadNotes(thread)].map(visibleText);
  const title = `Stack of ${visibleText(thread.name)}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
  return [{ title, lines: [...stack, ...end] }, ...thread.frames.flatMap(variableSection)];
}

/** One line each: what they wait for says more than where. The crashed thread stands first. */
function otherThreads({ threads }: Trace): readonly string[] {
  const [, ...others] = threads;
  return others.map((thread) => visibleText(`${thread.name}: ${threadNotes(thread).join(', ')}`.replace(/: $/, '')));
}

function frameLine(frame: TraceFrame, index: number): string {
  const doubt = frame.doubtful === undefined ? '' : `  (doubtful: ${frame.doubtful})`;
  if (!isCode(frame)) return `${pad(index)}  ── ${frame.exception} ──${doubt}`;
  const kind = frame.kind === 'call' ? '' : `  (${frame.kind})`;
  return `${pad(index)}  ${frame.function ?? '(no symbol)'}  ${placeText(frame) ?? frame.pc}${kind}${doubt}`;
}

function variableSection(frame: TraceFrame, index: number): readonly Section[] {
  if (!isCode(frame) || frame.variables.length === 0) return [];
  const lines = frame.variables.flatMap((variable) => variableLines(variable, ''));
  const beyond = lines.length - MAX_VARIABLE_LINES;
  const shown = beyond > 0 ? [...lines.slice(0, MAX_VARIABLE_LINES), `… ${beyond} more`] : lines;
  return [{ title: `Variables of frame ${index}, ${visibleText(frame.function ?? frame.pc)}`, lines: shown }];
}

function variableLines(variable: Variable, indent: string): readonly string[] {
  const unknown = 'unknown' in variable;
  const value = unknown ? `<${valueText(variable)}: ${variable.unknown.detail}>` : variable.value;
  const own = visibleText(`${indent}${variable.name}: ${variable.type} = ${value}`);
  const children = (variable.children ?? []).flatMap((child) => variableLines(child, `${indent}  `));
  return [own, ...children, ...(variable.more ? [`${indent}  … ${variable.more.count} more, not in the trace`] : [])];
}

function registerLines(trace: Trace): readonly string[] {
  const cells = Object.entries(trace.registers).map(([name, value]) => visibleText(`${name.padEnd(10)} ${value}`));
  const lines: string[] = [];
  for (let start = 0; start < cells.length; start += REGISTERS_A_LINE) {
    lines.push(cells.slice(start, start + REGISTERS_A_LINE).join('   '));
  }
  return lines;
}

function logLines(crash: CrashDetail): readonly string[] {
  const shown = crash.log.slice(-MAX_LOG_LINES);
  return shown.map((line) =>
    visibleText(
      `${logTime(line, crash.uptime)}  ${line.level.padEnd(7)}  ${line.source === '' ? '' : `${line.source}: `}${line.text}`,
    ),
  );
}

function logTime(line: LogLine, crashedAt: number | null): string {
  return crashedAt === null ? uptimeText(line.uptime) : offsetText(line.uptime, crashedAt).padStart(10);
}

function rebootLines(reboot: RebootSummary): readonly string[] {
  const { reason, marked, later, hardware, alive } = reboot;
  const all = [
    `${reason.name}: ${reason.sentence}`,
    classNote(reboot),
    marked && `firmware said: ${markText(marked)}`,
    later && `and then: ${markText(later)}`,
    `hardware says: ${hardwareText(reboot)} (${hardware.raw})`,
    `lasted ${lastedText(reboot)}`,
    lengthReason(reboot),
    alive?.pc && `last sign of life: in ${codePlaceText(alive.pc)}${alive.task === null ? '' : `, task ${alive.task}`}`,
  ];
  return all.filter((line) => typeof line === 'string').map(visibleText);
}

function markText(mark: MarkSummary): string {
  const { reason, pc, lr, uptime } = mark;
  const parts = [
    reason.name,
    uptime === null ? undefined : `at ${uptimeText(uptime)}`,
    pc === null ? undefined : `in ${codePlaceText(pc)}`,
    lr === null ? undefined : `called from ${codePlaceText(lr)}`,
  ];
  const note = markNote(mark);
  return `${parts.filter((part) => part !== undefined).join(' ')}${note === undefined ? '' : `. ${note}`}`;
}

function list(before: string, parts: readonly (string | undefined)[]): string {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? '' : `${before}${known.join(' ')}`;
}

function pad(index: number): string {
  return String(index).padStart(2);
}
