/** Numbers that must not be mixed up. A brand costs nothing at run time. */
declare const brand: unique symbol;
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** A place in the target's address space: an integer from 0 to 2^53 - 1. */
export type Address = Brand<number, 'Address'>;
/** A span or a point of device uptime, in whole milliseconds. */
export type Milliseconds = Brand<number, 'Milliseconds'>;
/** A host wall-clock time in milliseconds since 1970-01-01T00:00Z. */
export type WallClock = Brand<number, 'WallClock'>;

/** Gives a number the type `Address`. A number no address can have is a bug of the caller. */
export function address(value: number): Address {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not an address: ${value}`);
  return value as Address;
}

export function milliseconds(value: number): Milliseconds {
  return value as Milliseconds;
}

export function wallClock(value: number): WallClock {
  return value as WallClock;
}

/** `0x20000100`: how addresses and registers are written in a trace, at least eight digits. */
export function hexAddress(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
