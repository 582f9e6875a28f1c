/** Display text of enumerations. */
import type { EnumType } from '@noinit/symbols';

/** The name; for flags their names joined by ` | ` with what is left as a number; else the number. */
export function renderEnum(value: bigint, type: EnumType): string {
  const prefix = type.scope === undefined ? '' : `${type.scope}::`;
  const bits = BigInt.asUintN(8 * type.size, value);
  const { names, flags } = namesOf(type);
  const exact = names.get(bits);
  if (exact !== undefined) return prefix + exact;
  // Rust knows no other values: what holds one was never written, or overwritten.
  if (type.language === 'rust') return `<invalid discriminant ${value}>`;
  return renderFlags(bits, flags, prefix) ?? String(value);
}

interface Names {
  /** By value, modulo the type's size. */
  readonly names: ReadonlyMap<bigint, string>;
  /** Names of single bits, where the type is a set of flags. */
  readonly flags: readonly Flag[];
}

interface Flag {
  readonly name: string;
  readonly bit: bigint;
}

const known = new WeakMap<EnumType, Names>();

function namesOf(type: EnumType): Names {
  const found = known.get(type) ?? findNames(type);
  known.set(type, found);
  return found;
}

/** Of several names for one value the first counts. */
function findNames({ size, values }: EnumType): Names {
  const names = new Map<bigint, string>();
  for (const { name, value } of values()) {
    const bits = BigInt.asUintN(8 * size, BigInt(value));
    if (!names.has(bits)) names.set(bits, name);
  }
  return { names, flags: findFlags(names) };
}

/** Only where every named value is made of single bits that have names: then the type is a set of flags. */
function findFlags(names: ReadonlyMap<bigint, string>): readonly Flag[] {
  const flags: Flag[] = [];
  for (const [bit, name] of names) if (bit !== 0n && (bit & (bit - 1n)) === 0n) flags.push({ name, bit });
  const all = flags.reduce((union, { bit }) => union | bit, 0n);
  const isFlagType = flags.length > 1 && all > 3n && [...names.keys()].every((bits) => (bits & ~all) === 0n);
  return isFlagType ? flags : [];
}

function renderFlags(value: bigint, flags: readonly Flag[], prefix: string): string | undefined {
  const set = flags.filter(({ bit }) => (value & bit) !== 0n);
  if (set.length === 0) return undefined;
  const rest = set.reduce((left, { bit }) => left & ~bit, value);
  return [...set.map(({ name }) => prefix + name), ...(rest === 0n ? [] : [`0x${rest.toString(16)}`])].join(' | ');
}
