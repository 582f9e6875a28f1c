import { fromHex } from '@noinit/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderFloat } from './float.ts';

const render = (hex: string, name = 'float', hasExtended = false) => renderFloat(fromHex(hex).toReversed(), name, hasExtended);

describe('a half', () => {
  it.each([
    ['3c00', '1.0'],
    ['3554', '0.33301'],
    ['7bff', '65504.0'],
    ['0001', '5.9605e-8'],
    ['8000', '-0.0'],
    ['fc00', '-inf'],
    ['7e00', 'nan'],
  ])('%s is %s', (hex, value) => {
    expect(render(hex)).toBe(value);
  });

  it('of bfloat16 has the range of a float', () => {
    expect(render('3f80', '__bf16')).toBe('1.0');
    expect(render('7f7f', '__bf16')).toBe('3.39e+38');
  });
});

describe('a long double', () => {
  it.each([
    ['3fff8000000000000000', '1.0'],
    ['3ffbcccccccccccccccd', '0.1'],
    ['bfff8000000000000001', '-1.0000000000000000001'],
    ['7fff8000000000000000', 'inf'],
    ['7fffc000000000000000', 'nan'],
    ['00000000000000000000', '0.0'],
    ['7ffeffffffffffffffff', '1.189731495357231765e+4932'],
  ])('of the x87 %s is %s', (hex, value) => {
    expect(render(hex)).toBe(value);
    expect(render(`000000000000${hex}`, 'long double', true)).toBe(value);
  });

  it.each([
    ['3fff0000000000000000000000000000', '1.0'],
    ['3ffb999999999999999999999999999a', '0.1'],
    ['4000921fb54442d18469898cc51701b8', '3.1415926535897932384626433832795028'],
    ['00000000000000000000000000000001', '6.4751751194380251e-4966'],
    ['7ffeffffffffffffffffffffffffffff', '1.189731495357231765085759326628007e+4932'],
  ])('of IEEE %s is %s', (hex, value) => {
    expect(render(hex)).toBe(value);
  });
});

it('writes every float and double so that it is read again', () => {
  const view = new DataView(new ArrayBuffer(8));
  fc.assert(
    fc.property(fc.float({ noNaN: true }), fc.double({ noNaN: true }), (single, double) => {
      view.setFloat32(0, single, true);
      const small = Number(renderFloat(new Uint8Array(view.buffer.slice(0, 4)), 'float', false)?.replace('inf', 'Infinity'));
      expect(Object.is(Math.fround(small), single)).toBe(true);
      view.setFloat64(0, double, true);
      const large = Number(renderFloat(new Uint8Array(view.buffer), 'double', false)?.replace('inf', 'Infinity'));
      expect(Object.is(large, double)).toBe(true);
    }),
  );
});

it('shows nothing of a size that no compiler gives', () => {
  expect(render('112233')).toBeUndefined();
});
