/** Looks for instructions that return or jump away, without following anything. */
import { address } from '@noinit/model';
import type { Memory } from '../../memory.ts';

/** False only where no halfword of the function can be one: what looks like it in a literal pool counts too. */
export function mayReturnInThumb(start: number, end: number, memory: Memory): boolean {
  const bytes = memory.read(address(start), end - start);
  if (!bytes) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset + 2 <= bytes.length; offset += 2) {
    const code = view.getUint16(offset, true);
    // bx of any register, pop with pc.
    if ((code & 0xff87) === 0x4700 || (code & 0xff00) === 0xbd00) return true;
    if (offset + 4 > bytes.length) continue;
    const second = view.getUint16(offset + 2, true);
    // ldmia with pc, ldr of pc.
    if ((code & 0xffd0) === 0xe890 && second & 0x8000) return true;
    if ((code & 0xfff0) === 0xf850 && second >> 12 === 15) return true;
  }
  return false;
}
