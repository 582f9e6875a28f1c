/** Where we and a truth differ for a reason: who is right and why. A difference that no case names is a failure. */
import type { Finding } from './findings.ts';
import type { Build } from './parameters.ts';

export interface NamedCase {
  readonly name: string;
  readonly right: 'noinit' | 'gdb' | 'neither';
  readonly why: string;
  /** `all` is what was found in the same build: what the program told decides where it can. */
  readonly names: (finding: Finding, build: Build, all: readonly Finding[]) => boolean;
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

export const NAMED_CASES: readonly NamedCase[] = [
  {
    name: 'constants of clang in DWARF 2 and 3',
    right: 'noinit',
    why: 'These versions cannot mark a computed value (DW_OP_stack_value). clang writes a bare constant, gdb takes it for an address and shows what stands there.',
    names: (finding, build) => isGdbWrong(finding) && finding.subject === 'value' && hasNoStackValue(build),
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
    names: (finding, _build, all) => isGdbWrong(finding) && finding.subject === 'frame' && framesAreProved(all),
  },
];
