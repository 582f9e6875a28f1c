import type { WallClock } from '@noinit/model';

/** RFC 3339 in UTC. */
export function timeText(at: WallClock): string {
  return new Date(at).toISOString();
}
