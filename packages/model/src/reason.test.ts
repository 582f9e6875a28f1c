import { describe, expect, it } from 'vitest';
import { CUSTOM_BIT, type CustomReasons, describeReason, REASONS, UNEXPECTED_BIT } from './reason.ts';

const CUSTOM: CustomReasons = new Map([
  [0xc011, { kind: 'named', name: 'ValveStuck', help: 'The valve did not move.' }],
  [0x4001, { kind: 'ambiguous', names: ['Calibrated', 'Tuned'] }],
  [0x8001, { kind: 'named', name: 'NotAFault', help: 'A project cannot rename what is not its own.' }],
]);

describe('a reboot reason', () => {
  it('has a name of its own, a sentence, and the class that its value says', () => {
    const texts = [...REASONS.values()];
    expect(new Set(texts.map(({ name }) => name)).size).toBe(texts.length);
    for (const [value, { expected, sentence }] of REASONS) {
      expect(expected).toBe((value & UNEXPECTED_BIT) === 0);
      expect(value & CUSTOM_BIT).toBe(0);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('of the project has the name that its build gives it', () => {
    expect(describeReason(0xc011, CUSTOM)).toEqual({ name: 'ValveStuck', expected: false, sentence: 'The valve did not move.' });
    expect(describeReason(0xc011)).toMatchObject({ name: 'custom 0xc011', expected: false });
    expect(describeReason(0x4017, CUSTOM)).toMatchObject({ name: 'custom 0x4017', expected: true });
  });

  it('that the build names twice shows its number, and both names', () => {
    expect(describeReason(0x4001, CUSTOM)).toMatchObject({
      name: 'custom 0x4001',
      sentence: 'A reason of the project’s own, which the build calls Calibrated and Tuned.',
    });
  });

  it('that is not the project’s own keeps its name', () => {
    expect(describeReason(0x8001, CUSTOM).name).toBe('Fault');
  });

  it('of a later version is known by its number and unexpected by its bit', () => {
    expect(describeReason(0x80ff)).toMatchObject({ name: 'unknown 0x80ff', expected: false });
    expect(describeReason(0x00ff)).toMatchObject({ name: 'unknown 0x00ff', expected: true });
  });
});
