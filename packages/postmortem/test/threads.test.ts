/** Threads of programs that have a kernel's data structures (kernels/README.md): built, crashed in QEMU, read back. */
import type { Trace } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { expect, it } from 'vitest';
import { explainDump } from '../src/index.ts';
import { crashKernel, KERNEL_BUILDS, RV32 } from './kernels.ts';

const buildsOf = (kernel: string) => [...KERNEL_BUILDS].filter(([name]) => name.startsWith(kernel));

const summary = ({ threads }: Trace) => threads.map(({ name, state, waitsFor }) => [name, state, waitsFor]);

/** Functions that are nobody's: how a task gave the processor away. */
const SWITCHES = ['pend_systick', 'block', 'pend'];

function callsOf(trace: Trace, name: string): readonly (string | undefined)[] {
  const frames = trace.threads.find((thread) => thread.name === name)?.frames ?? [];
  const functions = frames.map((frame) => (frame.kind === 'exception' ? frame.exception : frame.function));
  return functions.filter((each) => each === undefined || !SWITCHES.includes(each));
}

describeWith(
  ['arm-none-eabi-gcc', 'qemu-system-arm', 'riscv64-unknown-elf-gcc', 'qemu-system-riscv32'],
  'a crash under FreeRTOS’s data structures',
  () => {
    it.each(buildsOf('freertos'))('%s lists every task with its state, its wait and its stack', (_name, build) => {
      const { dump, symbols } = crashKernel(build);
      const trace = explainDump(dump, symbols);
      expect(summary(trace)).toEqual([
        ['control', 'running', undefined],
        ['IDLE', 'ready', undefined],
        ['receiver', 'blocked', 'queue rx_frames'],
        ['blinker', 'delayed', 'tick 5000, now 4200'],
        ['writer', 'blocked', 'mutex app.bus_lock, held by control'],
        ['network', 'blocked', 'event group link_events'],
        ['worker', 'blocked', 'notification'],
        ['sleeper', 'suspended', undefined],
      ]);
      expect(trace.damage).toEqual([]);
      for (const { stack } of trace.threads) {
        expect(stack?.size).toBe(384);
        expect(stack?.used).toBeGreaterThan(0);
        expect(stack?.highWater).toBeGreaterThanOrEqual(stack?.used ?? 0);
        expect(stack?.highWater).toBeLessThan(384);
      }
    });

    it.each(buildsOf('freertos'))('%s shows where each task waits, with its variables', (_name, build) => {
      const { dump, symbols } = crashKernel(build);
      const trace = explainDump(dump, symbols);
      expect(callsOf(trace, 'control').slice(-1)).toEqual(['control']);
      expect(callsOf(trace, 'receiver').slice(0, 2)).toEqual(['xQueueReceive', 'receiver']);
      expect(callsOf(trace, 'writer').slice(0, 2)).toEqual(['xQueueSemaphoreTake', 'writer']);
      expect(callsOf(trace, 'IDLE').slice(0, 1)).toEqual(['idle']);
      const receiver = trace.threads
        .find(({ name }) => name === 'receiver')
        ?.frames.find((frame) => frame.kind !== 'exception' && frame.function === 'receiver');
      expect(receiver?.variables.find(({ name }) => name === 'frames')).toMatchObject({ value: '17' });
      if (build.cpu === 'cortex-m4')
        expect(receiver?.variables.find(({ name }) => name === 'scale')).toMatchObject({ value: '1.5' });
    });

    it.each(buildsOf('freertos').filter(([, { cpu }]) => cpu !== 'cortex-m0' && cpu !== RV32))(
      '%s names the task that an interrupt crashed on',
      (_name, build) => {
        const { dump, symbols } = crashKernel({ ...build, flags: [...build.flags, '-DCRASH_IN_SWITCH'] });
        const trace = explainDump(dump, symbols);
        expect(trace.threads[0]).toMatchObject({ name: 'blinker', state: 'running', crashed: true });
        expect(callsOf(trace, 'blinker')).toEqual(['sample', 'next_task', 'SysTick_Handler', 'SysTick', 'vTaskDelay', 'blinker']);
        expect(trace.threads.filter(({ name }) => name === 'blinker')).toHaveLength(1);
      },
    );

    it.each(buildsOf('freertos'))('%s names the pointer that led nowhere', (_name, build) => {
      const { dump, symbols } = crashKernel(build);
      const { fault } = explainDump(dump, symbols);
      expect(fault.sentence).toMatch(
        build.cpu === 'cortex-m0'
          ? /: sensor is 0x20000001\.$/
          : /read sensor->raw\[2\] at 0xf0000008.*: sensor is 0xf0000000\.$/,
      );
    });
  },
);

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm'], 'a crash under Zephyr’s data structures', () => {
  const expected = [
    ['uplink', 'running', undefined],
    ['idle', 'ready', undefined],
    ['blinker', 'sleeping', undefined],
    ['logger', 'pending', 'mutex bus.lock, held by uplink'],
    ['radio', 'pending', 'semaphore frame_ready'],
  ];

  it.each(buildsOf('zephyr'))('%s lists every thread with its state and its wait', (_name, build) => {
    const { dump, symbols } = crashKernel(build);
    const trace = explainDump(dump, symbols);
    expect(summary(trace)).toEqual(expected);
    expect(trace.damage).toEqual([]);
    expect(trace.threads.map(({ stack }) => stack?.size)).toEqual(expected.map(() => 384));
    expect(callsOf(trace, 'radio').slice(0, 2)).toEqual(['k_sem_take', 'radio']);
    expect(callsOf(trace, 'blinker').slice(0, 2)).toEqual(['k_sleep', 'blinker']);
  });

  it.each(buildsOf('zephyr'))('%s without debug information is read by its table of offsets', (_name, build) => {
    const { dump, symbols } = crashKernel({ ...build, flags: [...build.flags, '-g0'] });
    const trace = explainDump(dump, symbols);
    expect(symbols.debugInfo).toBe('names-only');
    expect(trace.threads.map(({ name }) => name.replace(/^thread at.*/, '?'))).toEqual([
      'uplink',
      'idle',
      '?',
      'logger',
      'radio',
    ]);
    expect(trace.threads.map(({ state }) => state).slice(3)).toEqual(['pending', 'pending']);
    expect(callsOf(trace, 'radio')[0]).toBe('k_sem_take');
  });
});
