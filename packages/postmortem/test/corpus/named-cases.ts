/** Where we and a truth differ for a reason: who is right and why. A difference that no case names is a failure. */
import type { Finding } from './findings.ts';
import type { Build } from './parameters.ts';

export interface NamedCase {
  readonly name: string;
  readonly right: 'noinit' | 'gdb' | 'neither';
  readonly why: string;
  /** `all` is what was found in the same dump, `anyView` in all parts of it: what the program told decides where it can. */
  readonly names: (finding: Finding, build: Build, all: readonly Finding[], anyView: readonly Finding[]) => boolean;
}

const isGdbWrong = ({ truth, outcome }: Finding) => truth === 'gdb' && outcome === 'wrong';

/** The program told its frames, and ours are those. */
function framesAreProved(all: readonly Finding[]): boolean {
  const frames = all.filter(({ truth, subject }) => truth === 'told' && subject === 'frame');
  return frames.length > 0 && frames.every(({ outcome }) => outcome === 'right');
}

/** The program told this variable, and ours is that. `plant::strike #1: label.[0]` is told as `strike: label`. */
function valueIsProved({ where }: Finding, all: readonly Finding[]): boolean {
  const [, name = '', variable = ''] = where.match(/([^:]*?)(?:\([^)]*\)(?: const)?)? #\d+: ([^.]+)/) ?? [];
  const told = all.filter((one) => one.truth === 'told' && one.subject === 'value' && one.where === `${name}: ${variable}`);
  return told.length > 0 && told.every(({ outcome }) => outcome === 'right');
}

const hasNoStackValue = (build: Build) => build.compiler.startsWith('clang') && (build.dwarf === '2' || build.dwarf === '3');

const isUnknownValue = ({ truth, subject, outcome }: Finding) => truth === 'gdb' && subject === 'value' && outcome === 'unknown';

/** gdb reads the same from the same debug information. */
function isReadAlike({ where }: Finding, all: readonly Finding[]): boolean {
  const [, name = '', variable = ''] = where.match(/^(.*?): (.*)$/) ?? [];
  return all.some(
    (one) =>
      one.truth === 'gdb' &&
      one.outcome === 'right' &&
      new RegExp(`${name}(\\([^)]*\\))? #\\d+: ${variable}(\\.|$)`).test(one.where),
  );
}

/** Where gdb is lost or was not asked: on Armv6-M clang puts the product of the next call into the place it names for `wide`. */
function isReusedSlot({ where }: Finding, { compiler, core }: Build): boolean {
  return core === 'M0' && compiler.startsWith('clang++') && where === 'descend: wide';
}

export const NAMED_CASES: readonly NamedCase[] = [
  {
    name: 'constants of clang in DWARF 2 and 3',
    right: 'noinit',
    why: 'These versions cannot mark a computed value (DW_OP_stack_value). clang writes a bare constant, gdb takes it for an address and shows what stands there.',
    names: (finding, build) =>
      hasNoStackValue(build) &&
      ((isGdbWrong(finding) && finding.subject === 'value') ||
        (isUnknownValue(finding) && /does not tell whether/.test(finding.detail))),
  },
  {
    name: 'arrays whose length is not kept',
    right: 'noinit',
    why: 'The debug information computes the length from a variable that it no longer places. gdb shows one element.',
    names: (finding) => isUnknownValue(finding) && /the length of this array/.test(finding.detail),
  },
  {
    name: 'variable arrays that are too long',
    right: 'noinit',
    why: 'gdb gives the array more elements than the size that the program told.',
    names: (finding, { scenario }) =>
      isUnknownValue(finding) && scenario === 'alloca' && /: variable\.\[\d+\]$/.test(finding.where),
  },
  {
    name: 'variables of the compiler',
    right: 'noinit',
    why: 'clang makes a variable for the length of an array. It is no variable of the program.',
    names: (finding) => isUnknownValue(finding) && /: __vla_expr\d+$/.test(finding.where),
  },
  {
    name: 'bit-fields in pieces',
    right: 'noinit',
    why: 'clang gives a struct of bit-fields in pieces. gdb takes a part of a wide one for the whole; told programs show the numbers of the source, which are ours.',
    names: (finding, { compiler }) =>
      isGdbWrong(finding) && compiler.startsWith('clang') && /: flags\.(wide|yes)$/.test(finding.where),
  },
  {
    name: 'callers’ registers without frame information',
    right: 'noinit',
    why: 'gdb guesses where a function saved its callers’ registers. The object that we show is the one the program calls.',
    names: (finding, { info }) => isGdbWrong(finding) && info === 'no-frames' && /poll #\d+: this$/.test(finding.where),
  },
  {
    name: 'entry values behind a bad jump',
    right: 'gdb',
    why: 'After a jump to nowhere the calling frame is a conclusion, marked doubtful; what its caller passed it is not concluded from that.',
    names: (finding, build) =>
      isUnknownValue(finding) && /-call$/.test(build.scenario) && /the value is the one at entry/.test(finding.detail),
  },
  {
    name: 'memory that was not captured',
    right: 'noinit',
    why: 'gdb takes from the program file what the core lacks: the value at start-up.',
    names: (finding, build) =>
      isUnknownValue(finding) && build.view === 'cut' && /^\d+ bytes at 0x|was not captured/.test(finding.detail),
  },
  {
    name: 'registers that a call may change',
    right: 'noinit',
    why: 'gdb shows what a register holds in the innermost frame as what it held in its callers, though the ABI lets every call change it. It is right by luck; the program disproves it elsewhere.',
    names: (finding) =>
      isUnknownValue(finding) &&
      /is not known in this frame: (?:it is not in the dump, or )?what it called did not save it/.test(finding.detail),
  },
  {
    name: 'values of which a part is missing',
    right: 'noinit',
    why: 'The debug information places some pieces of the variable only. gdb shows a whole number with zeros for the rest.',
    names: (finding) => isUnknownValue(finding) && /keeps no value of this part/.test(finding.detail),
  },
  {
    name: 'inlined calls without lines',
    right: 'neither',
    why: 'Strict DWARF 2 has no DW_AT_call_line: the line of the caller of an inlined function is in no place. gdb hides the inlined function instead.',
    names: (finding, build) =>
      build.dwarf === '2' &&
      !build.compiler.startsWith('clang') &&
      finding.subject === 'frame' &&
      (finding.truth === 'told' ? /^line undefined/.test(finding.detail) : /inlined < .* null:undefined/.test(finding.detail)),
  },
  {
    name: 'debug information that is wrong',
    right: 'neither',
    why: 'The compiler says that a variable still stands where it has put something else. gdb reads the same; the program told another value.',
    names: (finding, build, _all, anyView) =>
      finding.truth === 'told' &&
      finding.subject === 'value' &&
      finding.outcome === 'wrong' &&
      (isReadAlike(finding, anyView) || isReusedSlot(finding, build)),
  },
  {
    name: 'values that the program disproves',
    right: 'noinit',
    why: 'gdb shows another value than the program printed of the same variable.',
    names: (finding, _build, all) => isGdbWrong(finding) && finding.subject === 'value' && valueIsProved(finding, all),
  },
  {
    name: 'frames that the program disproves',
    right: 'noinit',
    why: 'gdb shows other functions than those that printed themselves before the crash.',
    names: ({ truth, subject }, _build, all) => truth === 'gdb' && subject === 'frame' && framesAreProved(all),
  },
];
