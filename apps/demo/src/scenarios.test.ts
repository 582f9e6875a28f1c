import { readFileSync } from 'node:fs';
import { readBuild } from '@noinit/server/explain';
import { describe, expect, it } from 'vitest';
import { Bench, callChain, explain, showsLocal } from '../test/bench.ts';
import { RESET_REASON } from './chip.ts';
import { firmwareFile } from './firmware.ts';
import type { Stimulus } from './stimulus.ts';

const REASON = {
  powerOn: 1,
  newCalibration: 0x4001,
  update: 4,
  fault: 0x8001,
  assert: 0x8002,
  watchdog: 0x8003,
  stackOverflow: 0x8005,
};

interface Incident {
  readonly stimulus: Stimulus;
  readonly cause: string;
  readonly reason: number;
  readonly reset: number;
  /** Innermost first; the trace may have more at its end. */
  readonly chain: readonly string[];
  readonly sentence: RegExp;
}

const INCIDENTS: readonly Incident[] = [
  {
    stimulus: 'condensation',
    cause: 'assert',
    reason: REASON.assert,
    reset: RESET_REASON.watchdogForced,
    chain: ['dryness', 'assess', 'climate_control', 'run', 'main'],
    sentence: /humidity \d+ is above 1000 in room 301/,
  },
  {
    stimulus: 'newSensor',
    cause: 'fault',
    reason: REASON.fault,
    reset: RESET_REASON.watchdogForced,
    chain: ['?', 'read_slot', 'sensors_read', 'climate_control', 'run', 'main'],
    sentence: /address 0x00000000 from read_slot/,
  },
  {
    stimulus: 'busyChannel',
    cause: 'watchdog',
    reason: REASON.watchdog,
    reset: RESET_REASON.watchdogTimer,
    chain: ['wait_for_channel', 'send', 'radio_flush', 'climate_control', 'run', 'main'],
    sentence: /stuck in wait_for_channel/,
  },
  {
    stimulus: 'circularRule',
    cause: 'stack-overflow',
    reason: REASON.stackOverflow,
    reset: RESET_REASON.watchdogForced,
    chain: ['noinit_stack_check', 'board_on_tick', 'board_tick_interrupt', '[IRQ 0 (board_tick_interrupt)]'],
    sentence: /stack grew past its end/,
  },
];

describe.each(INCIDENTS)('$stimulus', ({ stimulus, cause, reason, reset, chain, sentence }) => {
  it('crashes 1.4.0, which resets, reports and explains itself with the number of its start', () => {
    const bench = new Bench('1.4.0');
    bench.happen(stimulus);

    expect(bench.resets).toEqual([reset]);
    const [crash] = bench.crashes();
    if (crash === undefined) throw new Error('no crash came out');
    expect(crash.record.dump.cause.kind).toBe(cause);
    expect(bench.reboots().map((reboot) => reboot.reason)).toEqual([reason]);
    const trace = explain(crash, '1.4.0');
    expect(trace.fault.sentence).toMatch(sentence);
    expect(trace.fault.confidence).toBe('certain');
    expect(callChain(trace).slice(0, chain.length)).toEqual(chain);
    const [number] = bench.numbers;
    expect(bench.numbers).toHaveLength(2);
    expect(number !== undefined && (showsLocal(trace, 'session_token', number) || showsLocal(trace, 'token', number))).toBe(true);
  });
});

it('gives every start of every device another number', () => {
  const bench = new Bench('1.4.0');
  bench.happen('newCalibration');
  bench.run(60);
  const numbers = [...bench.numbers, ...new Bench('1.3.2').numbers];
  expect(numbers).toHaveLength(8);
  expect(new Set(numbers).size).toBe(8);
});

describe('release 1.3.2', () => {
  it.each(['condensation', 'newSensor', 'circularRule'] as const)('survives %s', (stimulus) => {
    const bench = new Bench('1.3.2');
    bench.happen(stimulus);
    expect(bench.resets).toEqual([]);
    expect(bench.crashes()).toEqual([]);
  });

  it('hangs on a busy channel like 1.4.0', () => {
    const bench = new Bench('1.3.2');
    bench.happen('busyChannel');
    expect(bench.resets).toEqual([RESET_REASON.watchdogTimer]);
    const [crash] = bench.crashes();
    expect(crash && callChain(explain(crash, '1.3.2'))[0]).toBe('wait_for_channel');
  });

  it('uses a default where the calibration is bad', () => {
    const bench = new Bench('1.3.2');
    bench.happen('newCalibration');
    expect(bench.reboots().map((reboot) => reboot.reason)).toEqual([REASON.newCalibration]);
    expect(bench.crashes()).toEqual([]);
  });
});

describe('a boot loop', () => {
  it('reports every start of it until the calibration is mended', () => {
    const bench = new Bench('1.4.0');
    bench.happen('newCalibration');
    bench.run(60);

    expect(bench.reboots().map((reboot) => reboot.reason)).toEqual([REASON.newCalibration, ...Array(5).fill(REASON.assert)]);
    expect(bench.crashes()).toHaveLength(5);
    for (const [index, crash] of bench.crashes().entries()) {
      const number = bench.numbers[index + 1] ?? 0;
      expect(callChain(explain(crash, '1.4.0'))[0]).toBe('calibration_load');
      expect(showsLocal(explain(crash, '1.4.0'), 'session_token', number)).toBe(true);
    }
    const boots = bench.records().filter((record) => record.kind === 'boot');
    expect(boots.map((boot) => boot.unexpectedReboots)).toEqual([0, 0, 1, 2, 3, 4, 5]);
    expect(boots.map((boot) => boot.unexpectedSinceHealthy)).toEqual([0, 0, 1, 2, 3, 4, 5]);
    // Each boot of the loop lasts some seconds of its own, whatever the boot before lasted.
    for (const { uptime } of bench.reboots().slice(1)) expect(uptime).toBeLessThan(60_000);
  });
});

describe('a restart for a new calibration', () => {
  it('has a reason of the product’s own, whose name is in the ELF file', () => {
    const bench = new Bench('1.3.2');
    bench.happen('newCalibration');
    expect(bench.reboots()).toMatchObject([{ reason: REASON.newCalibration, unexpected: false }]);
    const { reasons } = readBuild(readFileSync(firmwareFile('1.3.2'))).dictionary;
    expect(reasons.get(REASON.newCalibration)).toMatchObject({ kind: 'named', name: 'NewCalibration' });
  });
});

describe('a crash', () => {
  it('sends its postcard first', () => {
    const bench = new Bench('1.4.0');
    bench.happen('condensation');
    const [postcard, crash] = bench.records().filter(({ kind }) => kind === 'postcard' || kind === 'crash');
    expect([postcard?.kind, crash?.kind]).toEqual(['postcard', 'crash']);
    expect(postcard?.key).toMatchObject({ lineage: crash?.key.lineage, boot: crash?.key.boot });
  });
});

describe('an update', () => {
  it('is an expected restart, and the new release carries on in the same lineage', () => {
    const bench = new Bench('1.3.2');
    bench.happen('update');

    const [reboot] = bench.reboots();
    expect(reboot?.reason).toBe(REASON.update);
    expect(reboot?.marked?.reason).toBe(REASON.update);
    const boots = bench.records().filter((record) => record.kind === 'boot');
    expect(boots.map((boot) => [boot.version, boot.ramSurvived])).toEqual([
      ['1.3.2', false],
      ['1.4.0', true],
    ]);
    expect(new Set(boots.map((boot) => boot.key.lineage)).size).toBe(1);
    expect(new Set(boots.map((boot) => boot.build)).size).toBe(2);
  });
});

describe('what a device keeps', () => {
  it('loses no record when the link loses chunks, whatever resets come in between', () => {
    // A third of the chunks is lost, without a pattern; the device is told to send again, as the gateway does after damage on the line.
    let noise = 1;
    const delivers = () => {
      noise = (noise * 48_271) % 0x7fffffff;
      return noise % 3 !== 0;
    };
    const bench = new Bench('1.4.0', { delivers });
    for (const stimulus of ['condensation', 'busyChannel', 'newSensor'] as const) {
      bench.happen(stimulus);
      for (let again = 0; again < 30; again += 1) {
        bench.device.requestResend();
        bench.run(2);
      }
    }
    expect(bench.resets).toHaveLength(3);
    expect(bench.crashes().map((crash) => crash.record.dump.cause.kind)).toEqual(['assert', 'watchdog', 'fault']);
    const boots = bench.records().filter((record) => record.kind === 'boot');
    expect(boots.map((boot) => boot.key.boot)).toEqual([1, 2, 3, 4]);
  });

  it('forgets what was acknowledged', () => {
    const bench = new Bench('1.4.0');
    bench.happen('condensation');
    const before = bench.chunks.length;
    bench.device.requestResend();
    bench.run(5);
    expect(bench.chunks).toHaveLength(before);
  });

  it('offers again what was not acknowledged, at the next start too', () => {
    const bench = new Bench('1.4.0', { delivers: () => false });
    const first = bench.chunks.length;
    bench.happen('condensation');
    expect(first).toBeGreaterThan(0);
    // The same record, byte for byte, since nobody took it; under a new message id, since the id is a matter of the sending.
    expect(bench.chunks[first]?.payload).toEqual(bench.chunks[0]?.payload);
  });
});
