import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shortenName } from './shorten-name.ts';

it.each([
  ['a name that is short enough', 'Vec<Option<u8>>', 20, 'Vec<Option<u8>>'],
  ['the innermost parameters first', 'Map<Iter<u32>, Option<u8>>::fold', 29, 'Map<Iter<…>, Option<…>>::fold'],
  ['no more than is needed', 'Map<Iter<u32, usize, i64>, u8>::fold', 30, 'Map<Iter<…>, u8>::fold'],
  ['all of them where it must be', 'core::iter::Map<A<B<C>>>::fold<XY>', 10, 'core::iter::Map<…>::fold<…>'],
  ['an operator of C++ never', 'ns::operator< <ns::Very<long>, int>', 10, 'ns::operator< <ns::Very<long>, int>'],
  ['what a function gives never', 'Box<fn(u8) -> Option<u32>>', 24, 'Box<fn(u8) -> Option<…>>'],
  ['a name without parameters never', 'a::very::long::path', 5, 'a::very::long::path'],
])('of %s', (_, name, width, short) => {
  expect(shortenName(name, width)).toBe(short);
});

it('ends for any text and makes nothing longer', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', 'a', '-', ',', '…') }), fc.nat(40), (name, width) => {
      expect(shortenName(name, width).length).toBeLessThanOrEqual(name.length);
    }),
  );
});
