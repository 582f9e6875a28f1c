/** What every step of unwinding needs: the program, its memory, the rules of its processor. */
import type { Address } from '@noinit/model';
import type { Symbols } from '@noinit/symbols';
import type { CoreRules } from './cores/core-rules.ts';
import type { Memory } from './memory.ts';

export interface UnwindTarget {
  readonly symbols: Symbols;
  readonly memory: Memory;
  readonly core: CoreRules;
}

/** Whether live code of the program covers the address. */
export function isCode(symbols: Symbols, at: Address): boolean {
  return symbols.symbolAt(at)?.kind === 'function' || symbols.unwindRow(at) !== undefined || symbols.locate(at).length > 0;
}

/** First address of the function that covers `at`, as far as the program says. */
export function findEntry(symbols: Symbols, at: Address): number | undefined {
  const symbol = symbols.symbolAt(at);
  return symbol?.kind === 'function' ? symbol.address : symbols.unwindRow(at)?.start;
}

/** The concrete function's name at an address. */
export function findFunctionName(symbols: Symbols, at: Address): string | undefined {
  return symbols.locate(at).at(-1)?.function ?? symbols.symbolAt(at)?.name;
}
