import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demangle, demangleFunction, MAX_DEMANGLED, MAX_MANGLED } from './index.ts';

describe('a C++ name', () => {
  it.each([
    ['_Z3fooi', 'foo(int)'],
    ['_ZN2ns3Foo3barEv', 'ns::Foo::bar()'],
    ['_ZNK3Foo3barEPKcz', 'Foo::bar(char const*, ...) const'],
    ['_ZN3FooC1ERKS_', 'Foo::Foo(Foo const&)'],
    ['_ZN3FooD0Ev', 'Foo::~Foo()'],
    ['_ZN3FoocvPT_IiEEv', 'Foo::operator int*<int>()'],
    [
      '_ZNSsC1EPKcRKSaIcE',
      'std::basic_string<char, std::char_traits<char>, std::allocator<char>>::basic_string(char const*, std::allocator<char> const&)',
    ],
    ['_ZTV3Foo', 'vtable for Foo'],
    ['_ZTI3Foo', 'typeinfo for Foo'],
    ['_ZThn8_N1D3funEv', 'non-virtual thunk to D::fun()'],
    ['_ZTv0_n24_N1D3funEv', 'virtual thunk to D::fun()'],
    ['_ZTCN1A1BE8_N1C1DE', 'construction vtable for C::D-in-A::B'],
    ['_ZGVZ3foovE1x', 'guard variable for foo()::x'],
    ['_ZGTtNKSt9exception4whatEv', 'transaction clone for std::exception::what() const'],
    ['_ZN12_GLOBAL__N_13fooEv', '(anonymous namespace)::foo()'],
    ['_ZZ4mainENKUliE_clEi', "main::'lambda'(int)::operator()(int) const"],
    ['_ZZ4mainENKUlT_E0_clIiEEDaS_', "auto main::'lambda0'(auto)::operator()<int>(auto) const"],
    ['_ZZ3foovEs_0', 'foo()::string literal'],
    ['_ZZ3foovEN3BarD2Ev', 'foo()::Bar::~Bar()'],
    ['_Z3fooB5cxx11v', 'foo[abi:cxx11]()'],
    ['_Z1fM1SKFivE', 'f(int (S::*)() const)'],
    ['_Z1fPA3_A4_i', 'f(int (*) [3][4])'],
    ['_Z1fPFvPFviEE', 'f(void (*)(void (*)(int)))'],
    ['_Z1fIJidEEvDpT_', 'void f<int, double>(int, double)'],
    ['_Z1fIJEEvDpT_', 'void f<>()'],
    ['_Z1fIiEvOT_', 'void f<int>(int&&)'],
    ['_Z1fIRiEvOT_', 'void f<int&>(int&)'],
    ['_Z1fILin5EEvv', 'void f<-5>()'],
    ['_Z1fILb1EEvv', 'void f<true>()'],
    ['_Z1fILj7ELc97EEvv', 'void f<7u, (char)97>()'],
    ['_Z1fILf3fc00000EEvv', 'void f<0x1.8p+0f>()'],
    ['_Z1fILd3ff8000000000000EEvv', 'void f<0x1.8p+0>()'],
    ['_Z1fIXgtLi1ELi2EEEvv', 'void f<(1 > 2)>()'],
    ['_Z1fIXplLi1EmlLi2ELi3EEEvv', 'void f<1 + 2 * 3>()'],
    ['_Z1fIXmlplLi1ELi2ELi3EEEvv', 'void f<(1 + 2) * 3>()'],
    ['_Z3sumIJiiEEDTfrplfp_EDpT_', 'decltype(((fp...) + ...)) sum<int, int>(int, int)'],
    ['_Zli3_kmy', 'operator"" _km(unsigned long long)'],
    ['_ZplRK1AS1_', 'operator+(A const&, A const&)'],
    ['_ZN1AnwEm', 'A::operator new(unsigned long)'],
    ['_ZW3fooE3barv', undefined],
    ['_ZW3foo3barv', 'bar@foo()'],
    ['_Z3fooDv4_f', 'foo(float vector[4])'],
    ['_Z1fDF16_', 'f(_Float16)'],
    ['_Z1fDB7_', 'f(_BitInt(7))'],
    ['_Z1fu5__foo', 'f(__foo)'],
    ['_ZNH1S1fES_', 'S::f(this S)'],
    ['_Z3fooi.isra.0', 'foo(int) (.isra.0)'],
    ['_Z3fooi.constprop.0.cold', 'foo(int) (.constprop.0.cold)'],
    ['_ZN3foo16h0123456789abcdeE', 'foo::h0123456789abcde'],
    ['____Z3foov_block_invoke_2', 'invocation function for block in foo()'],
  ])('%s is %s', (name, text) => {
    expect(demangle(name)).toBe(text);
  });
});

describe('a Rust name', () => {
  it.each([
    ['_ZN4core3ptr13drop_in_place17h0123456789abcdefE', 'core::ptr::drop_in_place'],
    [
      '_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE',
      "<Test + 'static as foo::Bar<Test>>::bar",
    ],
    ['_ZN3foo3bar17h0123456789abcdefE.llvm.123', 'foo::bar (.llvm.123)'],
    ['_RNvC6_123foo3bar', '123foo::bar'],
    ['_RNvMsr_NtCs3ssYzQotkvD_3std4pathNtB5_7PathBuf3newCs15kBYyAo9fc_7mycrate', '<std::path::PathBuf>::new'],
    ['_RNvXCs15kBYyAo9fc_7mycrateNtB2_3FooNtB2_3Bar3baz', '<mycrate::Foo as mycrate::Bar>::baz'],
    ['_RNCNCNgCs6DXkGYLi8lr_2cc5spawn00B5_', 'cc::spawn::{closure#0}::{closure#0}'],
    [
      '_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_ECs1iopQbuBiw2_3std',
      'alloc::alloc::box_free::<dyn alloc::boxed::FnBox<(), Output = ()>>',
    ],
    ['_RINvC1c1fKj1f_E', 'c::f::<31>'],
    ['_RINvC1c1fKln7b_E', 'c::f::<-123>'],
    ['_RINvC1c1fKb1_E', 'c::f::<true>'],
    ['_RINvC1c1fKc2202_E', "c::f::<'∂'>"],
    ['_RINvC1c1fKRe616263_E', 'c::f::<"abc">'],
    ['_RINvC1c1fKRAh1_h2_EE', 'c::f::<{&[1, 2]}>'],
    ['_RINvC1c1fKVNtB2_1STh1_b0_EE', 'c::f::<{c::S(1, false)}>'],
    ['_RINvC1c1fKVNtB2_1SS1ah1_EE', 'c::f::<{c::S { a: 1 }}>'],
    ['_RINvC1c1fFG_RL0_hEuE', "c::f::<for<'a> fn(&'a u8)>"],
    ['_RINvC1c1fFUKCEuE', 'c::f::<unsafe extern "C" fn()>'],
    ['_RINvC1c1fTtEE', 'c::f::<(u16,)>'],
    ['_RINvC1c1fAhj4_E', 'c::f::<[u8; 4]>'],
    ['_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y', 'utf8_idents::საჭმელად_გემრიელი_სადილი'],
    ['_RNvC1c1f.llvm.9', 'c::f (.llvm.9)'],
    ['_RNvC1c', undefined],
    ['_RB_', undefined],
    ['_RNvB_1a', undefined],
    ['_R0NvC1c1f', undefined],
  ])('%s is %s', (name, text) => {
    expect(demangle(name)).toBe(text);
  });
});

describe('the name of a function', () => {
  it.each([
    ['_ZNK2ns3FooIiE3barEPKc', 'ns::Foo<int>::bar'],
    ['_Z1fIiEvT_', 'f<int>'],
    ['_Z3fooi.isra.0', 'foo'],
    ['_ZZ3fooiEN3Bar3runEv', 'foo::Bar::run'],
    ['_ZN3FoocvbEv', 'Foo::operator bool'],
    ['_ZN3foo3bar17h0123456789abcdefE.llvm.123', 'foo::bar'],
    ['_RNvC1c1f.llvm.9', 'c::f'],
  ])('%s is %s', (name, text) => {
    expect(demangleFunction(name)).toBe(text);
  });
});

describe('what is no mangled name', () => {
  it.each([
    '',
    'main',
    '_Z',
    '_ZN',
    '_R',
    'Zfoo',
    '_Z3fo',
    '_Z3foo!',
    '_ZN3fooEvE',
    '_Z1fS5_',
    '_Z1fT_',
    '_ZNSt',
    '_Z9999999999f',
    '_start',
  ])('is left alone: %j', (name) => {
    expect(demangle(name)).toBeUndefined();
    expect(demangleFunction(name)).toBeUndefined();
  });
});

describe('hostile names', () => {
  const quick = (name: string) => {
    const start = performance.now();
    const text = demangle(name);
    expect(performance.now() - start).toBeLessThan(1000);
    expect((text ?? '').length).toBeLessThanOrEqual(MAX_DEMANGLED);
    return text;
  };

  it('may double with every substitution', () => {
    const numbers = Array.from({ length: 400 }, (_, index) => (index === 0 ? '' : (index - 1).toString(36).toUpperCase()));
    const doubling = numbers.map((number) => `S_IS${number}_S${number}_E`);
    expect(quick(`_Z1f1A${doubling.slice(0, 3).join('')}`)).toBe(
      'f(A, A<A, A>, A<A<A, A>, A<A, A>>, A<A<A<A, A>, A<A, A>>, A<A<A, A>, A<A, A>>>)',
    );
    expect(quick(`_Z1f1A${doubling.join('')}`)).toBeUndefined();
  });

  it('may double with every back reference', () => {
    let name = 'INvC1c1f';
    let last = 'h';
    for (let index = 0; index < 100; index++) {
      const at = name.length;
      name += `T${last}${last}E`;
      last = `B${base62(at)}`;
    }
    expect(quick(`_R${name}E`)).toBeUndefined();
  });

  it.each([
    ['pointers', `_Z1f${'P'.repeat(60_000)}i`],
    ['names', `_Z${'N'.repeat(60_000)}`],
    ['expressions', `_Z1fIX${'pl'.repeat(30_000)}EEvv`],
    ['packs', `_Z1fI${'J'.repeat(60_000)}`],
    ['empty packs in packs', `_Z1fIJEEvDp${'T_'.repeat(20_000)}`],
    ['encodings', `_Z${'Z'.repeat(60_000)}`],
    [
      'substitutions of substitutions',
      `_Z1f${Array.from({ length: 9000 }, (_, index) => `PS${index === 0 ? '' : (index - 1).toString(36).toUpperCase()}_`).join('')}`,
    ],
    ['digits', `_Z${'9'.repeat(60_000)}`],
    ['Rust types', `_RINvC1c1f${'R'.repeat(60_000)}h`],
    ['Rust tuples', `_RINvC1c1f${'T'.repeat(60_000)}h`],
    ['Rust lifetimes', `_RINvC1c1fFG${'z'.repeat(9)}_EuE`],
    ['Rust parts', `_ZN${'1a'.repeat(30_000)}17h0123456789abcdefE`],
    ['punycode', `_RNvC1cu9999${'z9'.repeat(5000)}`],
    ['length', `_Z1f${'i'.repeat(MAX_MANGLED)}`],
  ])('of many %s end soon', (_name, name) => {
    quick(name);
  });

  const alphabet = [...'_ZNRSTIJLXEKVPROFADMCDGUWBQabcdefghijklmnopqrstuvwxyz0123456789.$'];
  it('of letters that mean something never throw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('_Z', '_R', '_ZN', '_Z1f', '_RINvC1c1f', '_Z1fIX'),
        fc.array(fc.constantFrom(...alphabet), { maxLength: 60 }),
        (start, rest) => {
          quick(start + rest.join(''));
          demangleFunction(start + rest.join(''));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('that are real names cut or bent never throw', () => {
    const names = [
      '_ZNSt6vectorIiSaIiEE17_M_realloc_insertIJRKiEEEvN9__gnu_cxx17__normal_iteratorIPiS1_EEDpOT_',
      '_ZN4llvm15callDefaultCtorI18GCEmptyBasicBlocksTnNSt9enable_ifIXtlSt24is_default_constructibleIT_EEEbE4typeELb1EEEPNS_4PassEv',
      '_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_ECs1iopQbuBiw2_3std',
    ];
    for (const name of names) {
      for (let length = 0; length < name.length; length++) quick(name.slice(0, length));
      for (let at = 2; at < name.length; at++)
        for (const letter of alphabet) quick(name.slice(0, at) + letter + name.slice(at + 1));
    }
  });
});

function base62(value: number): string {
  if (value === 0) return '_';
  const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  let text = '';
  for (let rest = value - 1; text === '' || rest > 0; rest = Math.floor(rest / 62)) text = (digits[rest % 62] ?? '') + text;
  return `${text}_`;
}
