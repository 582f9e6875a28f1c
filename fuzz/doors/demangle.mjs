// Mangled names: what a symbol table says a function is called.
import { demangle, demangleFunction } from '@noinit/demangle';
import { mutate, pick } from '../mutate.mjs';

const NAMES = [
  '_Z3fooiPKc',
  '_ZN2ns6SensorC1Ev',
  '_ZN2ns6SensorD0Ev',
  '_ZNK2ns3VecIiLj4EE4sizeEv',
  '_ZN2ns3VecIdLj8EE9push_backERKd',
  '_ZNSt6vectorIiSaIiEE9push_backEOi',
  '_ZNSt3mapISsSt4pairIiPFvvEESt4lessISsESaIS0_IKSsS3_EEEixERS6_',
  '_ZSt4sortIN9__gnu_cxx17__normal_iteratorIPiSt6vectorIiSaIiEEEEEvT_S7_',
  '_ZZ4mainENKUlvE_clEv',
  '_ZZN1AC1EvENKUliE0_clEi.constprop.0.isra.3',
  '_ZN12_GLOBAL__N_13runEPFivEM1AKFvvE',
  '_ZTVN10__cxxabiv120__si_class_type_infoE',
  '_ZThn8_N1D1fEv',
  '_ZTv0_n24_N1D1fEv',
  '_ZGVZ4mainE1x',
  '_Z1fIJidcEEvDpT_',
  '_Z1gIiEDTpl1xfp_ET_',
  '_ZN1XcvT_IiEEv',
  '_Z4sumtIJLi1ELi2ELin3EEEiv',
  '_ZdlPvj',
  '_ZN1AaSERKS_',
  '_ZplRK1AS1_',
  '_Z1hIXadL_Z1fvEEEvv',
  '_ZN3fooB5cxx11Ev',
  '_ZNKSt8functionIFvifEEclEif',
  '_Z1fDv4_fU3AS1Pi',
  '_ZN5test21aEvQ4bool',
  '_ZN4core3fmt9Formatter3pad17h0123456789abcdefE',
  '_ZN60_$LT$alloc..string..String$u20$as$u20$core..fmt..Display$GT$3fmt17h7f8e9d0c1b2a3f4eE',
  '_ZN4main4main28_$u7b$$u7b$closure$u7d$$u7d$17hc1c2c3c4c5c6c7c8E.llvm.123',
  '_RNvCs1234_7mycrate3foo',
  '_RNvMNtCs1234_7mycrate3modNtB2_3Foo3bar',
  '_RNvXs_NtCs1234_7mycrate3fmtNtB4_3FooNtNtCs9_4core3fmt7Display3fmt',
  '_RINvNtC3std3mem8align_ofNtNtC3std3mem12DiscriminantE',
  '_RNCNvC7mycrate4main0',
  '_RNvYNtC1a1BNtB2_1T1f',
  '_RINvC1a1fKj7b_Kan7f_Kb1_Kc61_E',
  '_RIC1a1fFUKCRL_hEuE',
  '_RNvC6_123foo3bar',
  '_RINvC1a1fDNtC1a1TNtB5_1Up4ItemhEL_E',
  '_RNvNvC1au7gdel_5qa3foo',
];
const PARTS = [
  'S_',
  'S0_',
  'St',
  'T_',
  'T0_',
  'I',
  'E',
  'N',
  'K',
  'L_Z',
  'X',
  'dp',
  'Dp',
  'DT',
  'J',
  'Ul',
  'F',
  'B_',
  'B2_',
  'Nv',
  'NC',
];
const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');
const samples = NAMES.map((name) => encoder.encode(name));

export const door = { samples, bend, run, isRefusal: () => false };

/** A third is made of the grammar's own parts, of which repeated ones grow what is shown. */
function bend(random) {
  if (random.below(3) > 0) return mutate(pick(samples, random), random, samples);
  const start = decoder.decode(pick(samples, random).subarray(0, 2 + random.below(12)));
  const parts = Array.from({ length: 1 + random.below(200) }, () => pick(PARTS, random));
  return encoder.encode(start + (random.below(2) ? parts.join('') : pick(PARTS, random).repeat(parts.length)));
}

function run(input) {
  const name = decoder.decode(input);
  for (const shown of [demangle(name), demangleFunction(name)]) {
    if (shown !== undefined && typeof shown !== 'string') throw new TypeError('a name that is no text');
  }
}
