/** The table of exception vectors of a Cortex-M: which function handles which exception (Armv7-M ARM B1.5.3). */
import { address } from '@noinit/model';
import type { Symbols } from '@noinit/symbols';
import { FIRST_INTERRUPT } from './cores/exception-name.ts';
import { readWord } from './memory.ts';
import type { UnwindTarget } from './target.ts';

/** 16 exceptions of the processor and up to 480 interrupts. */
const MAX_VECTORS = 496;
const WORD = 4;

/** Names that start-up code gives to the table. */
const NAMES = [
  '__isr_vector',
  '__Vectors',
  '__vectors',
  'g_pfnVectors',
  '_vector_table',
  '__vector_table',
  'vector_table',
  '__VECTOR_TABLE',
  '__interrupt_vector_table',
  'isr_vectors',
  'isr_vector',
  '_vectors',
  'vectors',
  'vectorTable',
  'exception_table',
];
/** cortex-m-rt names the second word. */
const RESET_VECTOR = '__RESET_VECTOR';

/** Numbers of the exceptions whose vector leads to the function that begins at `entry`, ascending. */
export function findVectorsTo(entry: number, target: UnwindTarget): readonly number[] {
  const table = findVectorTable(target);
  if (table === undefined) return [];
  const numbers: number[] = [];
  for (let number = 2; number < MAX_VECTORS; number++) {
    const word = readWord(target.memory, table + WORD * number, target.symbols.littleEndian);
    if (word === undefined) break;
    // Behind the table there is code, which may begin with anything; among the first some chips keep a check sum.
    if (word !== 0 && (word & 1) === 0 && number >= FIRST_INTERRUPT) break;
    if ((word & ~1) >>> 0 === entry) numbers.push(number);
  }
  return numbers;
}

/** Where the processor starts, as the table says. */
export function findResetEntry(target: UnwindTarget): number | undefined {
  const table = target.core.vectorBytes === 0 ? undefined : findVectorTable(target);
  const reset = table === undefined ? undefined : readWord(target.memory, table + WORD, target.symbols.littleEndian);
  return reset === undefined ? undefined : target.core.codeAddress(reset);
}

/** Address of the table: as VTOR says, else by name, and only where its second word is a code pointer. */
export function findVectorTable(target: UnwindTarget): number | undefined {
  const { system, symbols } = target;
  const told = system?.['vtor'];
  if (told !== undefined && isTable(told, target)) return told;
  const known = KNOWN.get(symbols);
  if (known) return known.at;
  const at = byName(symbols).find((place) => isTable(place, target));
  KNOWN.set(symbols, { at });
  return at;
}

/** Names are looked for once: without an index that takes a while. */
const KNOWN = new WeakMap<Symbols, { readonly at: number | undefined }>();

function byName(symbols: Symbols): number[] {
  const reset = symbols.symbolNamed(RESET_VECTOR);
  const found = NAMES.flatMap((name) => {
    const symbol = symbols.symbolNamed(name);
    return symbol ? [symbol.address as number] : [];
  });
  // Flash begins with it on many chips.
  return [...(reset ? [reset.address - WORD] : []), ...found, 0, 0x0800_0000];
}

function isTable(at: number, { memory, symbols, core }: UnwindTarget): boolean {
  if (at % 4 !== 0 || at < 0) return false;
  const reset = readWord(memory, at + WORD, symbols.littleEndian);
  return reset !== undefined && core.isCodePointer(reset) && symbols.isCode(address((reset & ~1) >>> 0));
}
