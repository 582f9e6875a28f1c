/** Variables with static storage, of files, namespaces and functions. */
import { ByteReader } from '@noinit/bytes';
import { AT, type DebugInfo, type Entry, type InfoOffset, OP, TAG, type Unit, unlessDamaged } from '@noinit/dwarf';
import { type Address, address } from '@noinit/model';
import { linkageName, qualifiedName } from '../code/qualified-name.ts';
import type { VariableInfo } from '../symbols.ts';
import type { TypeReader } from '../types/type-reader.ts';
import { FoldedConstants } from './folded-constants.ts';
import { readPlace } from './place.ts';

/** Globals of one image that are listed. */
export const MAX_GLOBALS = 200_000;

/** A variable with static storage: where its entry is. */
export interface GlobalEntry {
  readonly name: string;
  /** 0 for one without: thread-local ones have none without their thread, and constants were folded into the code. */
  readonly address: Address;
  readonly entry: InfoOffset;
}

/**
 * In the order of the file, constants without an address last; those that the linker dropped are left out, and what two
 * entries describe is listed once.
 */
export function findGlobals(info: DebugInfo, isLive: IsLiveVariable): readonly GlobalEntry[] {
  const globals = new Map<string, GlobalEntry>();
  const constants = new FoldedConstants();
  for (const unit of info.units) {
    unlessDamaged(
      () => {
        addUnit(unit, isLive, globals);
        constants.addUnit(unit);
      },
      () => undefined,
    );
  }
  const placed = [...globals.values()];
  return [...placed, ...constants.besides(placed)];
}

/** Undefined where no entry is there or it cannot be read. */
export function readGlobal(info: DebugInfo, { name, entry: offset }: GlobalEntry, types: TypeReader): VariableInfo | undefined {
  return unlessDamaged(
    () => {
      const entry = info.entryAt(offset);
      if (entry?.tag !== TAG.variable && entry?.tag !== TAG.member) return undefined;
      const type = types.typeOf(entry);
      return { name, parameter: false, type, place: readPlace(entry, type, address(0)) };
    },
    () => undefined,
  );
}

/** Whether a variable of one of these names may stand there. */
type IsLiveVariable = (at: Address, names: readonly (string | undefined)[]) => boolean;

/** What its symbol may be called. */
function namesOf(entry: Entry): readonly (string | undefined)[] {
  return [linkageName(entry), entry.inherited(AT.name)?.text(AT.name)];
}

function addUnit(unit: Unit, isLive: IsLiveVariable, globals: Map<string, GlobalEntry>): void {
  const { count, tags } = unit.entries;
  for (let index = 0; index < count && globals.size < MAX_GLOBALS; index++) {
    if (tags[index] !== TAG.variable) continue;
    const entry = unit.entryAt(index);
    const location = entry.value(AT.location);
    if (location?.kind !== 'bytes') continue;
    const threadLocal = isThreadLocal(location.bytes);
    const at = threadLocal ? address(0) : staticAddress(unit, location.bytes);
    if (at === undefined || !(threadLocal || isLive(at, namesOf(entry)))) continue;
    const name = qualifiedName(entry);
    const key = `${at} ${name}`;
    if (name === undefined || globals.has(key)) continue;
    globals.set(key, { name, address: at, entry: entry.offset });
  }
}

/**
 * The address of the image that the location begins with, DW_OP_addr or DW_OP_addrx: that of the variable, of its first
 * part where others were optimized out, or the one its value is computed from.
 */
function staticAddress(unit: Unit, bytes: Uint8Array): Address | undefined {
  const { addressSize } = unit.header;
  const { littleEndian } = unit.sections;
  if (bytes[0] === OP.addr && bytes.length > addressSize) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + 1, addressSize);
    return address(
      addressSize === 4 ? view.getUint32(0, littleEndian) : Number(BigInt.asUintN(53, view.getBigUint64(0, littleEndian))),
    );
  }
  const isIndexed = bytes[0] === OP.addrx || bytes[0] === OP.GNU_addr_index;
  return isIndexed ? unit.indexedAddress(new ByteReader(bytes, { offset: 1 }).uleb()) : undefined;
}

/** Each thread has its own copy: whether the linker kept the variable cannot be told. */
function isThreadLocal(bytes: Uint8Array): boolean {
  const last = bytes.at(-1);
  return (last === OP.form_tls_address || last === OP.GNU_push_tls_address) && bytes.length > 1;
}
