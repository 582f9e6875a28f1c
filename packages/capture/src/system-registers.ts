/** Registers of a Cortex-M that stand in memory: register sets 3 and 5 of docs/formats/crash.md. Which there are depends on the core. */
import type { RegisterValues } from '@noinit/model';
import type { ReadMemory } from './find-build.ts';

export interface Core {
  readonly cpuid: number;
  /** `Cortex-M33 r0p4`; a part that is not in the table by its number. */
  readonly name: string;
  readonly architecture: 'v6-M' | 'v7-M' | 'v8-M baseline' | 'v8-M mainline';
}

/** What the processor says it is; undefined where there is no Cortex-M. */
export async function readCore(read: ReadMemory): Promise<Core | undefined> {
  const cpuid = await readWord(read, 0xe000_ed00);
  if (cpuid === undefined || cpuid === 0 || cpuid === 0xffff_ffff) return undefined;
  const [kind, part] = [(cpuid >>> 16) & 0xf, (cpuid >>> 4) & 0xfff];
  if (kind !== 0xc && kind !== 0xf) return undefined;
  // Of Arm's parts, those of v8-M are numbered 0xd20 and up. Others do not say which of the two they are.
  const isV8 = part >= 0xd20 && part < 0xe00;
  const architecture = kind === 0xc ? (isV8 ? 'v8-M baseline' : 'v6-M') : isV8 ? 'v8-M mainline' : 'v7-M';
  const revision = `r${(cpuid >>> 20) & 0xf}p${cpuid & 0xf}`;
  return { cpuid, name: `${PARTS.get(part) ?? `Cortex-M part 0x${part.toString(16)}`} ${revision}`, architecture };
}

/** By the names that a dump has. What the core has not got, or what its own valid bits call stale, is left out: it is unknown. */
export async function readSystemRegisters(core: Core, read: ReadMemory): Promise<RegisterValues> {
  const values: { [name: string]: number } = { cpuid: core.cpuid };
  for (const [name, address, has] of PLACES) {
    if (!has(core)) continue;
    const value = await readWord(read, address);
    if (value !== undefined) values[name] = value;
  }
  const { cfsr = 0 } = values;
  if ((cfsr & MMARVALID) === 0) delete values['mmfar'];
  if ((cfsr & BFARVALID) === 0) delete values['bfar'];
  // A debugger that may only see the non-secure side reads zeros where the secure side keeps its own.
  for (const name of ['sfsr', 'sfar']) if (values[name] === 0) delete values[name];
  return values;
}

async function readWord(read: ReadMemory, address: number): Promise<number | undefined> {
  const { pieces, lost } = await read(address, 4);
  if (lost !== undefined) throw lost;
  const bytes = pieces[0]?.bytes;
  return bytes?.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true) : undefined;
}

const always = () => true;
const hasFaultStatus = ({ architecture }: Core) => architecture === 'v7-M' || architecture === 'v8-M mainline';
const isMainlineV8 = ({ architecture }: Core) => architecture === 'v8-M mainline';

const PLACES: readonly (readonly [name: string, address: number, has: (core: Core) => boolean])[] = [
  ['icsr', 0xe000_ed04, always],
  ['shcsr', 0xe000_ed24, hasFaultStatus],
  ['cfsr', 0xe000_ed28, hasFaultStatus],
  ['hfsr', 0xe000_ed2c, hasFaultStatus],
  ['dfsr', 0xe000_ed30, hasFaultStatus],
  ['mmfar', 0xe000_ed34, hasFaultStatus],
  ['bfar', 0xe000_ed38, hasFaultStatus],
  ['afsr', 0xe000_ed3c, hasFaultStatus],
  ['vtor', 0xe000_ed08, always],
  ['ccr', 0xe000_ed14, always],
  ['cpacr', 0xe000_ed88, hasFaultStatus],
  ['fpccr', 0xe000_ef34, hasFaultStatus],
  ['fpcar', 0xe000_ef38, hasFaultStatus],
  ['mpu_ctrl', 0xe000_ed94, always],
  ['sfsr', 0xe000_ede4, isMainlineV8],
  ['sfar', 0xe000_ede8, isMainlineV8],
  ['nvic_iser0', 0xe000_e100, always],
  ['nvic_ispr0', 0xe000_e200, always],
  ['nvic_iabr0', 0xe000_e300, (core) => core.architecture !== 'v6-M'],
];

const MMARVALID = 1 << 7;
const BFARVALID = 1 << 15;

/** PARTNO of CPUID. */
const PARTS: ReadonlyMap<number, string> = new Map([
  [0xc20, 'Cortex-M0'],
  [0xc21, 'Cortex-M1'],
  [0xc23, 'Cortex-M3'],
  [0xc24, 'Cortex-M4'],
  [0xc27, 'Cortex-M7'],
  [0xc60, 'Cortex-M0+'],
  [0xd20, 'Cortex-M23'],
  [0xd21, 'Cortex-M33'],
  [0xd22, 'Cortex-M55'],
  [0xd23, 'Cortex-M85'],
  [0xd24, 'Cortex-M52'],
  [0xd31, 'Cortex-M35P'],
]);
