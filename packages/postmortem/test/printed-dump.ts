/** Reads the dump that a program of the corpus prints: see firmware/ and corpus/firmware/. */
import { address, type Dump, type MemoryRegion, type RegisterValues } from '@noinit/model';

const CORE_NAMES = [...Array.from({ length: 13 }, (_, index) => `r${index}`), 'sp', 'lr', 'pc', 'xpsr'];
const SPECIAL_NAMES = ['psp', 'control', 'primask', 'exc_return', 'msp'];
const FAULT_NAMES = ['icsr', 'cfsr', 'hfsr', 'mmfar', 'bfar'];
const FLOAT_NAMES = Array.from({ length: 32 }, (_, index) => `s${index}`);
const HARD_FAULT = 3;
/** x1 to x31 by ABI name, then pc. */
const RISCV_NAMES = [
  ...['ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'],
  ...['s2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6', 'pc'],
];
const TRAP_NAMES = ['mcause', 'mtval', 'mstatus', 'mepc'];

/** Throws where there is no dump. Lines of hex words: R core, S special, F fault status, P floating point, X and Y registers and trap status of RISC-V, M address and memory. */
export function parsePrintedDump(output: string): Dump {
  const lines = output
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([kind]) => kind !== undefined && /^[RSFPXYM]$/.test(kind))
    .map(([kind, ...rest]) => ({ kind, words: rest.map((word) => Number.parseInt(word, 16)) }));
  const named = (kind: string, names: readonly string[]): RegisterValues => {
    const found = lines.find((line) => line.kind === kind)?.words ?? [];
    return Object.fromEntries(names.slice(0, found.length).map((name, index) => [name, found[index] ?? 0]));
  };
  const registers = {
    ...named('R', CORE_NAMES),
    ...named('S', SPECIAL_NAMES),
    ...named('P', FLOAT_NAMES),
    ...named('X', RISCV_NAMES),
  };
  const system = { ...named('F', FAULT_NAMES), ...named('Y', TRAP_NAMES) };
  if (registers['pc'] === undefined) throw new Error(`the program printed no dump: ${output}`);
  return {
    machine: system['mcause'] === undefined ? 'cortex-m' : 'riscv32',
    cause: { kind: 'fault', exception: system['mcause'] ?? HARD_FAULT },
    threads: [{ crashed: true, registers }],
    system,
    regions: lines.filter(({ kind }) => kind === 'M').map(({ words: [at = 0, ...words] }) => makeRegion(at, words)),
    damage: [],
  };
}

function makeRegion(at: number, words: readonly number[]): MemoryRegion {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true);
  return { kind: 'data', address: address(at), bytes };
}
