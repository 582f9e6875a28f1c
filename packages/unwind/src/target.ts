/** What unwinding needs: the program, its memory, the rules of its processor, and what is known beside a thread's registers. */
import type { Address, RegisterValues } from '@noinit/model';
import type { Symbols } from '@noinit/symbols';
import type { CoreRules } from './cores/core-rules.ts';
import type { Memory } from './memory.ts';

export interface UnwindTarget {
  readonly symbols: Symbols;
  readonly memory: Memory;
  readonly core: CoreRules;
  /** System registers of the dump. Of use are fpccr and vtor; mepc, mcause and mtvec. */
  readonly system?: RegisterValues;
  /** Bits of the thread's registers that whoever made the dump may have set on his own account. */
  readonly unsureBits?: RegisterValues;
}

/** Whether the program has instructions at the address: code, and not the vector table that may stand among it. */
export function isCode({ symbols, core }: UnwindTarget, at: Address): boolean {
  return symbols.isCode(at) && !isVector(symbols, core, at);
}

/** A table of exception vectors that begins the image without a symbol: its second word is where the image is entered. */
function isVector(symbols: Symbols, core: CoreRules, at: Address): boolean {
  const { vectorBytes } = core;
  if (vectorBytes === 0 || symbols.symbolAt(at) !== undefined) return false;
  const start = (at - (at % vectorBytes)) as Address;
  const word = symbols.readConstant((start + 4) as Address, 4);
  if (!word || symbols.entryPoint === undefined) return false;
  return (
    core.codeAddress(new DataView(word.buffer, word.byteOffset, 4).getUint32(0, symbols.littleEndian)) === symbols.entryPoint
  );
}

/** First address of the function that covers `at`, as far as the program says. */
export function findEntry(symbols: Symbols, at: Address): number | undefined {
  const symbol = symbols.symbolAt(at);
  if (symbol?.kind === 'function') return symbol.address;
  return symbols.unwindRow(at)?.start ?? symbols.exceptionIndexRow(at)?.start;
}

/** The concrete function's name at an address. */
export function findFunctionName(symbols: Symbols, at: Address): string | undefined {
  return symbols.locate(at).at(-1)?.function ?? symbols.symbolAt(at)?.name;
}
