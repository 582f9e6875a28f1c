/**
 * What happens to a room, as its gateway tells the board: the payload of an event frame (device/examples/demo/events.h). None of them says
 * "crash": each one meets a defect of the firmware, or does not.
 */
export type Stimulus = keyof typeof EVENTS;

const HUMIDITY_SLOT = 1;
/** 16 a tenth of a percent: with it the mean of four readings is above 100 % whatever the other three said. */
const CONDENSING = 0xffff;
const CO2_SLOT = 2;
const CO2_KIND = 2;
/** A temperature no room reaches, close the valve, and look at rule 0 again. */
const CIRCULAR_RULE = [...u16(10_000), 2, 0];

const EVENTS = {
  /** The humidity sensor gets wet. 1.4.0: an assertion fails. */
  condensation: ['r', HUMIDITY_SLOT, ...u16(CONDENSING)],
  /** A CO2 sensor is plugged in. 1.4.0: a call through a NULL pointer. */
  newSensor: ['n', CO2_SLOT, CO2_KIND],
  /** Another sender never stops. Both releases: a hang. */
  busyChannel: ['c', 1],
  /** The building sends a rule that leads back to itself. 1.4.0: a stack overflow. */
  circularRule: ['l', ...CIRCULAR_RULE],
  /** The calibration was changed: the firmware restarts to read it. */
  newCalibration: ['k'],
  /** New firmware lies in the second slot. */
  update: ['u'],
} as const satisfies Record<string, readonly [string, ...number[]]>;

export function encodeStimulus(stimulus: Stimulus): Uint8Array {
  const [kind, ...rest] = EVENTS[stimulus];
  return Uint8Array.of(kind.charCodeAt(0), ...rest);
}

function u16(value: number): [number, number] {
  return [value & 0xff, value >> 8];
}
