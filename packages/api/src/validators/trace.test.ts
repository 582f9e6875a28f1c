import { milliseconds, type Trace, type Variable } from '@noinit/model';
import { describe, expect, it } from 'vitest';
import { validateTrace } from './trace.ts';

const speed: Variable = { name: 'speed', type: 'int', kind: 'int', value: '-5', raw: 'fbffffff', address: '0x20000100' };
const trace: Trace = {
  schema: 'noinit.trace/1',
  engine: 'noinit/0.1.0',
  build: { id: '0123456789abcdef', symbols: 'full' },
  fault: { class: 'bad-jump', sentence: 'It called through a NULL pointer.', confidence: 'certain', bits: ['INVSTATE'] },
  registers: { pc: '0x00000000' },
  threads: [
    {
      name: 'main',
      crashed: true,
      frames: [
        { kind: 'exception', exception: 'HardFault', pc: '0x00000000', variables: [] },
        { kind: 'call', function: 'run', file: 'src/main.c', line: 12, pc: '0x00000100', variables: [speed] },
      ],
    },
  ],
  damage: [],
};

describe('a trace', () => {
  it('is taken with all that it says, also what this version does not know', () => {
    const later = { ...trace, weather: 'fine' };
    expect(validateTrace(later)).toEqual({ kind: 'trace', trace: later });
  });

  it('is taken with its log, with the reason by name, and with what it cannot know', () => {
    const line = {
      number: 7,
      uptime: milliseconds(12),
      level: 'info',
      source: 'pump',
      text: 'on',
      file: 'pump.c',
      line: 3,
    } as const;
    const full: Trace = {
      ...trace,
      fault: { ...trace.fault, class: 'out-of-memory', reason: { name: 'ValveStuck', value: 0xc011 } },
      log: [line, { ...line, number: 8, kind: 'gap', lost: 2 }],
      unknown: [{ what: ['callers'], why: 'only-postcard', detail: 'a postcard has no stack' }],
    };
    expect(validateTrace(full)).toEqual({ kind: 'trace', trace: full });
    expect(validateTrace({ ...full, log: [{ ...line, level: 'loud' }] }).kind).toBe('invalid');
    expect(validateTrace({ ...full, unknown: [{ what: 'callers' }] }).kind).toBe('invalid');
  });

  it.each([
    ['another schema', { ...trace, schema: 'noinit.trace/2' }, 'schema'],
    ['no thread', { ...trace, threads: [] }, 'threads'],
    ['an address that is a number', { ...trace, registers: { pc: 5 } }, 'registers.pc'],
    ['an undefined field', { ...trace, globals: undefined }, 'globals'],
    [
      'a crashed thread behind another',
      { ...trace, threads: [{ name: 'a', crashed: false, frames: [] }, ...trace.threads] },
      'threads.1',
    ],
    [
      'a value and a reason for having none',
      { ...trace, globals: [{ ...speed, unknown: { why: 'unsupported', detail: '' } }] },
      'globals.0',
    ],
    ['a variable without either', { ...trace, globals: [{ name: 'x', type: 'int', kind: 'int' }] }, 'globals.0'],
    ['nothing at all', undefined, 'the trace'],
  ])('is refused with %s', (_what, value, path) => {
    const check = validateTrace(value);
    expect(check.kind === 'invalid' ? check.problems.join('\n') : 'taken').toContain(path);
  });

  it('is refused with more variables than a reader expects, children counted', () => {
    const many = { ...speed, children: Array.from({ length: 20_000 }, () => speed) };
    expect(validateTrace({ ...trace, globals: [many] }).kind).toBe('invalid');
    expect(validateTrace({ ...trace, globals: [{ ...speed, children: many.children.slice(2) }] }).kind).toBe('trace');
  });
});
