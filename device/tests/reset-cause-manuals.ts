/**
 * What the manuals and the vendors' headers say about reset causes, written down from their words and not from the headers of
 * device/ports/reset_cause: per family the meaning of each bit, and the order in which reasons count where several bits are set. Which header
 * was looked up for which family is in the README of that folder.
 */
/** docs/formats/reboot.md. */
export const REASONS = {
  PowerOn: 0x0001,
  PinReset: 0x0002,
  SoftwareReset: 0x0003,
  FirmwareUpdate: 0x0004,
  LowPowerWake: 0x0005,
  FactoryReset: 0x0007,
  Debugger: 0x0008,
  UserReset: 0x000a,
  Unknown: 0x8000,
  Fault: 0x8001,
  Watchdog: 0x8003,
  SoftwareWatchdog: 0x8004,
  BrownOut: 0x8007,
  Lockup: 0x8008,
  Panic: 0x8009,
  ClockFailure: 0x800b,
  MemoryError: 0x800c,
  Security: 0x800d,
  Temperature: 0x800e,
  UpdateFailed: 0x800f,
  Hardware: 0x8011,
} as const;
export type ReasonName = keyof typeof REASONS;

export interface BitFamily {
  readonly name: string;
  /** What no bit at all means. */
  readonly none: ReasonName;
  /** Bits of the register that are reset flags; default all. */
  readonly flags?: readonly number[];
  readonly bits: Readonly<Record<number, ReasonName>>;
  /** Where several are set, the first of these counts. */
  readonly order: readonly ReasonName[];
  /** Bits that count where no other is set. */
  readonly last?: readonly number[];
}

export interface ValueFamily {
  readonly name: string;
  readonly values: Readonly<Record<number, ReasonName>>;
}

const range = (first: number, last: number): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** "The pin is pulled low by every internal reset"; "a power-on reset also sets the brown-out flag, and clears the other flags". */
const STM32_ORDER = ['Watchdog', 'Security', 'LowPowerWake', 'SoftwareReset', 'PowerOn', 'BrownOut', 'PinReset'] as const;

const STM32F4: Omit<BitFamily, 'name'> = {
  none: 'Unknown',
  flags: range(25, 31),
  bits: {
    25: 'BrownOut',
    26: 'PinReset',
    27: 'PowerOn',
    28: 'SoftwareReset',
    29: 'Watchdog',
    30: 'Watchdog',
    31: 'LowPowerWake',
  },
  order: STM32_ORDER,
};

export const BIT_FAMILIES: readonly BitFamily[] = [
  {
    name: 'rp2040',
    none: 'Unknown',
    bits: { 0: 'Watchdog', 1: 'SoftwareReset', 8: 'PowerOn', 16: 'PinReset', 20: 'Debugger' },
    order: ['Watchdog', 'SoftwareReset', 'Debugger', 'PinReset', 'PowerOn'],
  },
  {
    // "If none of the reset sources are flagged, the chip was reset from the on-chip reset generator: a power-on or a brown-out."
    name: 'nrf51',
    none: 'PowerOn',
    bits: {
      0: 'PinReset',
      1: 'Watchdog',
      2: 'SoftwareReset',
      3: 'Lockup',
      16: 'LowPowerWake',
      17: 'LowPowerWake',
      18: 'Debugger',
    },
    order: ['Watchdog', 'Lockup', 'Debugger', 'LowPowerWake', 'SoftwareReset', 'PinReset'],
  },
  {
    // Erratum 136: after a pin reset, bits other than RESETPIN may be set.
    name: 'nrf52',
    none: 'PowerOn',
    bits: {
      0: 'PinReset',
      1: 'Watchdog',
      2: 'SoftwareReset',
      3: 'Lockup',
      16: 'LowPowerWake',
      17: 'LowPowerWake',
      18: 'Debugger',
      19: 'LowPowerWake',
      20: 'LowPowerWake',
    },
    order: ['PinReset', 'Watchdog', 'Lockup', 'Debugger', 'LowPowerWake', 'SoftwareReset'],
  },
  {
    name: 'nrf53',
    none: 'PowerOn',
    bits: {
      0: 'PinReset',
      1: 'Watchdog',
      2: 'Debugger',
      3: 'SoftwareReset',
      4: 'Lockup',
      5: 'LowPowerWake',
      6: 'LowPowerWake',
      7: 'Debugger',
      16: 'SoftwareReset',
      17: 'Lockup',
      18: 'Watchdog',
      23: 'SoftwareReset',
      24: 'LowPowerWake',
      25: 'Watchdog',
      26: 'LowPowerWake',
      27: 'Debugger',
    },
    order: ['Watchdog', 'Lockup', 'Debugger', 'LowPowerWake', 'SoftwareReset', 'PinReset'],
  },
  {
    name: 'nrf91',
    none: 'PowerOn',
    bits: { 0: 'PinReset', 1: 'Watchdog', 2: 'LowPowerWake', 4: 'Debugger', 16: 'SoftwareReset', 17: 'Lockup', 18: 'Debugger' },
    order: ['Watchdog', 'Lockup', 'Debugger', 'LowPowerWake', 'SoftwareReset', 'PinReset'],
  },
  { name: 'stm32f4', ...STM32F4 },
  { name: 'stm32f7', ...STM32F4 },
  {
    // "D1RSTF: set when the domain exits DStandby"; C1RSTF and C2RSTF (17, 18) are set by every reset of their core.
    name: 'stm32h7',
    none: 'Unknown',
    flags: range(17, 31),
    bits: {
      19: 'LowPowerWake',
      20: 'LowPowerWake',
      21: 'BrownOut',
      22: 'PinReset',
      23: 'PowerOn',
      24: 'SoftwareReset',
      25: 'SoftwareReset',
      26: 'Watchdog',
      27: 'Watchdog',
      28: 'Watchdog',
      29: 'Watchdog',
      30: 'LowPowerWake',
      31: 'LowPowerWake',
    },
    order: STM32_ORDER,
    last: [19, 20],
  },
  {
    name: 'stm32l4',
    none: 'Unknown',
    flags: range(24, 31),
    bits: {
      24: 'Security',
      25: 'SoftwareReset',
      26: 'PinReset',
      27: 'BrownOut',
      28: 'SoftwareReset',
      29: 'Watchdog',
      30: 'Watchdog',
      31: 'LowPowerWake',
    },
    order: STM32_ORDER,
  },
  {
    name: 'stm32wb',
    none: 'Unknown',
    flags: range(25, 31),
    bits: {
      25: 'SoftwareReset',
      26: 'PinReset',
      27: 'BrownOut',
      28: 'SoftwareReset',
      29: 'Watchdog',
      30: 'Watchdog',
      31: 'LowPowerWake',
    },
    order: STM32_ORDER,
  },
  {
    // "A reset sets its own bit and clears the others": the order cannot matter, and is the usual one.
    name: 'saml1x',
    none: 'Unknown',
    bits: { 0: 'PowerOn', 1: 'BrownOut', 2: 'BrownOut', 4: 'PinReset', 5: 'Watchdog', 6: 'SoftwareReset' },
    order: ['Watchdog', 'BrownOut', 'SoftwareReset', 'PinReset', 'PowerOn'],
  },
  {
    // "There is no bit for power-on, brown-out and XRES."
    name: 'psoc6',
    none: 'PowerOn',
    bits: {
      0: 'Watchdog',
      1: 'Hardware',
      2: 'Hardware',
      3: 'ClockFailure',
      4: 'SoftwareReset',
      5: 'SoftwareWatchdog',
      6: 'SoftwareWatchdog',
      7: 'SoftwareWatchdog',
      8: 'SoftwareWatchdog',
      16: 'ClockFailure',
      17: 'ClockFailure',
      18: 'LowPowerWake',
      31: 'LowPowerWake',
    },
    order: ['Watchdog', 'SoftwareWatchdog', 'Hardware', 'ClockFailure', 'LowPowerWake', 'SoftwareReset'],
  },
  {
    // "This bit is also set with a power-on reset", of watchdog and SWD; zero: "the system has woken up from hibernation".
    name: 'da14',
    none: 'LowPowerWake',
    bits: { 0: 'PowerOn', 1: 'PinReset', 2: 'SoftwareReset', 3: 'Watchdog', 4: 'Debugger', 5: 'Watchdog' },
    order: ['PowerOn', 'Watchdog', 'Debugger', 'SoftwareReset', 'PinReset'],
  },
  {
    // The reference manual's table: all but the power-on bit are don't-cares beside it; those of brown-outs void the rest.
    name: 'gecko1',
    none: 'Unknown',
    bits: {
      0: 'PowerOn',
      2: 'BrownOut',
      3: 'BrownOut',
      4: 'BrownOut',
      8: 'PinReset',
      9: 'Lockup',
      10: 'SoftwareReset',
      11: 'Watchdog',
      16: 'LowPowerWake',
    },
    order: ['PowerOn', 'BrownOut', 'Watchdog', 'Lockup', 'SoftwareReset', 'LowPowerWake', 'PinReset'],
  },
  {
    name: 'gecko2',
    none: 'Unknown',
    bits: {
      0: 'PowerOn',
      1: 'PinReset',
      2: 'LowPowerWake',
      3: 'Watchdog',
      4: 'Watchdog',
      5: 'Lockup',
      6: 'SoftwareReset',
      7: 'BrownOut',
      8: 'BrownOut',
      9: 'BrownOut',
      10: 'BrownOut',
      11: 'BrownOut',
      13: 'Security',
      14: 'SoftwareReset',
      15: 'Security',
      31: 'BrownOut',
    },
    order: ['PowerOn', 'BrownOut', 'Watchdog', 'Lockup', 'Security', 'SoftwareReset', 'LowPowerWake', 'PinReset'],
  },
  {
    name: 'imxrt102x',
    none: 'Unknown',
    bits: {
      0: 'PowerOn',
      1: 'SoftwareReset',
      2: 'Security',
      3: 'PinReset',
      4: 'Watchdog',
      5: 'Debugger',
      6: 'Debugger',
      7: 'Watchdog',
      8: 'Temperature',
    },
    order: ['Watchdog', 'Temperature', 'Security', 'Debugger', 'SoftwareReset', 'PinReset', 'PowerOn'],
  },
  {
    // "Reset value after a power-on: POR and LVD."
    name: 's32k',
    none: 'Unknown',
    bits: {
      1: 'BrownOut',
      2: 'ClockFailure',
      3: 'ClockFailure',
      4: 'ClockFailure',
      5: 'Watchdog',
      6: 'PinReset',
      7: 'PowerOn',
      8: 'Debugger',
      9: 'Lockup',
      10: 'SoftwareReset',
      11: 'Debugger',
      13: 'Hardware',
    },
    order: ['Watchdog', 'Lockup', 'ClockFailure', 'Hardware', 'Debugger', 'SoftwareReset', 'PowerOn', 'BrownOut', 'PinReset'],
  },
  {
    name: 'zephyr',
    none: 'Unknown',
    bits: {
      0: 'PinReset',
      1: 'SoftwareReset',
      2: 'BrownOut',
      3: 'PowerOn',
      4: 'Watchdog',
      5: 'Debugger',
      6: 'Security',
      7: 'LowPowerWake',
      8: 'Lockup',
      9: 'MemoryError',
      10: 'ClockFailure',
      11: 'ClockFailure',
      12: 'Hardware',
      13: 'UserReset',
      14: 'Temperature',
      15: 'SoftwareReset',
      16: 'MemoryError',
    },
    order: [
      'Watchdog',
      'Lockup',
      'Security',
      'MemoryError',
      'ClockFailure',
      'Temperature',
      'Debugger',
      'LowPowerWake',
      'UserReset',
      'SoftwareReset',
      'PowerOn',
      'BrownOut',
      'PinReset',
      'Hardware',
    ],
  },
];

/** Bits of a table row as the manual prints it: 15 to 0. */
const binary = (digits: string): number => Number.parseInt(digits, 2);

/** emlib's table: a cause stands if its bit is set and those marked 1 here are not. Here its two AVDD rows do not void each other. */
export const GECKO_0: readonly { readonly bit: number; readonly reason: ReasonName; readonly mustBeZero: number }[] = [
  { bit: 0, reason: 'PowerOn', mustBeZero: 0 },
  { bit: 1, reason: 'BrownOut', mustBeZero: binary('0000000010000001') },
  { bit: 2, reason: 'BrownOut', mustBeZero: binary('0000000010010001') },
  { bit: 3, reason: 'PinReset', mustBeZero: binary('0000000000000001') },
  { bit: 4, reason: 'Watchdog', mustBeZero: binary('0000000000000011') },
  { bit: 5, reason: 'Lockup', mustBeZero: binary('1110111111011111') },
  { bit: 6, reason: 'SoftwareReset', mustBeZero: binary('1110111110011111') },
  { bit: 7, reason: 'LowPowerWake', mustBeZero: binary('0000011100011001') },
  { bit: 8, reason: 'LowPowerWake', mustBeZero: binary('0000011000011001') },
  { bit: 9, reason: 'BrownOut', mustBeZero: binary('0000000000011111') },
  { bit: 10, reason: 'BrownOut', mustBeZero: binary('0000000000011111') },
  ...range(11, 14).map((bit) => ({ bit, reason: 'BrownOut' as const, mustBeZero: 1 })),
  { bit: 15, reason: 'LowPowerWake', mustBeZero: 1 },
];

const ESP32: ValueFamily['values'] = {
  1: 'PowerOn',
  2: 'PinReset',
  3: 'SoftwareReset',
  4: 'Panic',
  5: 'Watchdog',
  6: 'SoftwareWatchdog',
  7: 'Watchdog',
  8: 'LowPowerWake',
  9: 'BrownOut',
  10: 'PinReset',
  11: 'Debugger',
  12: 'Debugger',
  13: 'MemoryError',
  14: 'BrownOut',
  15: 'Lockup',
};

export const VALUE_FAMILIES: readonly ValueFamily[] = [
  { name: 'esp32', values: ESP32 },
  { name: 'esp32c3', values: ESP32 },
  {
    name: 'esp8266',
    values: {
      0: 'PowerOn',
      1: 'Watchdog',
      2: 'Fault',
      3: 'SoftwareWatchdog',
      4: 'SoftwareReset',
      5: 'LowPowerWake',
      6: 'PinReset',
    },
  },
  {
    name: 'mynewt',
    values: {
      1: 'PowerOn',
      2: 'PinReset',
      3: 'Watchdog',
      4: 'SoftwareReset',
      5: 'BrownOut',
      6: 'UserReset',
      7: 'LowPowerWake',
      8: 'FirmwareUpdate',
    },
  },
  {
    name: 'particle',
    values: {
      20: 'PinReset',
      30: 'LowPowerWake',
      40: 'PowerOn',
      50: 'BrownOut',
      60: 'Watchdog',
      70: 'FirmwareUpdate',
      80: 'UpdateFailed',
      90: 'UpdateFailed',
      100: 'FactoryReset',
      110: 'SoftwareReset',
      120: 'SoftwareReset',
      130: 'Panic',
      140: 'SoftwareReset',
      150: 'SoftwareReset',
    },
  },
];

/** Of a register full of 0x5a3cf00f: what reading gives and touches, and what clearing leaves there. */
export const REGISTERS: readonly { readonly name: string; readonly read: string; readonly cleared: string }[] = [
  { name: 'rp2040', read: '00100003 40058008=5a3cf00f 40064008=5a3cf00f', cleared: '-' },
  { name: 'nrf52', read: '5a3cf00f 40000400=5a3cf00f', cleared: '- 40000400=ffffffff' },
  { name: 'stm32f4', read: '5a3cf00f 40023874=5a3cf00f', cleared: '- 40023874=5b3cf00f' },
  { name: 'stm32f7', read: '5a3cf00f 40023874=5a3cf00f', cleared: '- 40023874=5b3cf00f' },
  { name: 'stm32h7', read: '5a3cf00f 580244d0=5a3cf00f', cleared: '- 580244d0=5a3df00f' },
  { name: 'stm32l4', read: '5a3cf00f 40021094=5a3cf00f', cleared: '- 40021094=5abcf00f' },
  { name: 'stm32wb', read: '5a3cf00f 58000094=5a3cf00f', cleared: '- 58000094=5abcf00f' },
  { name: 'saml1x', read: '0000000f 40000c00=5a3cf00f', cleared: '-' },
  { name: 'da1453x', read: '0000f00f 50000304=5a3cf00f', cleared: '- 50000304=5a3c0000' },
  { name: 'da1469x', read: '5a3cf00f 500000bc=5a3cf00f', cleared: '- 500000bc=00000000' },
  // RCCLR is one bit; HRCCLR is set and cleared again, the rest of its register kept.
  { name: 'gecko0', read: '5a3cf00f 400ca004=5a3cf00f', cleared: '- 400ca008=00000001 400c6024=5a3cf00e' },
  { name: 'gecko1', read: '5a3cf00f 400e5004=5a3cf00f', cleared: '- 400e5008=00000001' },
  { name: 'gecko2', read: '5a3cf00f 40004094=5a3cf00f', cleared: '- 40004070=00020000' },
  // Bits 0 to 7 go by ones, 8 by a zero.
  { name: 'imxrt102x', read: '5a3cf00f 400f8008=5a3cf00f', cleared: '- 400f8008=000000ff' },
  { name: 's32k', read: '5a3cf00f 4007f008=5a3cf00f', cleared: '-' },
];
