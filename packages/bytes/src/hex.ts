/** Bytes as lower-case hex and back. */
export function toHex(bytes: Uint8Array): string {
  // A long text made piece by piece is a tree that its first reader has to flatten; for a word the call into Node costs more.
  if (bytes.length > FEW_BYTES) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** White space is ignored; anything else that is not a pair of hex digits is refused. */
export function fromHex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, '');
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits)) throw new SyntaxError('not hex: an odd count of digits or another character');
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16),
  );
}

const FEW_BYTES = 16;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
