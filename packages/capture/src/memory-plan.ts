/** What memory is read, in which order: the most important first, nothing twice, nothing secret, no more than a dump may hold. */
import { MAX_CAPTURE_BYTES, MAX_CAPTURE_REGIONS } from './limits.ts';
import { type Range, sizeOf, subtractRanges } from './range.ts';

export interface PlannedRange extends Range {
  readonly kind: 'stack' | 'data';
  /** For people: `.bss`, `the stack`. */
  readonly what: string;
}

/** A part that is not read at all, and why. */
export interface LeftOut extends Range {
  readonly what: string;
  readonly why: string;
}

export class MemoryPlan {
  readonly ranges: PlannedRange[] = [];
  readonly leftOut: LeftOut[] = [];
  private readonly secrets: readonly Range[];
  private bytes = 0;

  constructor(secrets: readonly Range[]) {
    this.secrets = secrets;
  }

  /** Adds what of a range is neither planned yet nor secret; gives that. */
  add(range: PlannedRange): readonly PlannedRange[] {
    const added: PlannedRange[] = [];
    for (const part of subtractRanges(range, [...this.ranges, ...this.secrets])) {
      const room = this.ranges.length === MAX_CAPTURE_REGIONS ? 0 : MAX_CAPTURE_BYTES - this.bytes;
      const end = Math.min(part.end, part.start + room);
      if (end < part.end) this.leaveOut(range.what, { start: end, end: part.end });
      if (end <= part.start) continue;
      const planned = { start: part.start, end, kind: range.kind, what: range.what };
      this.ranges.push(planned);
      this.bytes += sizeOf(planned);
      added.push(planned);
    }
    return added;
  }

  private leaveOut(what: string, { start, end }: Range): void {
    const why =
      this.ranges.length === MAX_CAPTURE_REGIONS ? `over ${MAX_CAPTURE_REGIONS} regions` : `over ${MAX_CAPTURE_BYTES} bytes`;
    this.leftOut.push({ start, end, what, why });
  }
}
