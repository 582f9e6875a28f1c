/** What the program calls an address, as in the source. */
import { demangle, demangleFunction } from '@noinit/demangle';
import { type Address, address } from '@noinit/model';
import type { ElfSymbol, Symbols } from '@noinit/symbols';

/** `<read_sensor+4>` for code, `<&config+4>` for data; undefined where no function or variable covers the address. */
export function nameOf(at: Address, symbols: Symbols): string | undefined {
  const code = nameCode(at, symbols);
  if (code !== undefined) return code;
  const symbol = symbols.symbolAt(at);
  if (symbol?.kind !== 'object' || ANONYMOUS.test(symbol.name)) return undefined;
  const name = sourceName(symbol, symbols);
  return `<${isVariable(name) ? '&' : ''}${name}${offsetText(at - symbol.address)}>`;
}

export function nameCode(at: Address, symbols: Symbols): string | undefined {
  const pc = withoutThumbBit(at, symbols);
  const symbol = symbols.symbolAt(pc);
  if (symbol?.kind !== 'function') return undefined;
  return `<${sourceName(symbol, symbols)}${offsetText(pc - symbol.address)}>`;
}

/** `vtable for ns::Widget` where an object's pointer to its virtual table leads to `at`. */
export function nameTable(at: Address, symbols: Symbols): string | undefined {
  const symbol = tableAt(at, symbols);
  return symbol && `<${sourceName(symbol, symbols)}${offsetText(at - symbol.address)}>`;
}

/** The class of an object whose pointer to its virtual table leads to `at`. */
export function classOfTable(at: Address, symbols: Symbols): string | undefined {
  const symbol = tableAt(at, symbols);
  if (!symbol?.name.startsWith('_ZTV')) return undefined;
  const name = sourceName(symbol, symbols);
  return name.startsWith(TABLE) ? name.slice(TABLE.length) : undefined;
}

/** Whether an object's pointer to its virtual table may lead to `at`. */
export function isInTable(at: Address, symbols: Symbols): boolean {
  return tableAt(at, symbols) !== undefined;
}

/** Objects point behind the offsets at the table's beginning: to its end, where the class has no virtual functions. */
function tableAt(at: Address, symbols: Symbols): ElfSymbol | undefined {
  const symbol = at > 0 ? symbols.symbolAt(address(at - 1)) : undefined;
  return symbol?.name.startsWith(TABLE_SYMBOL) ? symbol : undefined;
}

function withoutThumbBit(at: Address, symbols: Symbols): Address {
  return symbols.machine === 'cortex-m' && at % 2 === 1 ? address(at - 1) : at;
}

/** `vtable for ns::Widget` is no name that a program could take the address of. */
function isVariable(name: string): boolean {
  return !name.includes(' for ');
}

function offsetText(offset: number): string {
  return offset === 0 ? '' : `+${offset}`;
}

/** Constants without a name in the source, as rustc and LLVM call them: a hash and a number tell nobody anything. */
const ANONYMOUS = /^(?:(?:\.L)?anon\.[0-9a-f]{32}\.|\.L__unnamed_|str\.[0-9]+$)/;

const TABLE = 'vtable for ';
/** Virtual tables, those of objects under construction, and the tables that list them. */
const TABLE_SYMBOL = '_ZT';

/** Demangled once a name: a trace has many pointers to few things. */
const names = new WeakMap<Symbols, Map<string, string>>();

function sourceName({ name, kind }: ElfSymbol, symbols: Symbols): string {
  if (!name.startsWith('_')) return name;
  const known = names.get(symbols) ?? new Map<string, string>();
  names.set(symbols, known);
  const found = known.get(name) ?? (kind === 'function' ? demangleFunction(name) : demangle(name)) ?? name;
  known.set(name, found);
  return found;
}
