/** Reads the dump that a program of the corpus prints: see firmware/capture.c. */
import { address, type Dump, type MemoryRegion, type RegisterValues } from '@noinit/model';

const CORE_NAMES = [...Array.from({ length: 13 }, (_, index) => `r${index}`), 'sp', 'lr', 'pc', 'xpsr'];
const SPECIAL_NAMES = ['psp', 'control', 'primask', 'exc_return'];
const FAULT_NAMES = ['icsr', 'cfsr', 'hfsr', 'mmfar', 'bfar'];
const FLOAT_NAMES = Array.from({ length: 32 }, (_, index) => `s${index}`);
const HARD_FAULT = 3;

/** Throws where there is no dump. Lines of hex words: R core, S special, F fault status, P floating point, M address and memory. */
export function parsePrintedDump(output: string): Dump {
  const lines = output
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([kind]) => kind !== undefined && /^[RSFPM]$/.test(kind))
    .map(([kind, ...rest]) => ({ kind, words: rest.map((word) => Number.parseInt(word, 16)) }));
  const named = (kind: string, names: readonly string[]): RegisterValues => {
    const found = lines.find((line) => line.kind === kind)?.words ?? [];
    return Object.fromEntries(names.slice(0, found.length).map((name, index) => [name, found[index] ?? 0]));
  };
  const registers = { ...named('R', CORE_NAMES), ...named('S', SPECIAL_NAMES), ...named('P', FLOAT_NAMES) };
  if (registers['pc'] === undefined) throw new Error(`the program printed no dump: ${output}`);
  return {
    machine: 'cortex-m',
    cause: { kind: 'fault', exception: HARD_FAULT },
    threads: [{ crashed: true, registers }],
    system: named('F', FAULT_NAMES),
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
