/** Zephyr's `thread_state` bits (kernel_structs.h). Bit 2 said "not started" up to version 3 and says "sleeping" since 4. */

export const STATE = {
  dummy: 1 << 0,
  pending: 1 << 1,
  sleeping: 1 << 2,
  dead: 1 << 3,
  suspended: 1 << 4,
  aborting: 1 << 5,
  suspending: 1 << 6,
  queued: 1 << 7,
} as const;

/** `isTimed`: a timeout will wake it. The last states win: a thread that is pending and aborting is aborting. */
export function describeState(bits: number | undefined, isTimed: boolean): string {
  if (bits === undefined) return 'unknown';
  if ((bits & STATE.dead) !== 0) return 'dead';
  if ((bits & STATE.aborting) !== 0) return 'aborting';
  if ((bits & STATE.pending) !== 0) return (bits & STATE.suspended) !== 0 ? 'pending, suspended' : 'pending';
  if ((bits & STATE.sleeping) !== 0) return isTimed ? 'sleeping' : 'not started';
  // Version 3 puts a sleeping thread to sleep by suspending it with a timeout.
  if ((bits & STATE.suspended) !== 0) return isTimed ? 'sleeping' : 'suspended';
  return 'ready';
}
