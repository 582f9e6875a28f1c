import { AT, ATE, FORM, TAG } from '@noinit/dwarf';
import { address, NoinitError } from '@noinit/model';
import { describe, expect, it } from 'vitest';
import { base, entry, type MadeEntry, makeProgram, member, readType, struct } from '../../test/make-types.ts';
import { loadSymbols, type Member, type TypeInfo } from '../index.ts';

const C11 = 0x1d;
const CPP = 0x21;
const RUST = 0x1c;
const INT = base('int', 4, ATE.signed);
const SHORT = base('short', 2, ATE.signed);
const U8 = base('u8', 1, ATE.unsigned);
const U32 = base('u32', 4, ATE.unsigned);
const to = (type: MadeEntry | (() => MadeEntry), tag: number = TAG.pointer_type) => entry(tag, [[AT.type, type]]);
const named = (tag: number, name: string, type: MadeEntry) =>
  entry(tag, [
    [AT.name, name],
    [AT.type, type],
  ]);

function membersOf(type: TypeInfo): readonly Member[] {
  if (type.kind !== 'struct' && type.kind !== 'union') throw new Error(`${type.kind} has no members`);
  return type.members();
}

describe('a base type', () => {
  it.each<[number, object]>([
    [ATE.signed, { kind: 'base', encoding: 'signed' }],
    [ATE.boolean, { kind: 'base', encoding: 'boolean' }],
    [ATE.complex_float, { kind: 'base', encoding: 'complex' }],
    [ATE.GNU_complex_integer, { kind: 'base', encoding: 'complex-integer' }],
    [ATE.UTF, { kind: 'base', encoding: 'utf' }],
    [ATE.signed_fixed, { kind: 'unsupported', detail: 'fixed-point numbers are not read' }],
    [ATE.decimal_float, { kind: 'unsupported', detail: 'decimal floating-point numbers are not read' }],
    [ATE.packed_decimal, { kind: 'unsupported', detail: 'packed decimal numbers are not read' }],
    [0x7f, { kind: 'unsupported', detail: 'base types of encoding 127 are not read' }],
  ])('of encoding %i', (encoding, expected) => {
    expect(readType(base('t', 4, encoding))).toMatchObject({ name: 't', size: 4, ...expected });
  });

  it('may have fewer bits than bytes and a byte order of its own', () => {
    const odd = entry(TAG.base_type, [
      [AT.name, '_BitInt(17)'],
      [AT.byte_size, 4],
      [AT.bit_size, 17],
      [AT.encoding, ATE.signed],
      [AT.endianity, 1],
    ]);
    expect(readType(odd)).toMatchObject({ size: 4, bitSize: 17, littleEndian: false });
  });
});

describe('a bit-field', () => {
  /** First bit and size, the first counted from the least significant bit of the first byte. */
  const place = (more: MadeEntry['attributes'], type: MadeEntry = INT, offset = 0) => {
    const [field] = membersOf(readType(struct('s', 16, [member('f', type, offset, more)])));
    return field && [field.offset, field.bits?.offset, field.bits?.size];
  };

  it('counts from the start since DWARF 4', () => {
    expect(
      place([
        [AT.bit_size, 5],
        [AT.data_bit_offset, 21],
      ]),
    ).toEqual([2, 5, 5]);
    expect(
      place([
        [AT.bit_size, 50],
        [AT.data_bit_offset, 3],
      ]),
    ).toEqual([0, 3, 50]);
  });

  it('counts from the top of its storage before', () => {
    expect(
      place([
        [AT.bit_size, 5],
        [AT.bit_offset, 6],
      ]),
    ).toEqual([2, 5, 5]);
    expect(
      place(
        [
          [AT.bit_size, 5],
          [AT.bit_offset, 1],
          [AT.byte_size, 1],
        ],
        INT,
        3,
      ),
    ).toEqual([3, 2, 5]);
  });

  it('may begin in the byte before its storage, which is written in forms without a sign too', () => {
    expect(
      place(
        [
          [AT.bit_size, 13],
          [AT.bit_offset, -2],
        ],
        INT,
        4,
      ),
    ).toEqual([6, 5, 13]);
    expect(
      place(
        [
          [AT.bit_size, 13],
          [AT.bit_offset, 0xffff_ffff_ffff_fffen, FORM.data8],
        ],
        INT,
        4,
      ),
    ).toEqual([6, 5, 13]);
    expect(
      place(
        [
          [AT.bit_size, 13],
          [AT.bit_offset, 0xffff_fffe, FORM.data4],
        ],
        INT,
        4,
      ),
    ).toEqual([6, 5, 13]);
  });
});

describe('an array', () => {
  const array = (ranges: readonly MadeEntry['attributes'][], more: MadeEntry['attributes'] = [], of = INT) =>
    entry(
      TAG.array_type,
      [[AT.type, of], ...more],
      ranges.map((attributes) => entry(TAG.subrange_type, attributes)),
    );

  it.each<[string, MadeEntry['attributes'], number | undefined]>([
    ['by its upper bound', [[AT.upper_bound, 6]], 7],
    ['by its count', [[AT.count, 6]], 6],
    [
      'by both its bounds',
      [
        [AT.lower_bound, 3],
        [AT.upper_bound, 6],
      ],
      4,
    ],
    ['by an upper bound of -1', [[AT.upper_bound, -1]], 0],
    ['by an upper bound of -1 without a sign', [[AT.upper_bound, 0xffff_ffff, FORM.data4]], 0],
    ['by an upper bound of -1 in eight bytes', [[AT.upper_bound, 0xffff_ffff_ffff_ffffn, FORM.data8]], 0],
    ['by a small unsigned form', [[AT.upper_bound, 255, FORM.data1]], 256],
    ['by a count of -1', [[AT.count, -1]], undefined],
    ['by nothing', [], undefined],
  ])('has its length %s', (_how, attributes, count) => {
    const type = readType(array([attributes]));
    expect(type).toMatchObject({ kind: 'array', name: `int[${count ?? ''}]` });
    expect(type.kind === 'array' && type.count).toBe(count);
  });

  it('of several dimensions is an array of arrays', () => {
    expect(readType(array([[[AT.upper_bound, 1]], [[AT.upper_bound, 2]]]))).toMatchObject({
      name: 'int[2][3]',
      count: 2,
      size: 24,
      element: { name: 'int[3]', count: 3, size: 12 },
    });
  });

  it('may be indexed by an enumeration, and have a stride', () => {
    const color = entry(
      TAG.enumeration_type,
      [[AT.byte_size, 1]],
      ['A', 'B', 'C'].map((name, value) =>
        entry(TAG.enumerator, [
          [AT.name, name],
          [AT.const_value, value],
        ]),
      ),
    );
    expect(
      readType(
        entry(
          TAG.array_type,
          [
            [AT.type, SHORT],
            [AT.byte_stride, 8],
          ],
          [color],
        ),
      ),
    ).toMatchObject({ count: 3, stride: 64, size: 24 });
    expect(
      readType(
        array(
          [
            [
              [AT.upper_bound, 4],
              [AT.bit_stride, 3],
            ],
          ],
          [],
          U8,
        ),
      ),
    ).toMatchObject({ count: 5, stride: 3, size: 2 });
  });

  it('may be as long as a variable or an expression says', () => {
    const variable = entry(TAG.variable, [
      [AT.type, INT],
      [AT.location, Uint8Array.of(0x55)],
    ]);
    const type = readType(array([[[AT.upper_bound, variable]], [[AT.count, Uint8Array.of(0x91, 0x7c, 0x06)]]]));
    const [outer, inner] = [type, type.kind === 'array' ? type.element : type];
    if (outer.kind !== 'array' || inner.kind !== 'array') throw new Error('no arrays');
    expect(outer).toMatchObject({ count: undefined, size: 0, bound: { type: { name: 'int' }, plus: 1 } });
    expect(outer.bound?.placeAt(address(0))).toMatchObject({ kind: 'expression', expression: { bytes: Uint8Array.of(0x55) } });
    expect(inner.bound).toMatchObject({ type: undefined, plus: 0 });
    expect(inner.bound?.placeAt(address(0))).toMatchObject({ expression: { bytes: Uint8Array.of(0x91, 0x7c, 0x06, 0x9f) } });
  });
});

describe('an enumeration', () => {
  const enumeration = (more: MadeEntry['attributes'], values: readonly [string, number | bigint, number?][]) =>
    entry(
      TAG.enumeration_type,
      [[AT.name, 'e'], ...more],
      values.map(([name, value, form]) =>
        entry(TAG.enumerator, [[AT.name, name], form === undefined ? [AT.const_value, value] : [AT.const_value, value, form]]),
      ),
    );
  const valuesOf = (type: TypeInfo) => (type.kind === 'enum' ? type.values().map(({ value }) => value) : []);

  it('has the sign and size of its type', () => {
    const i8 = base('signed char', 1, ATE.signed_char);
    const type = readType(
      enumeration(
        [[AT.type, i8]],
        [
          ['A', 0xfb, FORM.data1],
          ['B', 3],
        ],
      ),
    );
    expect(type).toMatchObject({ size: 1, signed: true });
    expect(valuesOf(type)).toEqual([-5, 3]);
  });

  it('may have values beyond 2^53', () => {
    const type = readType(enumeration([[AT.byte_size, 8]], [['A', 0x8123_4567_89ab_cdefn, FORM.data8]]));
    expect(valuesOf(type)).toEqual([0x8123_4567_89ab_cdefn]);
  });

  it('has a scope where the language has one', () => {
    expect(
      readType(
        enumeration(
          [
            [AT.byte_size, 1],
            [AT.enum_class, true],
          ],
          [],
        ),
        [],
        { language: CPP },
      ),
    ).toMatchObject({ scope: 'e' });
    expect(readType(enumeration([[AT.byte_size, 1]], []), [], { language: CPP })).not.toHaveProperty('scope');
    expect(readType(enumeration([[AT.byte_size, 1]], []), [], { language: RUST })).toMatchObject({
      scope: 'e',
      language: 'rust',
    });
  });

  it('that is only declared is not read, unless its type is said', () => {
    expect(readType(enumeration([[AT.declaration, true]], []))).toMatchObject({ kind: 'unsupported' });
    expect(
      readType(
        enumeration(
          [
            [AT.declaration, true],
            [AT.type, SHORT],
          ],
          [],
        ),
      ),
    ).toMatchObject({ kind: 'enum', size: 2, signed: true });
  });
});

describe('names', () => {
  it.each<[string, MadeEntry, number]>([
    ['struct sensor *', to(struct('sensor', 4, [])), C11],
    ['ns::sensor *', to(struct('ns::sensor', 4, [])), CPP],
    ['const int *', to(to(INT, TAG.const_type)), C11],
    ['int *const', to(to(INT), TAG.const_type), C11],
    ['_Atomic int', to(INT, TAG.atomic_type), C11],
    ['void *', entry(TAG.pointer_type), C11],
    ['int &&', to(INT, TAG.rvalue_reference_type), CPP],
    [
      'int (*)(short, ...)',
      to(
        entry(
          TAG.subroutine_type,
          [[AT.type, INT]],
          [entry(TAG.formal_parameter, [[AT.type, SHORT]]), entry(TAG.unspecified_parameters)],
        ),
      ),
      C11,
    ],
    [
      'int W::*',
      entry(TAG.ptr_to_member_type, [
        [AT.type, INT],
        [AT.containing_type, struct('W', 4, [])],
      ]),
      CPP,
    ],
    [
      'void (W::*)(int)',
      entry(TAG.ptr_to_member_type, [
        [
          AT.type,
          entry(
            TAG.subroutine_type,
            [],
            [
              entry(TAG.formal_parameter, [
                [AT.type, INT],
                [AT.artificial, true],
              ]),
              entry(TAG.formal_parameter, [[AT.type, INT]]),
            ],
          ),
        ],
        [AT.containing_type, struct('W', 4, [])],
      ]),
      CPP,
    ],
    [
      'Buffer<int, 3>',
      struct('Buffer', 4, [
        named(TAG.template_type_parameter, 'T', INT),
        entry(TAG.template_value_parameter, [
          [AT.name, 'N'],
          [AT.type, INT],
          [AT.const_value, 3],
        ]),
      ]),
      CPP,
    ],
    ['Buffer<int>', struct('Buffer<int>', 4, [named(TAG.template_type_parameter, 'T', INT)]), CPP],
    ['struct Buffer', struct('Buffer', 4, [named(TAG.template_type_parameter, 'T', INT)]), C11],
    ['&mut [u8]', struct('&mut [u8]', 8, []), RUST],
    [
      '[[u8; 2]; 3]',
      entry(
        TAG.array_type,
        [[AT.type, U8]],
        [entry(TAG.subrange_type, [[AT.count, 3]]), entry(TAG.subrange_type, [[AT.count, 2]])],
      ),
      RUST,
    ],
    ['*const u8', to(U8), RUST],
    ['fn(u8) -> u32', entry(TAG.subroutine_type, [[AT.type, U32]], [entry(TAG.formal_parameter, [[AT.type, U8]])]), RUST],
    ['&u8', named(TAG.pointer_type, '&u8', U8), RUST],
  ])('%s', (name, type, language) => {
    expect(readType(type, [], { language }).name).toBe(name);
  });

  it('have their namespaces in front', () => {
    const option = struct('Option<u32>', 4, []);
    const spaces = entry(TAG.namespace, [[AT.name, 'core']], [entry(TAG.namespace, [[AT.name, 'option']], [option])]);
    expect(readType(option, [spaces], { language: RUST }).name).toBe('core::option::Option<u32>');
    expect(readType(option, [spaces], { language: CPP }).name).toBe('core::option::Option<u32>');
    expect(readType(option, [spaces], { language: C11 }).name).toBe('struct Option<u32>');
  });
});

it('a type of a partial unit is of the language of the unit that imports it', () => {
  const partial = { language: RUST, partial: true };
  expect(readType(struct('Point', 4, []), [], partial)).toMatchObject({ name: 'Point', language: 'rust' });
  expect(readType(struct('Point', 4, []), [], { ...partial, language: C11 })).toMatchObject({ name: 'struct Point' });
});

describe('a type with variants', () => {
  const tag = entry(TAG.member, [
    [AT.type, U8],
    [AT.data_member_location, 0],
    [AT.artificial, true],
  ]);
  const variant = (name: string, attributes: MadeEntry['attributes']) =>
    entry(TAG.variant, attributes, [member(name, struct(name, 8, [member('__0', U32, 4)]), 0)]);
  const read = (part: MadeEntry) => {
    const type = readType(struct('E', 8, [part]), [], { language: RUST });
    if (type.kind !== 'variants') throw new Error(`${type.kind} has no variants`);
    return type;
  };

  it('has a discriminant, and values or none for each variant', () => {
    const type = read(entry(TAG.variant_part, [[AT.discr, tag]], [tag, variant('A', [[AT.discr_value, 1]]), variant('B', [])]));
    expect(type).toMatchObject({ name: 'E', size: 8, language: 'rust' });
    expect(type.discriminant()).toMatchObject({ offset: 0, type: { name: 'u8' } });
    expect(type.variants()).toMatchObject([
      { values: [{ from: 1n, to: 1n }], members: [{ name: 'A', type: { name: 'A' } }] },
      { values: undefined, members: [{ name: 'B' }] },
    ]);
  });

  it('may have lists of values', () => {
    const list = Uint8Array.of(0, 0x7f, 1, 0x80, 0x01, 0x90, 0x01);
    const type = read(entry(TAG.variant_part, [[AT.discr, tag]], [tag, variant('A', [[AT.discr_list, list]])]));
    expect(type.variants()[0]?.values).toEqual([
      { from: 0x7fn, to: 0x7fn },
      { from: 0x80n, to: 0x90n },
    ]);
  });

  it('may have values of 128 bits', () => {
    const bytes = Uint8Array.from({ length: 16 }, (_, index) => (index === 15 ? 0x80 : 0));
    const type = read(entry(TAG.variant_part, [[AT.discr, tag]], [tag, variant('A', [[AT.discr_value, bytes]])]));
    expect(type.variants()[0]?.values).toEqual([{ from: 1n << 127n, to: 1n << 127n }]);
  });

  it('may have one variant and no discriminant', () => {
    const type = read(entry(TAG.variant_part, [], [variant('A', [])]));
    expect(type.discriminant()).toBeUndefined();
    expect(type.variants()).toHaveLength(1);
  });
});

describe('a member', () => {
  it('without a constant place has an expression', () => {
    const place = Uint8Array.of(0x12, 0x06, 0x1c);
    const inheritance = entry(TAG.inheritance, [
      [AT.type, struct('Base', 4, [])],
      [AT.data_member_location, place],
    ]);
    const [found] = membersOf(readType(struct('Derived', 8, [inheritance]), [], { language: CPP }));
    expect(found).toMatchObject({ name: 'Base', offset: 0, place: { bytes: place } });
  });

  it('that is static is none', () => {
    const list = [
      member('a', INT, 0),
      entry(TAG.member, [
        [AT.name, 's'],
        [AT.type, INT],
        [AT.external, true],
        [AT.declaration, true],
      ]),
      entry(TAG.variable, [
        [AT.name, 't'],
        [AT.type, INT],
      ]),
    ];
    expect(membersOf(readType(struct('C', 4, list), [], { language: CPP })).map(({ name }) => name)).toEqual(['a']);
  });
});

describe('types that are not what they should be', () => {
  it('may contain themselves', () => {
    const knot: MadeEntry = struct('knot', 4, [
      entry(TAG.member, [
        [AT.name, 'k'],
        [AT.type, () => knot],
      ]),
    ]);
    const type = readType(knot);
    expect(membersOf(type)[0]?.type).toBe(type);
    const ring: MadeEntry = entry(TAG.typedef, [
      [AT.name, 'r'],
      [AT.type, () => ring],
    ]);
    expect(JSON.stringify(readType(ring)).length).toBeLessThan(50_000);
    const endless: MadeEntry = entry(TAG.pointer_type, [[AT.type, () => endless]]);
    expect(readType(endless).name.length).toBeLessThan(1100);
    const arrays: MadeEntry = entry(TAG.array_type, [[AT.type, () => arrays]], [entry(TAG.subrange_type, [[AT.count, 3]])]);
    expect(readType(arrays).kind).toMatch(/array|unsupported/);
    const calls: MadeEntry = entry(
      TAG.subroutine_type,
      [],
      Array.from({ length: 40 }, () => entry(TAG.formal_parameter, [[AT.type, () => calls]])),
    );
    for (const language of [C11, CPP, RUST]) expect(readType(calls, [], { language }).name.length).toBeLessThan(1100);
    for (const language of [CPP, RUST]) expect(readType(endless, [], { language }).name.length).toBeLessThan(1100);
  });

  it('may be templates of themselves', () => {
    const grown: MadeEntry = struct(
      'Grown',
      4,
      Array.from({ length: 40 }, () => entry(TAG.template_type_parameter, [[AT.type, () => grown]])),
    );
    expect(readType(grown, [], { language: CPP }).name.length).toBeLessThan(1100);
  });

  it('may lead nowhere: that is not void', () => {
    const lost = entry(TAG.pointer_type, [[AT.type, 0x7fff_ffff, FORM.ref4]]);
    const type = readType({ ...lost, attributes: [[AT.type, 0x7fff_ffff, FORM.data4]] });
    expect(type.kind === 'pointer' && type.target()).toMatchObject({ kind: 'unsupported' });
  });

  it('may have no size', () => {
    expect(readType(entry(TAG.structure_type, [[AT.name, 's']], [member('a', INT, 0)]))).toMatchObject({ kind: 'unsupported' });
  });

  it('are answers, however the file is cut or bent', () => {
    const part = entry(
      TAG.variant_part,
      [],
      [entry(TAG.variant, [[AT.discr_list, Uint8Array.of(1, 2, 3)]], [member('x', INT, 0)])],
    );
    const all = struct('all', 32, [
      part,
      member(
        'p',
        to(() => all),
        4,
      ),
      member('f', INT, 8, [
        [AT.bit_size, 3],
        [AT.data_bit_offset, 1],
      ]),
      member('a', entry(TAG.array_type, [[AT.type, SHORT]], [entry(TAG.subrange_type, [[AT.upper_bound, 2]])]), 12),
    ]) as MadeEntry;
    const info = makeProgram(all, [], { language: RUST });
    expect(loadSymbols(info).globals()).toHaveLength(1);
    for (let at = 0; at < 160; at++) {
      visitAll(() => makeProgram(all, [], { language: RUST, bend: (bytes) => bytes.slice(0, at) }));
      for (const bit of [0, 3, 7]) {
        visitAll(() =>
          makeProgram(all, [], {
            language: RUST,
            bend: (bytes) => bytes.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte)),
          }),
        );
      }
    }
  });
});

function visitAll(make: () => Uint8Array): void {
  try {
    for (const { type } of loadSymbols(make()).globals()) visit(type, 0);
  } catch (error) {
    if (!(error instanceof NoinitError)) throw error;
  }
}

function visit(type: TypeInfo | undefined, depth: number): void {
  if (!type || depth > 6) return;
  if (type.kind === 'struct' || type.kind === 'union') for (const { type: of } of type.members()) visit(of, depth + 1);
  else if (type.kind === 'variants')
    for (const { members } of type.variants()) for (const { type: of } of members) visit(of, depth + 1);
  else if (type.kind === 'pointer') visit(type.target(), depth + 1);
  else if (type.kind === 'array') visit(type.element, depth + 1);
  else if (type.kind === 'alias') visit(type.target, depth + 1);
  else if (type.kind === 'enum') type.values();
}
