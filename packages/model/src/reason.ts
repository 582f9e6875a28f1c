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
  reason(0x800a, 'CaptureFailed', 'A second fault struck while the first was being recorded.'),
]);

/** Name, class and sentence of any wire value, also of one this version does not know. */
export function describeReason(value: number): ReasonText {
  const known = REASONS.get(value);
  if (known) return known;
  const number = `0x${value.toString(16).padStart(4, '0')}`;
  const custom = (value & CUSTOM_BIT) !== 0;
  return {
    name: custom ? `custom ${number}` : `unknown ${number}`,
    expected: (value & UNEXPECTED_BIT) === 0,
    sentence: custom ? 'A reason of the project’s own.' : 'A reason this version does not know.',
  };
}

function reason(value: number, name: string, sentence: string): [number, ReasonText] {
  return [value, { name, expected: (value & UNEXPECTED_BIT) === 0, sentence }];
}
