/** What one machine instruction wants: as much of it as a fault can be about. */
import type { RegisterValues } from '@noinit/model';

export type Action =
  | MemoryAccess
  | { readonly kind: 'divide'; readonly divisor: string }
  | { readonly kind: 'undefined-instruction' }
  | { readonly kind: 'breakpoint' };

export interface MemoryAccess {
  readonly kind: 'load' | 'store';
  /** Register that the address is made from, by the dump's name. */
  readonly base: string;
  /** Added to it where it is a constant. */
  readonly offset?: number;
  /** Undefined where a register that it is made from is not known. */
  readonly address?: number;
  /** Bytes that must be aligned together. */
  readonly size: 1 | 2 | 4;
  /** Register that is loaded or stored, where it is one. */
  readonly register?: string;
}

/** `offset` is a constant. */
export function accessAt(
  kind: MemoryAccess['kind'],
  base: string,
  offset: number,
  size: MemoryAccess['size'],
  registers: RegisterValues,
  register?: string,
): MemoryAccess {
  return { kind, base, offset, ...addressFrom(registers[base], offset), size, ...(register !== undefined && { register }) };
}

/** `index` is added, `shift` bits to the left. */
export function accessByIndex(
  kind: MemoryAccess['kind'],
  base: string,
  index: string,
  shift: number,
  size: MemoryAccess['size'],
  registers: RegisterValues,
  register?: string,
): MemoryAccess {
  const added = registers[index];
  const from = added === undefined ? undefined : registers[base];
  return { kind, base, ...addressFrom(from, (added ?? 0) * 2 ** shift), size, ...(register !== undefined && { register }) };
}

function addressFrom(base: number | undefined, offset: number): { address?: number } {
  return base === undefined ? {} : { address: (base + offset) >>> 0 };
}
