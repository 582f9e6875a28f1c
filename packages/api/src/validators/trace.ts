/** Checks that JSON is a trace of schema `noinit.trace/1` (docs/formats/trace.md). Fields it does not know are left alone. */
import {
  type LogLine,
  MAX_TRACE_NODES,
  type Milliseconds,
  TRACE_SCHEMA,
  type Trace,
  type TraceFrame,
  type TraceThread,
  type Variable,
} from '@noinit/model';
import { z } from 'zod';

export type TraceCheck =
  | { readonly kind: 'trace'; readonly trace: Trace }
  /** What is wrong, each with its path: `threads.0.frames.2.pc: …`. Never empty. */
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/** Whether `value` is a trace as this version writes it: also its order, its node count, and that unknown values have a reason. */
export function validateTrace(value: unknown): TraceCheck {
  const parsed = traceSchema.safeParse(value);
  if (!parsed.success) return { kind: 'invalid', problems: parsed.error.issues.map(describeIssue) };
  const trace = parsed.data;
  const problems = [...orderProblems(trace), ...sizeProblems(trace), ...variableProblems(value)];
  // What zod gives back has lost the fields it does not know; the caller keeps them.
  return problems.length > 0 ? { kind: 'invalid', problems } : { kind: 'trace', trace: value as Trace };
}

function describeIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path.map(String).join('.') || 'the trace'}: ${issue.message}`;
}

function orderProblems({ threads }: Trace): string[] {
  const late = threads.findIndex((thread, index) => index > 0 && thread.crashed);
  return late > 0 ? [`threads.${late}: the crashed thread stands first`] : [];
}

function sizeProblems(trace: Trace): string[] {
  const frames = trace.threads.flatMap((thread) => thread.frames);
  const nodes = countNodes([...(trace.globals ?? []), ...frames.flatMap((frame) => frame.variables)]);
  return nodes > MAX_TRACE_NODES ? [`the trace: ${nodes} variables, at most ${MAX_TRACE_NODES}`] : [];
}

function countNodes(variables: readonly Variable[]): number {
  return variables.reduce((count, variable) => count + 1 + countNodes(variable.children ?? []), 0);
}

/** A variable with both a value and a reason for having none says two things at once. */
function variableProblems(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const both = 'unknown' in value && ('value' in value || 'raw' in value);
  const here = both ? [`${path || 'the trace'}: a value and \`unknown\` at once`] : [];
  return [...here, ...Object.entries(value).flatMap(([key, child]) => variableProblems(child, path ? `${path}.${key}` : key))];
}

const hex = z.string().regex(/^0x[0-9a-f]+$/, 'not a lower-case 0x… string');
const text = z.string();
const count = z.number().int().nonnegative();
const uptime: z.ZodType<Milliseconds> = z.custom<Milliseconds>((value) => typeof value === 'number' && value >= 0, 'not a time');

const damage = z.object({
  offset: count,
  why: z.enum([
    'truncated',
    'checksum-mismatch',
    'malformed',
    'too-large',
    'too-deep',
    'unknown-kind',
    'unknown-version',
    'conflict',
    'missing-part',
  ]),
  detail: text,
});

const why = {
  why: z.enum([
    'optimized-out',
    'not-captured',
    'register-not-recovered',
    'thread-local',
    'non-secure',
    'only-postcard',
    'unsupported',
    'malformed-debug-info',
    'too-large',
  ]),
  detail: text,
};
const unknown = z.object(why);
const gap = z.object({ ...why, what: z.array(text) });

const line: z.ZodType<LogLine> = z.object({
  number: z.number().int(),
  uptime,
  stamp: z.number().exactOptional(),
  level: z.enum(['error', 'warning', 'info', 'debug']),
  source: text,
  text,
  file: text.exactOptional(),
  line: count.exactOptional(),
  unknown: text.exactOptional(),
  kind: z.enum(['text', 'hexdump', 'gap', 'foreign']).exactOptional(),
  function: text.exactOptional(),
  data: text.exactOptional(),
  lost: count.exactOptional(),
  core: count.exactOptional(),
});

const variableHead = {
  name: text,
  type: text,
  kind: z.enum(['int', 'float', 'bool', 'enum', 'pointer', 'text', 'struct', 'array', 'function']),
  address: hex.exactOptional(),
  children: z.array(z.lazy((): z.ZodType<Variable> => variable)).exactOptional(),
  more: z.object({ count, path: text }).exactOptional(),
};

const variable: z.ZodType<Variable> = z.union([
  z.object({ ...variableHead, value: text, raw: text.regex(/^(?:[0-9a-f]{2})*$/, 'not bytes as hex') }),
  z.object({ ...variableHead, unknown }),
]);

const frame: z.ZodType<TraceFrame> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['call', 'inlined', 'scanned']),
    function: text.exactOptional(),
    file: text.exactOptional(),
    line: count.exactOptional(),
    column: count.exactOptional(),
    pc: hex,
    doubtful: text.exactOptional(),
    variables: z.array(variable),
  }),
  z.object({ kind: z.literal('exception'), exception: text, pc: hex, doubtful: text.exactOptional(), variables: z.tuple([]) }),
]);

const thread: z.ZodType<TraceThread> = z.object({
  name: text,
  crashed: z.boolean(),
  state: text.exactOptional(),
  waitsFor: text.exactOptional(),
  stack: z
    .object({
      size: count.exactOptional(),
      used: count.exactOptional(),
      highWater: count.exactOptional(),
      overflow: text.exactOptional(),
    })
    .exactOptional(),
  frames: z.array(frame),
  end: text.exactOptional(),
});

const traceSchema: z.ZodType<Trace> = z.object({
  schema: z.literal(TRACE_SCHEMA),
  engine: text,
  build: z.union([
    z.object({
      id: text.exactOptional(),
      symbols: z.enum(['full', 'names-only']),
      missing: z.array(text).exactOptional(),
    }),
    z.object({ symbols: z.literal('none'), wanted: text.exactOptional() }),
  ]),
  fault: z.object({
    class: z.enum([
      'assert',
      'stack-overflow',
      'watchdog',
      'bad-jump',
      'memory-access',
      'bus-error',
      'undefined-instruction',
      'divide-by-zero',
      'unaligned-access',
      'no-coprocessor',
      'security-violation',
      'breakpoint',
      'fault',
      'out-of-memory',
      'panic',
      'snapshot',
      'unknown',
    ]),
    sentence: text,
    confidence: z.enum(['certain', 'likely', 'unsure']),
    exception: text.exactOptional(),
    bits: z.array(text).exactOptional(),
    address: hex.exactOptional(),
    instruction: z.object({ pc: hex, text }).exactOptional(),
    assertion: text.exactOptional(),
    reason: z.object({ name: text, value: count }).exactOptional(),
  }),
  registers: z.record(text, hex),
  threads: z.array(thread).min(1),
  globals: z.array(variable).exactOptional(),
  log: z.array(line).exactOptional(),
  unknown: z.array(gap).exactOptional(),
  damage: z.array(damage),
});
