import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countOf, rateText, shareText, sizeText } from './number.ts';
import { fileName, visibleText } from './text.ts';
import { agoText, durationText, offsetText, uptimeText, utcText } from './time.ts';

describe('visibleText', () => {
  it('leaves ordinary text of any script alone', () => {
    expect(visibleText('fill_buffer: niveau = 93 °C – 温度')).toBe('fill_buffer: niveau = 93 °C – 温度');
  });

  it('shows controls, reordering marks and zero-width characters', () => {
    expect(visibleText('\u001b[2J\n\t\u0000')).toBe('\\x1b[2J\\n\\t\\x00');
    expect(visibleText('a\u202eb\u200bc\u0085\u007f')).toBe('a\\u202eb\\u200bc\\x85\\x7f');
    expect(visibleText('\ud800')).toBe('\\ud800');
  });

  it('gives text in which nothing is left to replace', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const shown = visibleText(String.fromCharCode(...units));
        expect(visibleText(shown)).toBe(shown);
      }),
    );
  });
});

describe('numbers', () => {
  it('never rounds a share to all or nothing', () => {
    expect(shareText(999_999, 1_000_000)).toBe('99.99 %');
    expect(shareText(1, 1_000_000)).toBe('0.01 %');
    expect(shareText(5, 5)).toBe('100 %');
    expect(shareText(0, 5)).toBe('0 %');
    expect(shareText(6, 13)).toBe('46 %');
    expect(shareText(995, 1_000)).toBe('99.50 %');
    expect(shareText(7, 12)).toBe('58 %');
    expect(shareText(0, 0)).toBeUndefined();
  });

  it('writes rates with two digits that count', () => {
    expect([0, 1.5, 0.016_39, 12.34, 399.6, 1234].map(rateText)).toEqual(['0', '1.5', '0.016', '12', '400', '1,234']);
  });

  it('counts in English', () => {
    expect(countOf(1, 'crash', 'crashes')).toBe('1 crash');
    expect(countOf(1200, 'crash', 'crashes')).toBe('1,200 crashes');
  });

  it('says sizes in binary units', () => {
    expect([sizeText(512), sizeText(2048), sizeText(5 * 1024 * 1024)]).toEqual(['512 B', '2.0 KiB', '5.0 MiB']);
  });
});

describe('times', () => {
  it('writes uptime with milliseconds and days', () => {
    expect(uptimeText(192_480)).toBe('00:03:12.480');
    expect(uptimeText(2 * 86_400_000 + 1)).toBe('2 d 00:00:00.001');
  });

  it('writes durations in their largest unit, never rounded up', () => {
    expect([999, 12_300, 59_999, 330_000, 7_200_000].map(durationText)).toEqual(['999 ms', '12 s', '59 s', '5.5 min', '2 h']);
  });

  it('writes offsets with a sign', () => {
    expect(offsetText(880, 1000)).toBe('\u22120.120');
    expect(offsetText(1000, 1000)).toBe('+0.000');
  });

  it('says how old something is and takes a wrong clock calmly', () => {
    const now = Date.parse('2026-03-02T14:00:00Z');
    expect(agoText('2026-03-02T13:56:00Z', now)).toBe('4 min ago');
    expect(agoText('2026-03-02T13:59:18Z', now)).toBe('40 s ago');
    expect(agoText('2026-03-02T15:00:00Z', now)).toBe('just now');
    expect(agoText('x', now)).toBe('at an unknown time');
    expect(utcText('2026-03-02T14:02:09.5Z')).toBe('2026-03-02 14:02:09 UTC');
  });
});

describe('fileName', () => {
  it('takes the last part behind either slash', () => {
    expect(['src/fw.c', 'C:\\src\\fw.c', 'fw.c', 'dir/'].map(fileName)).toEqual(['fw.c', 'fw.c', 'fw.c', 'dir/']);
  });
});
