/** Who is in the demo's fleet, and what happens to whom when. */
import type { Version } from './firmware.ts';
import type { Stimulus } from './stimulus.ts';

/** What a device is there to show. A healthy one is left alone for ever. */
export type Scenario = 'healthy' | 'assert' | 'null-call' | 'hang' | 'stack-overflow' | 'boot-loop' | 'update';

export interface FleetMember {
  readonly serial: string;
  readonly room: number;
  readonly version: Version;
  readonly scenario: Scenario;
}

export const FLEET: readonly FleetMember[] = [
  member(101, '1.4.0', 'assert'),
  member(102, '1.4.0', 'null-call'),
  member(103, '1.4.0', 'hang'),
  member(104, '1.4.0', 'stack-overflow'),
  member(105, '1.4.0', 'boot-loop'),
  member(106, '1.4.0', 'assert'),
  member(107, '1.4.0', 'healthy'),
  member(201, '1.3.2', 'update'),
  member(202, '1.3.2', 'hang'),
  member(203, '1.3.2', 'healthy'),
  member(204, '1.3.2', 'healthy'),
  member(205, '1.3.2', 'healthy'),
  member(206, '1.3.2', 'healthy'),
  member(207, '1.4.0', 'null-call'),
];

export interface Scene {
  /** Seconds after the scene before. */
  readonly after: number;
  readonly room: number;
  readonly stimulus: Stimulus;
}

/** Every kind once, within the first half minute. */
export const OPENING: readonly Scene[] = [
  { after: 2, room: 101, stimulus: 'condensation' },
  { after: 2, room: 102, stimulus: 'newSensor' },
  { after: 3, room: 103, stimulus: 'busyChannel' },
  { after: 3, room: 104, stimulus: 'circularRule' },
  { after: 3, room: 105, stimulus: 'newCalibration' },
  { after: 3, room: 201, stimulus: 'update' },
  { after: 3, room: 106, stimulus: 'condensation' },
  { after: 3, room: 207, stimulus: 'newSensor' },
  { after: 3, room: 202, stimulus: 'busyChannel' },
];

/** What goes on for ever, from the top again when it ends: about one incident in half a minute. */
export const DAILY_LIFE: readonly Scene[] = [
  { after: 20, room: 106, stimulus: 'condensation' },
  { after: 40, room: 201, stimulus: 'newSensor' },
  { after: 25, room: 101, stimulus: 'condensation' },
  { after: 35, room: 103, stimulus: 'busyChannel' },
  { after: 30, room: 202, stimulus: 'condensation' },
  { after: 25, room: 207, stimulus: 'newSensor' },
  { after: 30, room: 104, stimulus: 'circularRule' },
  { after: 45, room: 102, stimulus: 'newSensor' },
  { after: 60, room: 105, stimulus: 'newCalibration' },
  { after: 40, room: 202, stimulus: 'busyChannel' },
];

/** The opening once, then daily life without end. */
export function* scenes(): Generator<Scene, never> {
  yield* OPENING;
  for (;;) yield* DAILY_LIFE;
}

function member(room: number, version: Version, scenario: Scenario): FleetMember {
  return { serial: `room-${room}`, room, version, scenario };
}
