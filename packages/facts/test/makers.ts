/** Builders for crashes and traces, innermost frame first. */
import {
  type BuildPrefix,
  type CodeFrame,
  type CrashCause,
  type CrashRecord,
  type Fault,
  milliseconds,
  type RegisterValues,
  type Trace,
  type TraceFrame,
} from '@noinit/model';

export function makeRecord(options: { cause?: CrashCause; build?: string; registers?: RegisterValues } = {}): CrashRecord {
  const {
    cause = { kind: 'fault', exception: 3 },
    build = '0011223344556677',
    registers = { pc: 0x0800_0101, lr: 0x0800_0201 },
  } = options;
  const key = { lineage: 1, boot: 1, sequence: 1 };
  return {
    kind: 'crash',
    key,
    build: build as BuildPrefix,
    dump: {
      machine: 'cortex-m',
      cause,
      uptime: milliseconds(1),
      threads: [{ crashed: true, registers }],
      system: {},
      regions: [],
      damage: [],
    },
  };
}

/** `name` or `name@file:line`; without a file the frame is in `app/main.c`. */
export function makeFrame(text: string, options: Partial<CodeFrame> = {}): CodeFrame {
  const [name, place = 'app/main.c:10'] = text.split('@');
  const [file, line] = place.split(':');
  return {
    kind: 'call',
    ...(name ? { function: name } : {}),
    ...(file ? { file } : {}),
    line: Number(line),
    pc: '0x08000100',
    variables: [],
    ...options,
  };
}

export function makeException(name: string): TraceFrame {
  return { kind: 'exception', exception: name, pc: '0x08000100', variables: [] };
}

export function makeTrace(frames: readonly (string | TraceFrame)[], fault: Partial<Fault> = {}, thread = 'main'): Trace {
  return {
    schema: 'noinit.trace/1',
    engine: 'test',
    build: { id: '00'.repeat(20), symbols: 'full' },
    fault: { class: 'bus-error', sentence: 'It broke.', confidence: 'certain', ...fault },
    registers: {},
    threads: [
      { name: thread, crashed: true, frames: frames.map((frame) => (typeof frame === 'string' ? makeFrame(frame) : frame)) },
    ],
    damage: [],
  };
}
