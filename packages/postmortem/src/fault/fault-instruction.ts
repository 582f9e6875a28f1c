/** The text of the instruction that could not be carried out. */
import { address, type Dump, type FaultInstruction, hexAddress } from '@noinit/model';
import { MAX_INSTRUCTION_BYTES } from '../disassembly/disassemble.ts';
import type { Scene } from './scene.ts';

/** Whether the trace of a dump may have such a text: where it cannot, nobody has to load the disassembler. */
export function mayShowInstruction({ cause }: Dump): boolean {
  return cause.kind === 'fault' || cause.kind === 'stopped';
}

/** Undefined where the pc is at no code, or behind the instruction: then another one is to blame. */
export function findInstruction(scene: Scene): FaultInstruction | undefined {
  const { dump, registers, memory, disassemble, badJump, isFault, action, bits } = scene;
  const { pc, xpsr } = registers;
  if (!(isFault || action) || !disassemble || badJump || pc === undefined || isLate(bits)) return undefined;
  const at = address((pc & ~1) >>> 0);
  const code = memory.read(at, MAX_INSTRUCTION_BYTES) ?? memory.read(at, MAX_INSTRUCTION_BYTES / 2);
  const text = code && disassemble({ machine: dump.machine, code, at, ...(xpsr !== undefined && { xpsr }) });
  return text === undefined ? undefined : { pc: hexAddress(at), text };
}

/** An imprecise bus error is told when the processor is instructions further. */
function isLate(bits: readonly string[]): boolean {
  return bits.includes('IMPRECISERR') && !bits.includes('PRECISERR');
}
