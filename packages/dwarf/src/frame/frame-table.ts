/** Address to unwind row, over the functions of one or more frame sections. */
import type { Address } from '@noinit/model';
import { unlessDamaged } from '../damage.ts';
import type { UnwindRow } from '../unwind-row.ts';
import { type FrameSection, type FunctionFrame, readFrames } from './frame-section.ts';
import { type RowSink, runUnwindProgram, runWholeUnwindProgram } from './unwind-program.ts';

export class FrameTable {
  private readonly frames: readonly Placed[];
  private readonly begins: Float64Array;

  /** Functions that `isLive` refuses are dropped. Of two that begin together the first section's wins. */
  constructor(sections: readonly FrameSection[], isLive: (begin: Address, end: Address) => boolean) {
    const frames = sections.flatMap((section) => readFrames(section).map((frame) => ({ section, frame })));
    this.frames = frames
      .filter(({ frame }) => isLive(frame.begin, frame.end))
      .sort((left, right) => left.frame.begin - right.frame.begin)
      .filter((placed, index, all) => placed.frame.begin !== all[index - 1]?.frame.begin);
    this.begins = Float64Array.from(this.frames, ({ frame }) => frame.begin);
  }

  /** The row for `pc`; undefined where no live function has one, or it cannot be read. */
  rowAt(pc: Address): UnwindRow | undefined {
    const placed = this.frameAt(pc);
    return (
      placed &&
      unlessDamaged(
        () => runUnwindProgram(placed.section, placed.frame, pc),
        () => undefined,
      )
    );
  }

  /** Hands out the rows of all functions in address order; where two overlap the later one has what both cover. */
  eachRow(sink: RowSink): void {
    this.frames.forEach(({ section, frame }, index) => {
      const next: number = this.begins[index + 1] ?? frame.end;
      unlessDamaged(
        () => runWholeUnwindProgram(section, frame, (start, end, row) => start < next && sink(start, Math.min(end, next), row)),
        () => undefined,
      );
    });
  }

  private frameAt(pc: Address): Placed | undefined {
    let low = 0;
    let high = this.begins.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.begins[middle] ?? 0) <= pc) low = middle + 1;
      else high = middle;
    }
    const placed = this.frames[low - 1];
    return placed && pc < placed.frame.end ? placed : undefined;
  }
}

interface Placed {
  readonly section: FrameSection;
  readonly frame: FunctionFrame;
}
