/** What the program calls an address. */
import { type Address, address } from '@noinit/model';
import type { Symbols } from '@noinit/symbols';

/** `<read_sensor+4>` for code, `<&config+4>` for data; undefined where no function or variable covers the address. */
export function nameOf(at: Address, symbols: Symbols): string | undefined {
  const code = nameCode(at, symbols);
  if (code !== undefined) return code;
  const symbol = symbols.symbolAt(at);
  return symbol?.kind === 'object' ? `<&${symbol.name}${offsetText(at - symbol.address)}>` : undefined;
}

export function nameCode(at: Address, symbols: Symbols): string | undefined {
  const pc = withoutThumbBit(at, symbols);
  const symbol = symbols.symbolAt(pc);
  if (symbol?.kind !== 'function') return undefined;
  return `<${functionName(symbol.name, symbol.address, symbols)}${offsetText(pc - symbol.address)}>`;
}

/** The debug information has names as in the source; the symbol of a C++ or Rust function has a coded one. */
export function functionName(symbol: string, entry: Address, symbols: Symbols): string {
  if (!CODED.test(symbol)) return symbol;
  return symbols.locate(entry).at(-1)?.function ?? symbol;
}

export function withoutThumbBit(at: Address, symbols: Symbols): Address {
  return symbols.machine === 'cortex-m' && at % 2 === 1 ? address(at - 1) : at;
}

function offsetText(offset: number): string {
  return offset === 0 ? '' : `+${offset}`;
}

const CODED = /^_?_[ZR]/;
