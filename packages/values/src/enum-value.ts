/** Display text of enumerations. */
import type { EnumType, EnumValue } from '@noinit/symbols';

/** The name; for flags their names joined by ` | ` with what is left as a number; else the number. */
export function renderEnum(value: bigint, { size, values, scope, language }: EnumType): string {
  const names = values();
  const prefix = scope === undefined ? '' : `${scope}::`;
  const mask = (1n << BigInt(8 * size)) - 1n;
  const exact = names.find((candidate) => (BigInt(candidate.value) & mask) === (value & mask));
  if (exact) return prefix + exact.name;
  // Rust knows no other values: what holds one was never written, or overwritten.
  if (language === 'rust') return `<invalid discriminant ${value}>`;
  return renderFlags(value & mask, mask, names, prefix) ?? String(value);
}

/** Only where every named value is made of single bits that have names: then the type is a set of flags. */
function renderFlags(value: bigint, mask: bigint, names: readonly EnumValue[], prefix: string): string | undefined {
  const all = names.map(({ name, value: bits }) => ({ name, bits: BigInt(bits) & mask }));
  const flags = all.filter(({ bits }) => bits !== 0n && (bits & (bits - 1n)) === 0n);
  const known = flags.reduce((union, { bits }) => union | bits, 0n);
  const isFlagType = flags.length > 1 && all.every(({ bits }) => (bits & ~known) === 0n) && known > 3n;
  if (!isFlagType) return undefined;
  const set = flags.filter(
    ({ bits }, index) => (value & bits) === bits && flags.findIndex((flag) => flag.bits === bits) === index,
  );
  if (set.length === 0) return undefined;
  const rest = value & ~known;
  return [...set.map(({ name }) => prefix + name), ...(rest === 0n ? [] : [`0x${rest.toString(16)}`])].join(' | ');
}
