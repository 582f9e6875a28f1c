/** Registers of a server, by the names that a dump has for them. */
import type { RemoteTarget, TargetRegister } from '@noinit/gdb-remote';
import type { Machine, RegisterValues } from '@noinit/model';
import type { Core } from './system-registers.ts';

/** What a dump has room for, of a thread. Servers write the names in large letters too; description and layout give small ones. */
const CORE: { readonly [machine in Machine]: readonly string[] } = {
  'cortex-m': [...numbered('r', 13), 'sp', 'lr', 'pc', 'xpsr'],
  riscv32: ['pc', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', ...numbered('a', 8)].concat(
    Array.from({ length: 10 }, (_, index) => `s${index + 2}`),
    ['t3', 't4', 't5', 't6'],
  ),
};
const SPECIAL = ['msp', 'psp', 'control', 'primask', 'basepri', 'faultmask', 'msplim', 'psplim'];
const FLOATS = [...numbered('s', 32), 'fpscr'];
const CONTROL = ['mstatus', 'mcause', 'mtval', 'mepc', 'mtvec', 'mie', 'mip', 'mhartid', 'mscratch'];

/** What servers call the same register: numbered ABI names, cpsr of stubs made for other ARM processors, older RISC-V. */
const OTHER_NAMES: { readonly [name: string]: readonly string[] } = {
  ...Object.fromEntries(['sp', 'lr', 'pc'].map((name, index) => [name, [`r${13 + index}`]])),
  xpsr: ['cpsr', 'psr'],
  s0: ['fp'],
  mtval: ['mbadaddr'],
};
const RISCV_NUMBERS = ['zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', ...numbered('a', 8)].concat(
  Array.from({ length: 10 }, (_, index) => `s${index + 2}`),
  ['t3', 't4', 't5', 't6'],
);

export interface ThreadRegisters {
  readonly registers: RegisterValues;
  /** Of RISC-V: control registers. */
  readonly control: RegisterValues;
}

/** `core`: only what an operating system saves of a thread; of the others a server may give those of the processor. */
export async function readRegisters(target: RemoteTarget, machine: Machine, which: 'all' | 'core'): Promise<ThreadRegisters> {
  const answered = await target.readRegisters(machine === 'cortex-m' ? 'arm' : 'riscv32');
  const described = new Map((target.description?.registers ?? []).map((register) => [register.name, register]));
  const isRight = await agreesWithSingles(target, answered, described);
  const reader = new RegisterReader(target, machine, isRight ? answered : new Map(), described);
  const names = which === 'core' || machine === 'riscv32' ? CORE[machine] : [...CORE[machine], ...SPECIAL, ...FLOATS];
  const registers = await reader.readAll(names);
  const control = which === 'all' && machine === 'riscv32' ? await reader.readAll(CONTROL) : {};
  return { registers, control };
}

/**
 * Whether the registers that came in one answer are where the description lets them be: of a server that leaves room for others,
 * single ones are right.
 */
async function agreesWithSingles(
  target: RemoteTarget,
  answered: ReadonlyMap<string, Uint8Array>,
  described: ReadonlyMap<string, TargetRegister>,
): Promise<boolean> {
  for (const name of ['pc', 'xpsr']) {
    const [register, value] = [described.get(name), answered.get(name)];
    const single = register && value && (await target.readRegister(register));
    if (single && value && toNumber(single) !== toNumber(value)) return false;
  }
  return true;
}

/** Of what the core has and a dump has room for, the names that are not among these values. */
export function missingRegisters(
  { registers, control }: ThreadRegisters,
  machine: Machine,
  core: Core | undefined,
  hasFloats: boolean,
): readonly string[] {
  const missing = [...CORE[machine], ...specialOf(core), ...(hasFloats ? FLOATS : [])].filter(
    (name) => registers[name] === undefined,
  );
  return machine === 'riscv32' ? [...missing, ...CONTROL.filter((name) => control[name] === undefined)] : missing;
}

function specialOf(core: Core | undefined): readonly string[] {
  if (core === undefined) return [];
  const isBaseline = core.architecture === 'v6-M' || core.architecture === 'v8-M baseline';
  const isV8 = core.architecture === 'v8-M baseline' || core.architecture === 'v8-M mainline';
  return SPECIAL.filter((name) => (name.endsWith('lim') ? isV8 : !(isBaseline && (name === 'basepri' || name === 'faultmask'))));
}

class RegisterReader {
  private readonly target: RemoteTarget;
  private readonly machine: Machine;
  private readonly answered: ReadonlyMap<string, Uint8Array>;
  private readonly described: ReadonlyMap<string, TargetRegister>;
  /** What was asked for one by one. */
  private readonly asked = new Map<string, Uint8Array | undefined>();

  constructor(
    target: RemoteTarget,
    machine: Machine,
    answered: ReadonlyMap<string, Uint8Array>,
    described: ReadonlyMap<string, TargetRegister>,
  ) {
    this.target = target;
    this.machine = machine;
    this.answered = answered;
    this.described = described;
  }

  async readAll(names: readonly string[]): Promise<RegisterValues> {
    const values: { [name: string]: number } = {};
    for (const name of names) {
      const value = await this.readOne(name);
      if (value !== undefined) values[name] = value;
    }
    return values;
  }

  private async readOne(name: string): Promise<number | undefined> {
    for (const each of [name, ...this.otherNames(name)]) {
      const bytes = await this.readBytes(each);
      if (bytes !== undefined && bytes.length <= 4) return toNumber(bytes);
    }
    const single = /^s(?<index>[0-9]+)$/.exec(name)?.groups?.['index'];
    return this.machine === 'cortex-m' && single !== undefined ? this.readHalf(Number(single)) : undefined;
  }

  /** s0 and s1 are the halves of d0. */
  private async readHalf(index: number): Promise<number | undefined> {
    const double = await this.readBytes(`d${index >> 1}`);
    return double?.length === 8 ? toNumber(double.subarray((index & 1) * 4, (index & 1) * 4 + 4)) : undefined;
  }

  private async readBytes(name: string): Promise<Uint8Array | undefined> {
    const known = this.answered.get(name);
    if (known !== undefined) return known;
    const register = this.described.get(name);
    if (register === undefined) return undefined;
    if (!this.asked.has(name)) this.asked.set(name, await this.target.readRegister(register));
    return this.asked.get(name);
  }

  private otherNames(name: string): readonly string[] {
    if (this.machine === 'cortex-m') return name === 's0' ? [] : (OTHER_NAMES[name] ?? []);
    const number = RISCV_NUMBERS.indexOf(name);
    return [...(number < 0 ? [] : [`x${number}`]), ...(name === 'pc' ? [] : (OTHER_NAMES[name] ?? []))];
  }
}

function toNumber(bytes: Uint8Array): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
