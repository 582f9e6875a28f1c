/** A number from its bytes in target order, for reading it in another base. All supported targets are little endian. */

/** Longest number shown in several bases. */
const MAX_BYTES = 8;

/** Hexadecimal, unsigned decimal and binary; undefined where `raw` is no number of 1 to 8 bytes. */
export function numberBases(
  raw: string,
): { readonly hex: string; readonly decimal: string; readonly binary: string } | undefined {
  if (!/^(?:[0-9a-f]{2})+$/i.test(raw) || raw.length > 2 * MAX_BYTES) return undefined;
  const digits = (raw.match(/../g) ?? []).reverse().join('');
  const value = BigInt(`0x${digits}`);
  return { hex: `0x${digits.toLowerCase()}`, decimal: value.toString(), binary: groupBits(value.toString(2), raw.length * 4) };
}

/** `00 80 ff`: bytes apart, as a debugger shows memory. */
export function spacedBytes(raw: string): string {
  return raw.replace(/..(?=.)/g, '$& ');
}

function groupBits(bits: string, width: number): string {
  return bits.padStart(width, '0').replace(/.{4}(?=.)/g, '$&_');
}
