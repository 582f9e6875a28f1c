/**
 * What FreeRTOS's ports leave at `pxTopOfStack` when a task is switched out. Nothing names the port, so each layout is tried,
 * the most particular first: it is the right one if its frame is one that a task can have.
 *
 *     Cortex-M, from pxTopOfStack up:
 *       CM33, CM23 without secure context   PSPLIM EXC_RETURN r4-r11 [s16-s31] frame
 *       CM33, CM23 with secure context      secure context, PSPLIM EXC_RETURN r4-r11 [s16-s31] frame
 *       CM4F, CM7                           r4-r11 EXC_RETURN [s16-s31] frame
 *       CM0, CM3                            r4-r11 frame
 *       CM3 with MPU                        CONTROL r4-r11 frame
 *       CM4F with MPU                       CONTROL r4-r11 EXC_RETURN [s16-s31] frame
 *     RISC-V, from version 10.3 on: mepc x1 x5-x31 critical-nesting mstatus; before: mepc x1 x5-x31 mstatus
 *     RISC-V, ESP-IDF: mepc x1-x31 mstatus mtvec mcause mtval mhartid
 */
import { hexAddress, type RegisterValues } from '@noinit/model';
import { isThreadReturn, readFloats, readThreadFrame, readWords } from '../cortex-m-frame.ts';
import type { ThreadContext } from '../kernel-thread.ts';
import { isAddress, type ViewTarget } from '../view.ts';

export function readSavedContext(top: number | undefined, target: ViewTarget): ThreadContext {
  if (top === undefined || !isAddress(top)) return { kind: 'unknown', why: 'Its saved stack pointer was not captured.' };
  if (!target.memory.read(top, 4))
    return { kind: 'unknown', why: `Its saved registers at ${hexAddress(top)} were not captured.` };
  const registers = target.symbols.machine === 'cortex-m' ? readCortexM(top, target) : readRiscV(top, target);
  return registers
    ? { kind: 'saved', registers }
    : { kind: 'unknown', why: `What stands at ${hexAddress(top)} is no context of a port that this version knows.` };
}

interface Layout {
  /** Words before r4. */
  readonly before: number;
  /** Index of EXC_RETURN, where the port saves it. */
  readonly excReturn?: number;
  /** Index of the stack limit. */
  readonly limit?: number;
}

const CALLEE_SAVED = 8;

const LAYOUTS: readonly Layout[] = [
  { before: 2, excReturn: 1, limit: 0 },
  { before: 3, excReturn: 2, limit: 1 },
  { before: 0, excReturn: 8 },
  { before: 1, excReturn: 9 },
  { before: 0 },
  { before: 1 },
];

function readCortexM(top: number, target: ViewTarget): RegisterValues | undefined {
  for (const layout of LAYOUTS) {
    const found = readLayout(top, layout, target);
    if (found) return found;
  }
  return undefined;
}

function readLayout(top: number, { before, excReturn, limit }: Layout, target: ViewTarget): RegisterValues | undefined {
  const hasReturnBehind = excReturn !== undefined && excReturn > before;
  const words = readWords(top, before + CALLEE_SAVED + (hasReturnBehind ? 1 : 0), target.memory);
  if (!words) return undefined;
  const returnValue = excReturn === undefined ? undefined : words[excReturn];
  if (returnValue !== undefined && !isThreadReturn(returnValue)) return undefined;
  const hasFloats = returnValue !== undefined && (returnValue & 0x10) === 0;
  const floatsAt = top + 4 * words.length;
  const frame = readThreadFrame(floatsAt + (hasFloats ? 64 : 0), hasFloats, target);
  if (!frame) return undefined;
  const saved = Array.from({ length: CALLEE_SAVED }, (_, index) => [`r${4 + index}`, words[before + index] ?? 0]);
  const psplim = limit === undefined ? undefined : words[limit];
  return {
    ...frame,
    ...Object.fromEntries(saved),
    ...(hasFloats && readFloats(floatsAt, 16, 16, target.memory)),
    ...(psplim !== undefined && { psplim }),
  };
}

/** ABI names of x5 to x31. */
const RISCV_NAMES = [
  ...['t0', 't1', 't2', 's0', 's1', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'],
  ...['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6'],
] as const;
/** MPP, bits 12 and 11: a task runs in machine mode, where its saved status has both. */
const MPP = 3 << 11;
/** mepc, x1, x5 to x31. */
const RISCV_WORDS = 2 + RISCV_NAMES.length;

function readRiscV(top: number, target: ViewTarget): RegisterValues | undefined {
  const words = readWords(top, RISCV_WORDS + 2, target.memory);
  const [pc, ra] = words ?? [];
  if (!words || pc === undefined || ra === undefined || !isAddress(pc) || !target.symbols.isCode(pc)) return undefined;
  const whole = readWholeRiscV(top, target);
  if (whole) return whole;
  const size = [RISCV_WORDS + 2, RISCV_WORDS + 1].find((count) => isMachineStatus(words[count - 1]));
  if (size === undefined) return undefined;
  const general = RISCV_NAMES.map((name, index) => [name, words[2 + index] ?? 0]);
  return { ...Object.fromEntries(general), pc, ra, sp: top + 4 * size };
}

/** ESP-IDF saves x2 to x4 too, so the frame itself tells where the stack was: a little above it. */
function readWholeRiscV(top: number, { memory }: ViewTarget): RegisterValues | undefined {
  const words = readWords(top, 1 + WHOLE_NAMES.length + 1, memory);
  const [pc, , sp] = words ?? [];
  if (!words || pc === undefined || sp === undefined) return undefined;
  if (sp <= top || sp - top > MAX_WHOLE_BYTES || !isMachineStatus(words[1 + WHOLE_NAMES.length])) return undefined;
  return { ...Object.fromEntries(WHOLE_NAMES.map((name, index) => [name, words[1 + index] ?? 0])), pc };
}

/** ABI names of x1 to x31. */
const WHOLE_NAMES = ['ra', 'sp', 'gp', 'tp', ...RISCV_NAMES] as const;
/** The frame has 37 words and its padding. */
const MAX_WHOLE_BYTES = 256;

function isMachineStatus(word: number | undefined): boolean {
  return word !== undefined && (word & MPP) === MPP;
}
