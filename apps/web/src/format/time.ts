/** Two clocks: the device's uptime, which is exact, and the server's arrival time, which is for orientation. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Uptime as `00:03:12.480`, with days in front from the first full day: `2 d 04:00:00.000`. */
export function uptimeText(milliseconds: number): string {
  const whole = Math.max(0, Math.trunc(milliseconds));
  const days = Math.floor(whole / DAY);
  const clock = [Math.floor((whole % DAY) / HOUR), Math.floor((whole % HOUR) / MINUTE), Math.floor((whole % MINUTE) / SECOND)];
  const text = `${clock.map(twoDigits).join(':')}.${String(whole % SECOND).padStart(3, '0')}`;
  return days === 0 ? text : `${days} d ${text}`;
}

/** How long something lasted, in its largest fitting unit: `480 ms`, `1.2 s`, `12 s`, `5.5 min`, `12 d`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < MINUTE) return `${oneDigit(milliseconds / SECOND)} s`;
  if (milliseconds < HOUR) return `${oneDigit(milliseconds / MINUTE)} min`;
  if (milliseconds < 2 * DAY) return `${oneDigit(milliseconds / HOUR)} h`;
  return `${oneDigit(milliseconds / DAY)} d`;
}

/** Seconds from one uptime to a reference, signed, to the millisecond: `−0.120`. */
export function offsetText(uptime: number, reference: number): string {
  const difference = uptime - reference;
  const sign = difference < 0 ? '\u2212' : '+';
  return `${sign}${(Math.abs(difference) / SECOND).toFixed(3)}`;
}

/** Age of an RFC 3339 time: `just now`, `40 s ago`, `4 min ago`, `3 h ago`, `12 d ago`. Clocks may differ: the future is now. */
export function agoText(time: string, now: number): string {
  const age = now - Date.parse(time);
  if (Number.isNaN(age)) return 'at an unknown time';
  if (age < 5 * SECOND) return 'just now';
  if (age < MINUTE) return `${Math.floor(age / (5 * SECOND)) * 5} s ago`;
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < 2 * DAY) return `${Math.floor(age / HOUR)} h ago`;
  return `${Math.floor(age / DAY)} d ago`;
}

/** An RFC 3339 time as `2026-03-02 14:02:09 UTC`: the same for everybody who reads a copied report. */
export function utcText(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function oneDigit(value: number): string {
  return value >= 10 ? String(Math.floor(value)) : String(Math.floor(value * 10) / 10);
}
