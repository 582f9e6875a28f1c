/** Takes the dump of a live target that stands: registers first, then what is lost last. It reads and never writes. */
import type { RemoteTarget } from '@noinit/gdb-remote';
import { isLost, RemoteError } from '@noinit/gdb-remote';
import { type BuildId, buildPrefix, type Dump, type Machine } from '@noinit/model';
import { type CaptureKey, readKey } from './device-key.ts';
import { checkBuild, type ReadMemory, searchBuild } from './find-build.ts';
import type { LeftOut } from './memory-plan.ts';
import type { Program } from './program.ts';
import type { Range } from './range.ts';
import { missingRegisters, readRegisters, type ThreadRegisters } from './registers.ts';
import { type Core, readCore, readSystemRegisters } from './system-registers.ts';
import { takeMemory } from './take-memory.ts';
import { takeThreads } from './take-threads.ts';
import { TakenParts } from './taken-parts.ts';

export interface CaptureOptions {
  readonly program?: Program;
  /** Instead of what the ELF file says is RAM. Stacks are taken anyhow. */
  readonly ranges?: readonly Range[];
  /** Called from time to time with the bytes of memory read so far, and those that will be. */
  readonly progress?: (done: number, total: number) => void;
}

export interface Capture {
  readonly dump: Dump;
  readonly build: BuildId | undefined;
  readonly keyFrom: CaptureKey['from'];
  /** Of a Cortex-M. */
  readonly core: Core | undefined;
  /** Registers that the server has not got. */
  readonly missingRegisters: readonly string[];
  /** Memory that was wanted and is not in the dump. */
  readonly missingMemory: readonly LeftOut[];
  /** Why it ends early; what came before is in the dump. */
  readonly cut: string | undefined;
}

/**
 * RemoteError where not even the registers can be read, or where the target is of a kind that a dump cannot hold; NoinitError where
 * it does not run the program of the ELF file.
 */
export async function captureTarget(target: RemoteTarget, options: CaptureOptions): Promise<Capture> {
  const { program } = options;
  const read: ReadMemory = (start, size, progress) => target.readMemory(start, size, progress);
  const { machine, core } = await tellMachine(target, program, read);
  const own = await readRegisters(target, machine, 'all');
  if (own.registers['pc'] === undefined) throw new RemoteError('refused', 'the server gives no program counter');
  const build = await tellBuild(program, core, own, read);
  const parts = new TakenParts(program?.secrets ?? []);
  let key: CaptureKey | undefined;
  let system = own.control;
  let cut: string | undefined;
  try {
    if (core !== undefined) system = await readSystemRegisters(core, read);
    key = await readKey(program, build === undefined ? undefined : buildPrefix(build), read);
    await takeThreads(target, machine, own.registers, parts);
    await takeMemory(parts, { ...options, isBuildKnown: build !== undefined, read });
  } catch (error) {
    if (!isLost(error)) throw error;
    cut = error.message;
    if (parts.threads.length === 0) parts.threads.push({ crashed: true, registers: own.registers });
  }
  const { key: record, from } = key ?? (await readKey(undefined, undefined, read));
  const dump: Dump = {
    machine,
    key: record,
    ...(build !== undefined && { build: buildPrefix(build) }),
    cause: { kind: 'stopped' },
    threads: parts.threads,
    system,
    regions: parts.regions,
    damage: cut === undefined ? [] : [{ offset: 0, why: 'truncated', detail: `the capture was cut: ${cut}` }],
  };
  const hasFloats = ((system['cpacr'] ?? 0) & FPU_ENABLED) !== 0;
  const missing = missingRegisters(own, machine, core, hasFloats);
  return { dump, build, keyFrom: from, core, missingRegisters: missing, missingMemory: parts.missing, cut };
}

interface Kind {
  readonly machine: Machine;
  readonly core: Core | undefined;
}

/** By what the server says, else by the ELF file, else by what answers where a Cortex-M says what it is. */
async function tellMachine(target: RemoteTarget, program: Program | undefined, read: ReadMemory): Promise<Kind> {
  const architecture = target.description?.architecture?.toLowerCase() ?? '';
  const said = /^riscv/.test(architecture)
    ? 'riscv'
    : /^arm(?:v|$)/.test(architecture)
      ? 'arm'
      : architecture === ''
        ? undefined
        : 'other';
  if (said === 'other')
    throw new RemoteError('refused', `the target is of the kind ${architecture}; a dump holds a Cortex-M or a RISC-V 32`);
  const isWide = target.description?.registers.some(({ name, bytes }) => name === 'pc' && bytes > 4) === true;
  if (isWide)
    throw new RemoteError(
      'refused',
      'the target’s program counter has more than 32 bits; a dump holds a Cortex-M or a RISC-V 32',
    );
  const machine = said === undefined ? program?.machine : said === 'arm' ? 'cortex-m' : 'riscv32';
  if (machine === 'riscv32') return { machine, core: undefined };
  const core = await readCore(read);
  if (core !== undefined) return { machine: 'cortex-m', core };
  throw new RemoteError('refused', 'there is no CPUID of a Cortex-M at 0xe000ed00: what the target is, is not known');
}

async function tellBuild(
  program: Program | undefined,
  core: Core | undefined,
  { control }: ThreadRegisters,
  read: ReadMemory,
): Promise<BuildId | undefined> {
  if (program !== undefined) return checkBuild(program, read);
  if (core === undefined) return searchBuild(Math.floor((control['mtvec'] ?? 0) / CODE_PAGE) * CODE_PAGE, read);
  const vectors = await read(VTOR, 4);
  const bytes = vectors.pieces[0]?.bytes;
  return searchBuild(bytes?.length === 4 ? new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true) : 0, read);
}

/** Images begin at an even place, and the trap vector is not far from it. */
const CODE_PAGE = 0x1_0000;
const VTOR = 0xe000_ed08;
/** Coprocessor 10 of CPACR. */
const FPU_ENABLED = 0x0030_0000;
