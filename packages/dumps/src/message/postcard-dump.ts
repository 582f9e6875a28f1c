/** A postcard as a dump: one thread of which pc and lr are known, and what the fault bits hold (docs/formats/postcard.md). */
import type { CrashCause, Dump, PostcardRecord, RegisterValues } from '@noinit/model';

/** Bits of HFSR that stand in bits which CFSR leaves free. */
const HFSR_BITS: readonly { readonly at: number; readonly bit: number }[] = [
  { at: 29, bit: 1 },
  { at: 30, bit: 30 },
  { at: 31, bit: 31 },
];
const CFSR_MASK = 0x1fff_ffff;

/** Everything else of the crash is unknown, because only the postcard came. */
export function postcardDump(record: PostcardRecord): Dump {
  const { machine, key, build, pc, lr, reason } = record;
  const registers = machine === 'cortex-m' ? { lr, pc } : { ra: lr, pc };
  return {
    machine,
    key,
    build,
    isPostcard: true,
    cause: { ...causeOf(record), reason },
    threads: [{ crashed: true, registers: knownOf(registers) }],
    system: statusOf(record),
    regions: [],
    damage: [],
  };
}

function causeOf({ cause }: PostcardRecord): CrashCause {
  return cause.kind === 'unknown' ? { kind: 'unknown', code: cause.code } : { kind: cause.kind };
}

/** On Cortex-M 0 is also what a processor without fault status sends: it says nothing. On RISC-V 0 is a cause like any other, of a fault. */
function statusOf({ machine, faultBits, cause }: PostcardRecord): RegisterValues {
  if (machine === 'riscv32') return cause.kind === 'fault' || faultBits !== 0 ? { mcause: faultBits } : {};
  if (faultBits === 0) return {};
  const hfsr = HFSR_BITS.reduce((bits, { at, bit }) => bits + ((faultBits >>> at) & 1) * 2 ** bit, 0);
  return { cfsr: (faultBits & CFSR_MASK) >>> 0, hfsr };
}

function knownOf(values: { readonly [name: string]: number | undefined }): RegisterValues {
  const known = Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries(known);
}
