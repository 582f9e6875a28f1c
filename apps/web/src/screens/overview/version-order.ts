/** Versions for comparison: the newest first, each with its crashes per hour and the step from the one before. */
import type { VersionSummary } from '@noinit/api';

export interface VersionRow {
  readonly version: VersionSummary;
  /** Crashes per hour of known uptime; undefined while that is less than `MIN_UPTIME`. */
  readonly rate: number | undefined;
  /** This rate as a multiple of the next older version's; undefined where either has no crash or no uptime. */
  readonly timesOlder: number | undefined;
}

const HOUR = 3_600_000;
/** Uptime below which a rate says nothing, in milliseconds over all devices of a version. */
export const MIN_UPTIME = 60_000;
const ORDER = new Intl.Collator('en', { numeric: true });

/** Versions by their text, numbers in it read as numbers (1.10 after 1.9), newest first. */
export function versionRows(versions: readonly VersionSummary[]): readonly VersionRow[] {
  const newestFirst = versions.toSorted(
    (a, b) => ORDER.compare(b.version ?? '', a.version ?? '') || ORDER.compare(a.build, b.build),
  );
  return newestFirst.map((version, index) => {
    const rate = crashRate(version);
    const older = newestFirst.slice(index + 1).find((other) => other.version !== version.version);
    const olderRate = older && crashRate(older);
    return { version, rate, timesOlder: rate && olderRate ? rate / olderRate : undefined };
  });
}

function crashRate({ crashes, uptime }: VersionSummary): number | undefined {
  return uptime >= MIN_UPTIME ? crashes / (uptime / HOUR) : undefined;
}
