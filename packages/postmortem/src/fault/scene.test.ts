import type { CodeFrame } from '@noinit/model';
import { expect, it } from 'vitest';
import { describePlace } from './scene.ts';

it.each(['/src/pump.c', 'C:\\work\\src\\pump.c', 'C:\\work\\src/pump.c', 'src/..\\pump.c', 'pump.c'])(
  'the place of a frame has the file %s without its folders',
  (file) => {
    const frame: CodeFrame = { kind: 'call', function: 'fill', file, line: 7, pc: '0x00000100', variables: [] };
    expect(describePlace(frame)).toBe('fill (pump.c:7)');
  },
);
