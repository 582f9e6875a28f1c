/** The bytes of a hexdump, sixteen a line: in hex, then as characters. */
export function hexdumpLines(data: Uint8Array): readonly string[] {
  return Array.from({ length: Math.ceil(data.length / BYTES) }, (_, line) =>
    dumpLine(data.subarray(line * BYTES, (line + 1) * BYTES)),
  );
}

function dumpLine(bytes: Uint8Array): string {
  let hex = '';
  let characters = '';
  for (let index = 0; index < BYTES; index++) {
    const gap = index === BYTES / 2 ? ' ' : '';
    const byte = bytes[index];
    hex += gap + (byte === undefined ? '   ' : `${byte.toString(16).padStart(2, '0')} `);
    characters += gap + (byte === undefined ? ' ' : isPrintable(byte) ? String.fromCharCode(byte) : '.');
  }
  return `${hex}|${characters}`;
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

const BYTES = 16;
