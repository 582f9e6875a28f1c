import { describe, expect, it } from 'vitest';
import { numberBases, spacedBytes } from './raw-bytes.ts';

describe('raw bytes', () => {
  it('reads little-endian numbers of 1 to 8 bytes', () => {
    expect(numberBases('0080')).toEqual({ hex: '0x8000', decimal: '32768', binary: '1000_0000_0000_0000' });
    expect(numberBases('ffffffffffffffff')?.decimal).toBe('18446744073709551615');
  });

  it('gives nothing for what is no number', () => {
    for (const raw of ['', '0', 'xy', '00'.repeat(9)]) expect(numberBases(raw), raw).toBeUndefined();
  });

  it('sets bytes apart', () => {
    expect(spacedBytes('0080ff')).toBe('00 80 ff');
    expect(spacedBytes('')).toBe('');
  });
});
