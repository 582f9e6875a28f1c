/**
 * Core files of ESP-IDF on RISC-V: pr_pid is the address of the task's control block, a note names the block of the task that
 * crashed, and each task's stack segment begins with the frame its registers were saved in:
 *
 *     words 0-31  pc, x1 to x31       32 mstatus   33 mtvec   34 mcause   35 mtval   36 mhartid
 */
import { ByteReader } from '@noinit/bytes';
import type { MemoryRegion, RegisterValues } from '@noinit/model';
import type { CoreNote } from './core-notes.ts';
import { REGISTER_LAYOUTS } from './register-layout.ts';

export function isEspIdf(notes: readonly CoreNote[]): boolean {
  return notes.some(({ type, owner }) => type === INFO && owner.startsWith('ESP_'));
}

/** pr_pid of the task that crashed, where the note is there. */
export function findCrashedTask(notes: readonly CoreNote[]): number | undefined {
  const note = notes.find(({ type, owner }) => type === EXTRA_INFO && owner.includes('EXTRA_INFO'));
  return note && note.content.length >= 4 ? new ByteReader(note.content).u32() : undefined;
}

/** The trap registers beside the saved registers; nothing where no segment begins with exactly these registers. */
export function readSavedTrap(registers: RegisterValues, regions: readonly MemoryRegion[]): RegisterValues {
  for (const { bytes } of regions) {
    if (bytes.length < FRAME_WORDS * 4) continue;
    const reader = new ByteReader(bytes);
    if (!REGISTER_LAYOUTS.riscv32.names.every((name) => reader.u32() === registers[name])) continue;
    const mstatus = reader.u32();
    reader.skip(4);
    return { mstatus, mcause: reader.u32(), mtval: reader.u32() };
  }
  return {};
}

const INFO = 8266;
const EXTRA_INFO = 677;
const FRAME_WORDS = 37;
