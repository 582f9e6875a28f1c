import { describe, expect, it } from 'vitest';
import { makeMark, makeReason, makeReboot } from '../../test/fixture/crashes.ts';
import { classNote, codePlaceText, hardwareText, lastedText, lengthReason, markNote } from './reboot.ts';

describe('how a boot ended', () => {
  it('is exact where a mark or a fault ended it', () => {
    const reboot = makeReboot(0x8001, 4_210);
    expect(lastedText(reboot)).toBe('00:00:04.210');
    expect(lengthReason(reboot)).toBeUndefined();
  });

  it('is at least as long as the last sign of life says, with the distance of those', () => {
    const reboot = makeReboot(0x8003, 4_000, { exact: false, alive: { interval: 980, task: null, pc: null } });
    expect(lastedText(reboot)).toBe('at least 00:00:04.000');
    expect(lengthReason(reboot)).toBe('This is when the last sign of life came; they came every 980 ms.');
    expect(lengthReason({ ...reboot, alive: null })).toBe('The device did not say more exactly when the boot ended.');
  });

  it('says why an expected reason made an unexpected reboot', () => {
    const later = makeMark(makeReason(0x8001), 10);
    expect(classNote(makeReboot(0x0004, 10, { expected: false, later }))).toBe('Unexpected all the same: Fault struck after it.');
    expect(classNote(makeReboot(0x0004, 10))).toBeUndefined();
    expect(classNote(makeReboot(0x8001, 10))).toBeUndefined();
  });

  it('says so where the chip gave no reason', () => {
    const reboot = makeReboot(0x8000, 10);
    expect(hardwareText({ ...reboot, hardware: { reason: 'Unknown', raw: '0x00000000' } })).toBe('no reason');
    expect(hardwareText({ ...reboot, hardware: { reason: 'PinReset', raw: '0x00000004' } })).toBe('PinReset');
  });

  it('says what a stale mark is', () => {
    expect(markNote(makeMark(makeReason(0x0004), 10, { stale: true }))).toMatch(/^Stale/);
    expect(markNote(makeMark(makeReason(0x0004), 10))).toBeUndefined();
  });

  it('names a place as far as it is known', () => {
    expect(codePlaceText({ address: '0x10' })).toBe('0x10');
    expect(codePlaceText({ address: '0x10', function: 'run' })).toBe('run');
    expect(codePlaceText({ address: '0x10', function: 'run', file: 'a/b.c' })).toBe('run (b.c)');
    expect(codePlaceText({ address: '0x10', function: 'run', file: 'a/b.c', line: 3 })).toBe('run (b.c:3)');
  });
});
