/** A value in the target's memory together with its type: kernel structures are read by the names of their members. */
import { type Address, address } from '@noinit/model';
import type { Member, Symbols, TypeInfo } from '@noinit/symbols';
import type { Memory } from '@noinit/unwind';

export interface ViewTarget {
  readonly symbols: Symbols;
  readonly memory: Memory;
}

type PlainType = Exclude<TypeInfo, { kind: 'alias' }>;

/** A chain of typedefs and qualifiers longer than this is damage. */
const MAX_ALIASES = 64;
/** Anonymous structs and unions within each other that are searched for a member. */
const MAX_ANONYMOUS = 4;
/** Longest name of a kernel object, in bytes. */
const MAX_NAME_BYTES = 64;
/** Highest address of a 32-bit machine. */
const LAST_ADDRESS = 0xffffffff;

export class View {
  readonly type: PlainType;
  readonly at: number;
  readonly #target: ViewTarget;

  constructor(type: TypeInfo, at: number, target: ViewTarget) {
    this.type = plainType(type);
    this.at = at;
    this.#target = target;
  }

  /** Bytes of the type, where it has a size. */
  get size(): number | undefined {
    return 'size' in this.type ? this.type.size : undefined;
  }

  /** A member of a struct or union, those of anonymous ones inside included. Undefined where there is none of that name. */
  member(name: string): View | undefined {
    const offset = offsetOf(this.type, name);
    return offset && new View(offset.member.type, this.at + offset.offset, this.#target);
  }

  /** The first member there is of several names: structures change their names from version to version. */
  memberOf(...names: readonly string[]): View | undefined {
    for (const name of names) {
      const found = this.member(name);
      if (found) return found;
    }
    return undefined;
  }

  /** Elements of an array; undefined for anything else and where the debug information gives no length. */
  get count(): number | undefined {
    return this.type.kind === 'array' ? this.type.count : undefined;
  }

  element(index: number): View | undefined {
    if (this.type.kind !== 'array' || this.type.count === undefined || index < 0 || index >= this.type.count) return undefined;
    const element = plainType(this.type.element);
    const size = 'size' in element ? element.size : undefined;
    return size === undefined ? undefined : new View(element, this.at + index * size, this.#target);
  }

  /** The number that stands here; undefined where it is not captured or wider than 32 bits. */
  get number(): number | undefined {
    const { size } = this;
    if (size === undefined || size < 1 || size > 4) return undefined;
    const bytes = this.#read(size);
    if (!bytes) return undefined;
    const isSigned =
      (this.type.kind === 'base' && /^signed/.test(this.type.encoding)) || (this.type.kind === 'enum' && this.type.signed);
    let value = 0;
    for (let index = 0; index < size; index++) {
      const byte = bytes[this.#target.symbols.littleEndian ? size - 1 - index : index] ?? 0;
      value = value * 256 + byte;
    }
    return isSigned && value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value;
  }

  /** Where a pointer leads, as the type it points to; undefined for NULL, for `void *` and where it is not captured. */
  get target(): View | undefined {
    if (this.type.kind !== 'pointer') return undefined;
    const pointee = this.type.target();
    const to = this.number;
    return pointee === undefined || to === undefined || to === 0 ? undefined : new View(pointee, to, this.#target);
  }

  /** The text of a character array or of what a character pointer leads to, up to its NUL; undefined where it is not captured or not text. */
  get text(): string | undefined {
    const from = this.type.kind === 'pointer' ? this.number : this.at;
    const size = this.type.kind === 'array' ? Math.min(this.size ?? 0, MAX_NAME_BYTES) : MAX_NAME_BYTES;
    return from === undefined || from === 0 ? undefined : readText(from, size, this.#target.memory);
  }

  #read(size: number): Uint8Array | undefined {
    return isAddress(this.at) ? this.#target.memory.read(address(this.at), size) : undefined;
  }
}

export function isAddress(at: number): at is Address {
  return Number.isSafeInteger(at) && at >= 0 && at <= LAST_ADDRESS;
}

export function plainType(type: TypeInfo): PlainType {
  let current = type;
  for (let count = 0; current.kind === 'alias' && count < MAX_ALIASES; count++) current = current.target;
  return current.kind === 'alias'
    ? { kind: 'unsupported', name: type.name, size: undefined, detail: 'a circle of type names' }
    : current;
}

/** Where a member stands in a struct; undefined for bit-fields, whose place is not a whole byte. */
export function offsetOf(
  type: TypeInfo,
  name: string,
  depth = 0,
): { readonly member: Member; readonly offset: number } | undefined {
  const plain = plainType(type);
  if (plain.kind !== 'struct' && plain.kind !== 'union') return undefined;
  for (const member of plain.members()) {
    if (member.name === name) return member.bits ? undefined : { member, offset: member.offset };
    if (member.name !== undefined || depth >= MAX_ANONYMOUS) continue;
    const inside = offsetOf(member.type, name, depth + 1);
    if (inside) return { member: inside.member, offset: member.offset + inside.offset };
  }
  return undefined;
}

/** Printable text up to its NUL or `size`; undefined where a byte is missing or none of it is text. */
export function readText(from: number, size: number, memory: Memory): string | undefined {
  let text = '';
  for (let index = 0; index < size; index++) {
    const at = from + index;
    const byte = isAddress(at) ? memory.read(at, 1)?.[0] : undefined;
    if (byte === undefined) return undefined;
    if (byte === 0) return text;
    if (byte < 0x20 || byte === 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}
