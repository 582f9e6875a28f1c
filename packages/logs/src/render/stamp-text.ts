/** Stamps as the device's own text output prints them. */

/** `raw` in ticks; the others need to know how many of them are a second. */
export type StampStyle = 'formatted' | 'raw' | 'linux' | 'date' | 'iso8601' | 'none';

export const STAMP_STYLES: readonly StampStyle[] = ['formatted', 'raw', 'linux', 'date', 'iso8601', 'none'];

/** With its brackets and the space behind it. */
export function stampText(stamp: number, frequency: number, style: StampStyle): string {
  const { seconds, microseconds } = split(stamp, frequency);
  const micro = digits(microseconds, 6);
  switch (style) {
    case 'none':
      return '';
    case 'raw':
      return `[${digits(stamp, 8)}] `;
    case 'linux':
      return `[${String(seconds).padStart(5)}.${micro}] `;
    case 'date':
      return `[${dateText(seconds)} ${clockText(seconds % DAY)}.${micro.slice(0, 3)},${micro.slice(3)}] `;
    case 'iso8601':
      return `[${dateText(seconds)}T${clockText(seconds % DAY)},${micro}Z] `;
    case 'formatted':
      return `[${clockText(seconds)}.${micro.slice(0, 3)},${micro.slice(3)}] `;
  }
}

/** RFC 5424 TIMESTAMP. */
export function syslogStamp(stamp: number, frequency: number): string {
  const { seconds, microseconds } = split(stamp, frequency);
  return `${dateText(seconds)}T${clockText(seconds % DAY)}.${digits(microseconds, 6)}Z`;
}

/** A clock of over a million ticks a second is halved until it is below: microseconds are all that is printed. */
function split(stamp: number, frequency: number): { readonly seconds: number; readonly microseconds: number } {
  let [ticks, rate] = [stamp, frequency];
  for (; rate > MICROSECONDS; rate = Math.floor(rate / 2)) ticks = Math.floor(ticks / 2);
  return { seconds: Math.floor(ticks / rate), microseconds: Math.floor(((ticks % rate) * MICROSECONDS) / rate) };
}

/** Hours are not wrapped at 24. */
function clockText(seconds: number): string {
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((part) => digits(part, 2)).join(':');
}

function dateText(seconds: number): string {
  const date = new Date(Math.min(seconds, MAX_SECONDS) * 1000);
  return `${digits(date.getUTCFullYear(), 4)}-${digits(date.getUTCMonth() + 1, 2)}-${digits(date.getUTCDate(), 2)}`;
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0');
}

const MICROSECONDS = 1_000_000;
const DAY = 86_400;
/** Of what JavaScript takes for a date. */
const MAX_SECONDS = 8.64e12;
