import { type LogArgument, makeLogBody, makeLogSection } from '@noinit/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeLogBody } from '../entries/log-body.ts';
import { compileFormat } from '../printf/format.ts';
import { print } from '../printf/print.ts';
import { LogDictionary } from './log-dictionary.ts';
import { plainFormat } from './plain-format.ts';
import { collectContent } from './read-dictionary.ts';

const piece = fc.constantFrom('%d', '%i', '%u', '%x', ' and ', '%%', 'é', '%5d', '%lu', '%hhd', '%X', '100', '%c', '%zu');
const argument = fc.record({ type: fc.constantFrom('i32', 'u32'), value: fc.integer() });

it('a plain format prints what print gives', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), fc.array(argument, { minLength: 6, maxLength: 6 }), (pieces, all) => {
      const format = pieces.join('');
      const parts = compileFormat(format);
      const count = parts.filter((part) => typeof part !== 'string').length;
      const args: LogArgument[] = all
        .slice(0, count)
        .map(({ type, value }) => ({ type, value: type === 'i32' ? value : value >>> 0 }));
      const types = args.map(({ type }) => type);
      const { bytes, ids } = makeLogSection([{ format, types }]);
      const sections = [{ name: 'noinit_log', address: 0, bytes }];
      const dictionary = new LogDictionary(collectContent(sections, { littleEndian: true, addressSize: 4 }));
      const values = args.map((each) => ('value' in each ? Number(each.value) : 0));
      expect(decodeLogBody(makeLogBody({ id: ids[0] ?? 0, args }), dictionary)?.text).toBe(print(parts, { types, values }));
    }),
  );
});

it('a format of anything else is none', () => {
  expect(plainFormat(compileFormat('%d of %u'), ['i32', 'u32'])).toEqual({
    texts: ['', ' of ', ''],
    radix: ['signed', 'unsigned'],
  });
  expect(plainFormat(compileFormat('%5d'), ['i32'])).toBeUndefined();
  expect(plainFormat(compileFormat('%d'), ['f64'])).toBeUndefined();
  expect(plainFormat(compileFormat('%d'), [])).toBeUndefined();
  expect(plainFormat(compileFormat('°%d'), ['i32'])).toBeUndefined();
});
