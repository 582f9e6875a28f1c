/**
 * Reboot reasons on the wire (docs/formats/reboot.md): bit 15 unexpected, bit 14 custom, bits 0 to 7 the number.
 * A value that is not in the table is unexpected unless its own bit 15 says otherwise.
 */
export const UNEXPECTED_BIT = 0x8000;
export const CUSTOM_BIT = 0x4000;

export interface ReasonText {
  readonly name: string;
  readonly expected: boolean;
  /** One sentence for a person who has never seen firmware. */
  readonly sentence: string;
}

export const REASONS: ReadonlyMap<number, ReasonText> = new Map([
  reason(0x0001, 'PowerOn', 'Power was applied.'),
  reason(0x0002, 'PinReset', 'The reset pin was pulled.'),
  reason(0x0003, 'SoftwareReset', 'The firmware asked for a reset.'),
  reason(0x0004, 'FirmwareUpdate', 'The device restarted to run new firmware.'),
  reason(0x0005, 'LowPowerWake', 'The device woke from a sleep that ends in a reset.'),
  reason(0x0006, 'Shutdown', 'The device was switched off.'),
  reason(0x0007, 'FactoryReset', 'The settings were reset.'),
  reason(0x0008, 'Debugger', 'A debugger reset the chip.'),
  reason(0x0009, 'SelfTest', 'A self-test restarted the device to see whether its memory is kept.'),
  reason(0x000a, 'UserReset', 'Somebody asked the device to restart.'),
  reason(0x000b, 'LowBattery', 'The device restarted or switched off because its battery was low.'),
  reason(0x8000, 'Unknown', 'Nothing says why the device restarted.'),
  reason(0x8001, 'Fault', 'The processor stopped at an instruction it could not carry out.'),
  reason(0x8002, 'Assert', 'A check in the firmware failed.'),
  reason(0x8003, 'Watchdog', 'The firmware hung until the watchdog reset the chip.'),
  reason(0x8004, 'SoftwareWatchdog', 'A task did not report in time.'),
  reason(0x8005, 'StackOverflow', 'A stack grew past its end.'),
  reason(0x8006, 'OutOfMemory', 'An allocation failed.'),
  reason(0x8007, 'BrownOut', 'The supply voltage dropped too low.'),
  reason(0x8008, 'Lockup', 'The processor faulted while handling a fault.'),
  reason(0x8009, 'Panic', 'The firmware gave up on purpose.'),
  reason(0x800a, 'CaptureFailed', 'A second fault struck while the first was being recorded, or the processor locked up.'),
  reason(0x800b, 'ClockFailure', 'The clock of the processor failed.'),
  reason(0x800c, 'MemoryError', 'Memory was found changed: a parity or correction check failed.'),
  reason(0x800d, 'Security', 'A security or tamper check reset the chip.'),
  reason(0x800e, 'Temperature', 'The chip was too hot or too cold.'),
  reason(0x800f, 'UpdateFailed', 'New firmware did not come up, or could not be installed.'),
  reason(0x8010, 'Nmi', 'An interrupt that cannot be masked struck, and nothing handled it.'),
  reason(0x8011, 'Hardware', 'The chip reset itself for a reason of its own.'),
]);

/** A reason of the project's own, as the ELF file of a build describes it (docs/formats/dictionary.md). */
export type CustomReason =
  | { readonly kind: 'named'; readonly name: string; readonly help: string }
  /** The build gives the number several names, in the order of the alphabet. */
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] };

/** By value on the wire. */
export type CustomReasons = ReadonlyMap<number, CustomReason>;

/** Name, class and sentence of any wire value, also of one this version does not know. `custom` are those of the build that sent it. */
export function describeReason(value: number, custom?: CustomReasons): ReasonText {
  const known = REASONS.get(value);
  if (known) return known;
  const expected = (value & UNEXPECTED_BIT) === 0;
  const number = `0x${value.toString(16).padStart(4, '0')}`;
  if ((value & CUSTOM_BIT) === 0)
    return { name: `unknown ${number}`, expected, sentence: 'A reason this version does not know.' };
  const own = custom?.get(value);
  if (own?.kind === 'named') return { name: own.name, expected, sentence: own.help };
  const sentence = own
    ? `A reason of the project’s own, which the build calls ${own.names.join(' and ')}.`
    : 'A reason of the project’s own.';
  return { name: `custom ${number}`, expected, sentence };
}

function reason(value: number, name: string, sentence: string): [number, ReasonText] {
  return [value, { name, expected: (value & UNEXPECTED_BIT) === 0, sentence }];
}
