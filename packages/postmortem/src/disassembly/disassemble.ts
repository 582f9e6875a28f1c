/** The text of one machine instruction. Capstone does the work; it is 3 MB of WebAssembly and loaded only where it is asked for. */
import { createRequire } from 'node:module';
import type { Address, Machine } from '@noinit/model';

/** Longest instruction of the machines here, in bytes. */
export const MAX_INSTRUCTION_BYTES = 4;

export interface InstructionBytes {
  readonly machine: Machine;
  /** From the instruction on; what stands behind it does no harm. */
  readonly code: Uint8Array;
  readonly at: Address;
  /** Cortex-M: the status register, whose IT bits make the instruction conditional. */
  readonly xpsr?: number;
}

/** As an assembler writes it: `ldr r3, [r2, #8]`. Undefined where the bytes are no instruction. */
export type Disassemble = (instruction: InstructionBytes) => string | undefined;

let loading: Promise<Disassemble> | undefined;

/** Loads the disassembler once in a process (some 40 ms); what it gives is synchronous, and the same for the same bytes. */
export function loadDisassembler(): Promise<Disassemble> {
  loading ??= instantiate();
  return loading;
}

/** The part of Capstone's interface that is used. It has no types of its own. */
interface CapstoneModule {
  readonly ARCH_ARM: number;
  readonly ARCH_RISCV: number;
  readonly MODE_THUMB: number;
  readonly MODE_MCLASS: number;
  readonly MODE_V8: number;
  readonly MODE_RISCV32: number;
  readonly MODE_RISCVC: number;
  readonly Capstone: new (architecture: number, mode: number) => CapstoneDecoder;
}

interface CapstoneDecoder {
  /** Throws where the first bytes are no instruction. */
  readonly disasm: (code: Uint8Array, at: number, limit?: number) => readonly { mnemonic: string; op_str: string }[];
}

async function instantiate(): Promise<Disassemble> {
  const load = createRequire(import.meta.url)('@alexaltea/capstone-js') as () => Promise<CapstoneModule>;
  const capstone = await load();
  const decoders: { readonly [machine in Machine]: CapstoneDecoder } = {
    'cortex-m': new capstone.Capstone(capstone.ARCH_ARM, capstone.MODE_THUMB | capstone.MODE_MCLASS | capstone.MODE_V8),
    riscv32: new capstone.Capstone(capstone.ARCH_RISCV, capstone.MODE_RISCV32 | capstone.MODE_RISCVC),
  };
  return (instruction) => disassembleWith(decoders[instruction.machine], instruction);
}

function disassembleWith(decoder: CapstoneDecoder, instruction: InstructionBytes): string | undefined {
  const code = instruction.code.subarray(0, MAX_INSTRUCTION_BYTES);
  const condition = instruction.machine === 'cortex-m' ? makeItInstruction(instruction.xpsr ?? 0) : undefined;
  try {
    const found = condition
      ? decoder.disasm(Uint8Array.of(...condition, ...code), instruction.at - condition.length, 2)[1]
      : decoder.disasm(code, instruction.at, 1)[0];
    return found && `${found.mnemonic} ${found.op_str}`.trimEnd();
  } catch {
    // Its only way to say that the bytes are no instruction.
    return undefined;
  }
}

/**
 * The IT instruction that leads to exactly this IT state, so that what follows it is decoded in that state: IT is 0xbf00 with
 * the state in its low byte (Armv7-M ARM A7.3.2, A7.7.38). The status register has the state in bits 15 to 10 and 26 to 25.
 */
function makeItInstruction(xpsr: number): readonly number[] | undefined {
  const state = ((xpsr >>> 8) & 0xfc) | ((xpsr >>> 25) & 3);
  return (state & 0xf) === 0 ? undefined : [state, 0xbf];
}
