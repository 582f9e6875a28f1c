/**
 * A board's time. It moves only when somebody moves it: instruction by instruction while the core runs, straight to the next
 * alarm while it sleeps.
 */

interface Alarm {
  readonly ring: () => void;
  /** Nanoseconds of this clock; Infinity while not scheduled. */
  at: number;
}

/** The part of a clock that the emulated peripherals use, and the part that moves it. Starts at 0. */
export class VirtualClock {
  #nanos = 0;
  #next = Number.POSITIVE_INFINITY;
  readonly #alarms: Alarm[] = [];

  /** Nanoseconds since this clock was made. */
  get nanos(): number {
    return this.#nanos;
  }

  /** When the next alarm rings, in nanoseconds of this clock; Infinity where none is set. */
  get nextAlarm(): number {
    return this.#next;
  }

  createAlarm(ring: () => void): { schedule(deltaNanos: number): void; cancel(): void } {
    const alarm: Alarm = { ring, at: Number.POSITIVE_INFINITY };
    this.#alarms.push(alarm);
    return {
      schedule: (deltaNanos) => this.#set(alarm, this.#nanos + deltaNanos),
      cancel: () => this.#set(alarm, Number.POSITIVE_INFINITY),
    };
  }

  /** Moves time forward; every alarm up to then rings at its own moment, in order. */
  advanceTo(nanos: number): void {
    while (this.#next <= nanos) this.#ringNext();
    if (nanos > this.#nanos) this.#nanos = nanos;
  }

  #set(alarm: Alarm, at: number): void {
    alarm.at = at;
    this.#next = this.#alarms.reduce((soonest, { at: candidate }) => Math.min(soonest, candidate), Number.POSITIVE_INFINITY);
  }

  #ringNext(): void {
    const due = this.#alarms.find((alarm) => alarm.at === this.#next);
    if (due === undefined) return;
    // An alarm set in the past by a few cycles of rounding rings now.
    this.#nanos = Math.max(this.#nanos, due.at);
    this.#set(due, Number.POSITIVE_INFINITY);
    due.ring();
  }
}
