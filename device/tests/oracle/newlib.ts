/**
 * What Debian's newlib lacks of C11: it is built without the conversions and lengths of C99. Each is printed through another one that
 * by C11 7.21.6.1 gives the same; hexadecimal floats have none and are left to the host's C library.
 */
import type { Conversion } from './conversions.ts';

/** What this newlib makes of them; what C11 asks for stands behind it. The firmware prints them, so that this list stays true. */
export const NEWLIB_CASES: readonly { readonly call: string; readonly newlib: string; readonly c11: string }[] = [
  { call: '"%hhd", 300', newlib: '300', c11: '44' },
  { call: '"%hhu", 257', newlib: '257', c11: '1' },
  { call: '"%jd", (intmax_t)5', newlib: 'jd', c11: '5' },
  { call: '"%zu", (size_t)5', newlib: 'zu', c11: '5' },
  { call: '"%td", (ptrdiff_t)5', newlib: 'td', c11: '5' },
  { call: '"%F", 1.5', newlib: 'F', c11: '1.500000' },
  { call: '"%a", 1.5', newlib: 'a', c11: '0x1.8p+0' },
  { call: '"%A", 1.5', newlib: 'A', c11: '0X1.8P+0' },
];

export function forNewlib(conversion: Conversion): Conversion {
  const { length, letter, value, infinite } = conversion;
  if (letter === 'F') return { ...conversion, letter: infinite ? 'E' : 'f' };
  switch (length) {
    case 'hh':
      return { ...conversion, length: '', value: `(${letter === 'd' || letter === 'i' ? 'signed' : 'unsigned'} char)(${value})` };
    case 'j':
      return { ...conversion, length: 'll' };
    case 'z':
    case 't':
      return { ...conversion, length: '' };
    default:
      return conversion;
  }
}
