/** What reading the exception index needs of the image, and how its words point (EHABI, Arm IHI 0038, 5). */
import type { Address } from '@noinit/model';

export interface IndexSource {
  readonly littleEndian: boolean;
  /** Whether code that begins here is in the image. */
  readonly isLive: (start: Address) => boolean;
  /** Bytes of `.ARM.extab`. */
  readonly read: (at: Address, length: number) => Uint8Array | undefined;
}

/** An offset of 31 bits from the word that holds it; bit 31 is not part of it. */
export function fromPrel31(word: number, place: number): number {
  return (place + ((word << 1) >> 1)) >>> 0;
}
