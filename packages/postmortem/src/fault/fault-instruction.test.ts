import type { Dump } from '@noinit/model';
import { expect, it } from 'vitest';
import { readFixture } from '../../test/fixtures.ts';
import { explainDump } from '../explain-dump.ts';
import { mayShowInstruction } from './fault-instruction.ts';

const { dump, symbols } = readFixture('m3-bad-address');
const CAUSES: readonly Dump['cause'][] = [
  { kind: 'fault', exception: 3 },
  { kind: 'assert' },
  { kind: 'stack-overflow' },
  { kind: 'watchdog' },
  { kind: 'snapshot' },
  { kind: 'stopped' },
  { kind: 'unknown', code: 200 },
];

it.each(CAUSES)('a dump of cause $kind shows an instruction only where that is foretold', (cause) => {
  const crash = { ...dump, cause };
  const { instruction } = explainDump(crash, symbols, { disassemble: () => 'nop' }).fault;
  if (!mayShowInstruction(crash)) expect(instruction).toBeUndefined();
  if (cause.kind === 'fault') expect(instruction?.text).toBe('nop');
});
