/** A dump as another container would hold it. */
import type { Dump, MemoryRegion } from '@noinit/model';
import type { Build } from './parameters.ts';

/** What an ELF core has of Arm's registers; of RISC-V's it has all. */
const CORE_REGISTERS = /^(r\d+|sp|lr|pc|xpsr|ra|gp|tp|[ast]\d+)$/;
/** Bytes of stack that are left in a cut dump. */
const CUT_STACK = 160;

export function viewDump(dump: Dump, view: Build['view']): Dump {
  if (view === 'core') return asCore(dump);
  return view === 'cut'
    ? { ...dump, regions: dump.regions.map((region) => cutStack(region, dump.threads[0]?.registers['sp'] ?? 0)) }
    : dump;
}

function asCore(dump: Dump): Dump {
  const threads = dump.threads.map((thread) => ({
    ...thread,
    registers: Object.fromEntries(Object.entries(thread.registers).filter(([name]) => CORE_REGISTERS.test(name))),
  }));
  return { ...dump, cause: { kind: 'unknown', code: 0 }, threads, system: {} };
}

function cutStack(region: MemoryRegion, sp: number): MemoryRegion {
  const used = sp - region.address;
  return used < 0 || used >= region.bytes.length ? region : { ...region, bytes: region.bytes.subarray(0, used + CUT_STACK) };
}
