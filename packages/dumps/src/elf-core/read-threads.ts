/** One thread for each NT_PRSTATUS note; what notes behind it say belongs to it. */
import { ByteReader } from '@noinit/bytes';
import type { DumpThread, Machine, RegisterValues } from '@noinit/model';
import type { CoreNote } from './core-notes.ts';
import type { DamageList } from './damage-list.ts';
import { MAX_CORE_THREADS } from './limits.ts';
import { PRSTATUS, REGISTER_LAYOUTS, VFP_NAMES } from './register-layout.ts';

/** A thread as the notes say, nothing concluded: `xpsr` is the status word as its writer left it. */
export type ThreadStatus = Required<Pick<DumpThread, 'id' | 'registers'>> & { readonly signal: number };

/** In file order. */
export function readThreads(notes: readonly CoreNote[], machine: Machine, damage: DamageList): ThreadStatus[] {
  const threads: ThreadStatus[] = [];
  for (const note of notes) {
    if (isStatus(note) && threads.length === MAX_CORE_THREADS) {
      damage.add(note.offset, 'too-large', `over ${MAX_CORE_THREADS} threads`);
      break;
    }
    if (isStatus(note)) threads.push(readStatus(note, machine, damage));
    if (machine === 'cortex-m' && note.owner === 'LINUX' && note.type === NT_ARM_VFP) addFloats(threads, note);
  }
  return threads;
}

function isStatus({ owner, type }: CoreNote): boolean {
  return type === NT_PRSTATUS && STATUS_OWNERS.has(owner);
}

function readStatus(note: CoreNote, machine: Machine, damage: DamageList): ThreadStatus {
  const { names, words } = REGISTER_LAYOUTS[machine];
  const { content } = note;
  // Some writers give the registers alone.
  if (content.length === words * 4) return { id: 0, signal: 0, registers: readWords(content, 0, names) };
  if (content.length < PRSTATUS.registers) {
    damage.add(note.offset, 'truncated', `the note of a thread has ${content.length} bytes, its registers are missing`);
    return { id: 0, signal: 0, registers: {} };
  }
  const signal = new ByteReader(content, { offset: PRSTATUS.signal }).u16();
  const id = new ByteReader(content, { offset: PRSTATUS.id }).u32();
  const present = names.slice(0, countWords(content.length, names.length));
  if (present.length < names.length) {
    const detail = `the note of a thread has ${content.length} bytes: its registers from ${names[present.length]} on are missing`;
    damage.add(note.offset, 'truncated', detail);
  }
  return { id, signal, registers: readWords(content, PRSTATUS.registers, present) };
}

/**
 * How many words of a note are registers. gdb 13 writes those of a RISC-V 32 into the structure of its own host, an x86: 17
 * words and pr_fpvalid, so that the last word of a short note is no register.
 */
function countWords(size: number, wanted: number): number {
  const words = Math.floor((size - PRSTATUS.registers) / 4);
  return words >= wanted ? wanted : Math.max(0, words - 1);
}

/** NT_ARM_VFP: 16 or 32 double registers, then FPSCR. */
function addFloats(threads: ThreadStatus[], { content }: CoreNote): void {
  const last = threads.at(-1);
  if (last === undefined || !VFP_SIZES.has(content.length)) return;
  const floats = readWords(content, 0, VFP_NAMES);
  const fpscr = new ByteReader(content, { offset: content.length - 4 }).u32();
  threads[threads.length - 1] = { ...last, registers: { ...last.registers, ...floats, fpscr } };
}

function readWords(bytes: Uint8Array, offset: number, names: readonly string[]): RegisterValues {
  const reader = new ByteReader(bytes, { offset });
  return Object.fromEntries(names.map((name) => [name, reader.u32()]));
}

const NT_PRSTATUS = 1;
const NT_ARM_VFP = 0x400;
/** Type 1 of owner GNU is another note. */
const STATUS_OWNERS: ReadonlySet<string> = new Set(['CORE', 'core', 'LINUX', '']);
const VFP_SIZES: ReadonlySet<number> = new Set([16 * 8 + 4, 32 * 8 + 4, 32 * 8 + 8]);
