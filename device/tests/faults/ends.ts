/** Crashes that the firmware makes by a call, and stacks that are too small: what must be recorded of them. */
import type { CrashCause } from '@noinit/model';
import type { Board } from '../firmware.ts';
import type { Where } from './crash-run.ts';
import { type Call, MAINLINE, V6, V8 } from './scenarios.ts';

export const REASON = {
  shutdown: 0x0006,
  fault: 0x8001,
  assert: 0x8002,
  watchdog: 0x8003,
  stackOverflow: 0x8005,
  outOfMemory: 0x8006,
  panic: 0x8009,
  captureFailed: 0x800a,
  security: 0x800d,
  valveStuck: 0xc011,
} as const;

export interface End {
  readonly title: string;
  readonly scenario: string;
  readonly boards: readonly Board[];
  readonly places: readonly Where[];
  readonly cause: Partial<CrashCause>;
  /** What counts for the reboot record; and for the crash, if not the same. */
  readonly reason: number;
  readonly calls: readonly Call[];
  /** The function of the SDK by whose call the state was captured: gdb looks there. */
  readonly entry: string;
  /** False where gdb takes the line from the header of a macro. */
  readonly isGdbLineRight?: false;
  readonly sentence: RegExp;
}

const ALL: readonly Board[] = [...V6, ...MAINLINE];
const BOTH: readonly Where[] = ['main', 'thread'];

export const ENDS: readonly End[] = [
  {
    title: 'a failed assertion',
    scenario: 'assert_fails',
    boards: ALL,
    places: ['main', 'nested interrupt', 'thread'],
    cause: { kind: 'assert' },
    reason: REASON.assert,
    calls: [['assert_fails', { level: '-7' }]],
    entry: 'noinit_assert_failed',
    isGdbLineRight: false,
    sentence: /^An assertion failed in assert_fails \(calls\.c:\d+\): level is -7, not 1$/,
  },
  {
    title: 'an assertion with a reason of the project’s own',
    scenario: 'assert_with_reason',
    boards: ALL,
    places: ['main'],
    cause: { kind: 'assert' },
    reason: REASON.valveStuck,
    calls: [['assert_with_reason']],
    entry: 'noinit_assert_failed',
    isGdbLineRight: false,
    sentence: /^ValveStuck: An assertion failed in assert_with_reason \(calls\.c:\d+\): valve 3/,
  },
  {
    title: 'an allocation that fails',
    scenario: 'memory_runs_out',
    boards: ALL,
    places: BOTH,
    cause: { kind: 'out-of-memory', size: 12345 },
    reason: REASON.outOfMemory,
    calls: [['memory_runs_out', { wanted: '12345' }]],
    entry: 'noinit_out_of_memory',
    sentence: /12,?345 bytes.*memory_runs_out|memory_runs_out.*12,?345 bytes/,
  },
  {
    title: 'a panic in words',
    scenario: 'panics',
    boards: ALL,
    places: BOTH,
    cause: { kind: 'panic', text: 'the valve does not move' },
    reason: REASON.panic,
    calls: [['panics']],
    entry: 'noinit_panic',
    sentence: /the valve does not move/,
  },
  {
    title: 'an abort',
    scenario: 'aborts',
    boards: ALL,
    places: ['main'],
    cause: { kind: 'panic', text: 'abort' },
    reason: REASON.panic,
    calls: [['aborts']],
    entry: 'noinit_abort',
    sentence: /abort/,
  },
  {
    title: 'a broken word at the end of the stack',
    scenario: 'overflow_canary',
    boards: ALL,
    places: ['main'],
    cause: { kind: 'stack-overflow' },
    reason: REASON.stackOverflow,
    calls: [['noinit_stack_check'], ['overflow_canary']],
    entry: 'noinit_stack_broken',
    sentence: /^The stack grew past its end; it was noticed in overflow_canary/,
  },
  {
    title: 'an operating system’s hook for overflows',
    scenario: 'overflow_hook',
    boards: ALL,
    places: BOTH,
    cause: { kind: 'stack-overflow', thread: 'valve task' },
    reason: REASON.stackOverflow,
    calls: [['overflow_hook']],
    entry: 'noinit_stack_overflow',
    sentence: /^The stack .*grew past its end|valve task/,
  },
];

export interface Overflow {
  readonly title: string;
  readonly scenario: string;
  readonly boards: readonly Board[];
  readonly status: Readonly<Record<string, number>>;
  readonly exception: number;
}

/** What finds a stack that is used up before anything else is overwritten. */
export const OVERFLOWS: readonly Overflow[] = [
  { title: 'the MPU', scenario: 'overflow_guard', boards: MAINLINE, status: { cfsr: 0x92 }, exception: 4 },
  { title: 'the stack limit', scenario: 'overflow_limit', boards: V8, status: { cfsr: 0x0010_0000 }, exception: 6 },
];
