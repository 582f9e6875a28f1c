import { type LogLine, milliseconds } from '@noinit/model';
import { expect, it } from 'vitest';
import { hexdumpText, logText } from './log-text.ts';

const LINE: LogLine = { number: 1, uptime: milliseconds(5), level: 'info', source: 'net', text: 'frame' };

it('a line begins with the name of its function where it is known, and raw text ends without its line end', () => {
  expect(logText({ ...LINE, function: 'send' })).toBe('send: frame');
  expect(logText({ ...LINE, kind: 'text', text: 'two\nlines\r\n' })).toBe('two\\nlines');
});

it('a hexdump is shown in lines of sixteen bytes', () => {
  expect(hexdumpText({ ...LINE, kind: 'hexdump', data: '00112233445566778899aabbccddeeff4869' })).toBe(
    [
      '00 11 22 33 44 55 66 77  88 99 aa bb cc dd ee ff  .."3DUfw........',
      '48 69                                             Hi',
    ].join('\n'),
  );
  expect(hexdumpText(LINE)).toBeUndefined();
});
