/** Variables with static storage, of files, namespaces and functions. */
import { AT, type DebugInfo, type Entry, OP, TAG, type Unit, unlessDamaged } from '@noinit/dwarf';
import { type ElfFile, type ElfSymbolTable, SHF, SYMBOL_KIND } from '@noinit/elf';
import { type Address, address } from '@noinit/model';
import { qualifiedName } from '../code/qualified-name.ts';
import type { VariableInfo } from '../symbols.ts';
import type { TypeReader } from '../types/type-reader.ts';
import { readPlace } from './place.ts';

/** Globals of one image that are listed. */
export const MAX_GLOBALS = 200_000;

/** In the order of the file; those that the linker dropped are left out, and what two entries describe is listed once. */
export function readGlobals(info: DebugInfo, elf: ElfFile, symbols: ElfSymbolTable, types: TypeReader): readonly VariableInfo[] {
  const isLive = livePlaces(elf, symbols);
  const globals = new Map<string, VariableInfo>();
  for (const unit of info.units) {
    unlessDamaged(
      () => addUnit(unit, isLive, types, globals),
      () => undefined,
    );
  }
  return [...globals.values()];
}

function addUnit(unit: Unit, isLive: (at: Address) => boolean, types: TypeReader, globals: Map<string, VariableInfo>): void {
  const { count, tags } = unit.entries;
  for (let index = 0; index < count && globals.size < MAX_GLOBALS; index++) {
    if (tags[index] !== TAG.variable) continue;
    const entry = unit.entryAt(index);
    const at = staticAddress(entry);
    if (at === undefined || !isLive(at)) continue;
    const name = qualifiedName(entry);
    const key = `${at} ${name}`;
    if (name === undefined || globals.has(key)) continue;
    const type = types.typeOf(entry);
    globals.set(key, { name, parameter: false, type, place: readPlace(entry, type, address(0)) });
  }
}

/** The address where the whole location is one: DW_OP_addr or DW_OP_addrx and nothing behind. */
function staticAddress(entry: Entry): Address | undefined {
  const value = entry.value(AT.location);
  if (value?.kind !== 'bytes') return undefined;
  const { addressSize } = entry.unit.header;
  const { littleEndian } = entry.unit.sections;
  const { bytes } = value;
  if (bytes[0] === OP.addr && bytes.length === 1 + addressSize) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + 1, addressSize);
    return address(
      addressSize === 4 ? view.getUint32(0, littleEndian) : Number(BigInt.asUintN(53, view.getBigUint64(0, littleEndian))),
    );
  }
  const index = bytes[1] ?? 0x80;
  const isIndexed = bytes[0] === OP.addrx || bytes[0] === OP.GNU_addr_index;
  // Indices of more than one byte are rare enough to go through the reader of expressions.
  return isIndexed && bytes.length === 2 && index < 0x80 ? entry.unit.indexedAddress(index) : undefined;
}

/** A place in an allocated section; address 0 and 1, where dropped variables are put, only with a symbol there. */
function livePlaces(elf: ElfFile, symbols: ElfSymbolTable): (at: Address) => boolean {
  const sections = elf.sections.filter(({ flags, size }) => flags & SHF.alloc && size > 0);
  const low = new Set<number>();
  for (let index = 0; index < symbols.count && (symbols.addresses[index] ?? 2) <= 1; index++) {
    if (symbols.kinds[index] === SYMBOL_KIND.object) low.add(symbols.addresses[index] ?? 0);
  }
  return (at) => (at > 1 || low.has(at)) && sections.some(({ address: start, size }) => at >= start && at < start + size);
}
