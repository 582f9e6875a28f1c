import { describe, expect, it } from 'vitest';
import { makeException, makeFrame, makeRecord, makeTrace } from '../test/makers.ts';
import { crashFacts, rawCrashFacts } from './index.ts';

const RECORD = makeRecord();
const tokens = (...parameters: Parameters<typeof makeTrace>) => crashFacts(RECORD, makeTrace(...parameters)).tokens;
const title = (...parameters: Parameters<typeof makeTrace>) => crashFacts(RECORD, makeTrace(...parameters)).title;

describe('two crashes are one issue', () => {
  it('whatever lines, addresses and files changed', () => {
    const one = crashFacts(RECORD, makeTrace(['read@a/read.c:10', 'poll@a/poll.c:20']));
    const two = crashFacts(
      makeRecord({ build: 'ffffffffffffffff' }),
      makeTrace(['read@b/read.c:99', makeFrame('poll', { pc: '0x5' })]),
    );
    expect(two.fingerprint).toBe(one.fingerprint);
    expect(one.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('whether the compiler inlined and cloned or not', () => {
    expect(tokens([makeFrame('read.isra.0', { kind: 'inlined' }), 'poll.part.1'])).toEqual(tokens(['read', 'poll']));
  });

  it('however deep the recursion was', () => {
    const walk = (depth: number) => Array.from({ length: depth }, () => 'walk');
    const pair = (depth: number) => Array.from({ length: depth }, () => ['even', 'odd']).flat();
    expect(tokens([...walk(2), 'run'])).toEqual(tokens([...walk(30), 'run']));
    expect(tokens([...pair(2), 'run'])).toEqual(tokens([...pair(9), 'run']));
  });

  it('whatever library function the last step was in', () => {
    expect(tokens(['memcpy@newlib/libc/memcpy.c:4', 'copy', 'run'])).toEqual(tokens(['copy', 'run']));
    expect(tokens(['__aeabi_uldivmod', 'copy', 'run'])).toEqual(tokens(['copy', 'run']));
  });

  it('whatever stands behind the fifth frame', () => {
    const common = ['a', 'b', 'c', 'd', 'e'];
    expect(tokens([...common, 'f'])).toEqual(tokens([...common, 'g']));
    expect(tokens([...common.slice(1), 'f'])).not.toEqual(tokens([...common.slice(1), 'g']));
  });

  it('however far a stack overflow had come', () => {
    const overflow = { class: 'stack-overflow' } as const;
    expect(tokens(['a', 'b'], overflow)).toEqual(tokens(['x', 'y', 'b'], overflow));
    expect(tokens(['a'], overflow, 'radio')).not.toEqual(tokens(['a'], overflow, 'main'));
  });

  it('wherever a hang’s caller came from', () => {
    const hang = { class: 'watchdog' } as const;
    expect(tokens(['wait_for_flag', 'a'], hang)).toEqual(tokens(['wait_for_flag', 'b'], hang));
    expect(tokens(['noinit_warn', makeException('IRQ 4'), 'wait_for_flag'], hang)).toEqual(tokens(['wait_for_flag', 'b'], hang));
  });
});

describe('two crashes are two issues', () => {
  it('when they broke in different ways', () => {
    expect(tokens(['a', 'b'], { class: 'bus-error' })).not.toEqual(tokens(['a', 'b'], { class: 'divide-by-zero' }));
    const at = (address: string) => tokens(['a', 'b'], { class: 'memory-access', address });
    expect(at('0x00000004')).toEqual(at('0x00000008'));
    expect(at('0x00000004')).not.toEqual(at('0x40000000'));
  });

  it('when other functions were called', () => {
    expect(tokens(['a', 'b'])).not.toEqual(tokens(['a', 'c']));
  });

  it('when functions of one common name stand in different files', () => {
    expect(tokens(['handler@app/radio.c:1', 'run'])).not.toEqual(tokens(['handler@app/led.c:1', 'run']));
    expect(tokens(['handler@app\\radio.c:1', 'run'])).toEqual(tokens(['handler@app/radio.c:1', 'run']));
  });

  it('when one ran in an interrupt', () => {
    expect(tokens(['a', makeException('SysTick'), 'b'])).not.toEqual(tokens(['a', 'b']));
  });
});

describe('the crashed code', () => {
  it('begins behind the recorder and the fault’s exception', () => {
    const frames = ['noinit_fault_entry', makeException('HardFault'), 'read_sensor', 'main'];
    expect(tokens(frames)).toEqual(tokens(['read_sensor', 'main']));
    expect(title(frames)).toBe('Bus error in read_sensor');
  });

  it('begins behind what carries a failed assertion', () => {
    expect(tokens(['noinit_assert_failed', 'check', 'main'], { class: 'assert' })).toEqual(
      tokens(['check', 'main'], { class: 'assert' }),
    );
    expect(title(['abort', '__assert_func', 'check'], { class: 'assert' })).toBe('Assert in check');
  });

  it('is the project’s own before anybody else’s', () => {
    const facts = crashFacts(
      RECORD,
      makeTrace(['HAL_Send@Drivers/STM32F4xx_HAL_Driver/Src/uart.c:5', 'send_report@app/report.c:7']),
    );
    expect(facts.where).toEqual({ function: 'send_report', file: 'app/report.c', line: 7 });
  });

  it('may be an interrupt that hangs', () => {
    const hang = { class: 'watchdog' } as const;
    expect(tokens(['wait_in_isr', makeException('SysTick'), 'main'], hang)).toEqual(['g1', 'watchdog', 'wait_in_isr']);
  });

  it('is not the recorder’s own, whatever its functions are called', () => {
    expect(tokens(['capture@device/src/arch/cortex_m/capture.c:9', 'push', 'main'])).not.toContain('capture');
    expect(tokens(['spin@device/ports/rp2040/board.c:9', 'send@device/examples/demo/radio.c:4'], { class: 'watchdog' })).toEqual([
      'g1',
      'watchdog',
      'send',
    ]);
  });

  it('never counts guesses', () => {
    expect(tokens(['a', makeFrame('guess', { kind: 'scanned' }), 'b'])).toEqual(tokens(['a', 'b']));
  });
});

describe('a title', () => {
  it.each([
    ['NULL call in read_sensor', [makeFrame('', { pc: '0x00000000' }), 'read_sensor'], { class: 'bad-jump' }],
    ['Bad jump in read_sensor', [makeFrame('', { pc: '0x30000000' }), 'read_sensor'], { class: 'bad-jump' }],
    ['NULL pointer access in read', ['read'], { class: 'memory-access', address: '0x00000010' }],
    ['Hang in wait_for_flag', ['wait_for_flag'], { class: 'watchdog' }],
    ['Stack overflow in walk_tree', ['walk_tree'], { class: 'stack-overflow' }],
    ['Stack overflow in walk_tree', ['tick', 'walk_tree', 'walk_tree', 'walk_tree', 'main'], { class: 'stack-overflow' }],
    ['Assert queue is full: # of # in push', ['push'], { class: 'assert', assertion: 'queue is full: 9 of 8' }],
  ] as const)('reads “%s”', (expected, frames, fault) => {
    expect(title(frames, fault)).toBe(expected);
  });

  it('is cut where it would not fit a line', () => {
    expect(title(['f'.repeat(300)]).length).toBeLessThanOrEqual(100);
  });
});

describe('without symbols', () => {
  it('a crash is grouped by build, kind, pc and lr', () => {
    const raw = rawCrashFacts(RECORD);
    expect(raw).toMatchObject({ class: 'fault', title: 'Fault at 0x08000100' });
    expect(rawCrashFacts(makeRecord({ registers: { pc: 0x0800_0100, lr: 0x0800_0200, r0: 7 } })).fingerprint).toBe(
      raw.fingerprint,
    );
    for (const other of [
      makeRecord({ build: 'ffffffffffffffff' }),
      makeRecord({ cause: { kind: 'watchdog' } }),
      makeRecord({ registers: { pc: 0x100 } }),
    ])
      expect(rawCrashFacts(other).fingerprint).not.toBe(raw.fingerprint);
  });

  it('a trace changes the words, not the group', () => {
    const trace = makeTrace([], { class: 'divide-by-zero', sentence: 'Divided by zero.' });
    expect(rawCrashFacts(RECORD, trace)).toMatchObject({
      class: 'divide-by-zero',
      title: 'Division by zero at 0x08000100',
      sentence: 'Divided by zero.',
    });
    expect(rawCrashFacts(RECORD, trace).fingerprint).toBe(rawCrashFacts(RECORD).fingerprint);
  });

  it('registers that were not captured are said to be unknown', () => {
    expect(rawCrashFacts(makeRecord({ registers: {} })).title).toBe('Fault at an unknown address');
  });

  it('and with symbols that name no frame, the place in the build tells crashes apart', () => {
    expect(crashFacts(RECORD, makeTrace([])).tokens).toEqual(rawCrashFacts(RECORD).tokens);
    expect(crashFacts(RECORD, makeTrace([], { class: 'assert', assertion: 'level 9' })).tokens).toEqual([
      'g1',
      'assert',
      'level #',
    ]);
  });
});
