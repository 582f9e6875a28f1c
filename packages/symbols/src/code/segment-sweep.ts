/** Turns nested ranges of scopes into neighbouring segments, each with its innermost scope. */
import { narrow } from '../columns/column.ts';
import { StepColumn } from '../columns/step-column.ts';
import type { SegmentColumns } from './code-table.ts';
import type { ScopeBuilder } from './scope-builder.ts';

/** A sweep over the starts of all ranges, with a stack of those still open. */
export class SegmentSweep {
  /** Where another scope becomes the innermost one, and that scope; -1 where none covers. */
  readonly starts: number[] = [];
  readonly innermost: number[] = [];
  private readonly scopes: ScopeBuilder;
  private stack: Open[] = [];

  constructor(scopes: ScopeBuilder) {
    this.scopes = scopes;
    const { ranges, depths } = scopes;
    const order = Array.from({ length: ranges.length / 3 }, (_, index) => index * 3);
    const start = (at: number) => ranges[at] ?? 0;
    const scope = (at: number) => ranges[at + 2] ?? 0;
    const depth = (at: number) => depths[scope(at)] ?? 0;
    order.sort((left, right) => start(left) - start(right) || depth(left) - depth(right) || scope(left) - scope(right));
    for (const at of order) this.open(start(at), ranges[at + 1] ?? 0, scope(at));
    this.closeUntil(Number.POSITIVE_INFINITY);
  }

  /** `numbers` says which number each scope got in its columns. */
  columns(numbers: Uint32Array): SegmentColumns {
    const scopes = this.innermost.map((scope) => (scope < 0 ? 0 : (numbers[scope] ?? 0) + 1));
    return { starts: StepColumn.from(this.starts), scopes: narrow(scopes) };
  }

  private open(start: number, end: number, scope: number): void {
    this.closeUntil(start);
    const top = this.stack.at(-1);
    const root = this.scopes.roots[scope];
    if (top && this.scopes.roots[top.scope] !== root) {
      if (!this.takesOver(scope, start, top)) return;
      this.makeRoom(end);
    } else if (top) end = Math.min(end, top.end);
    this.mark(start, scope);
    this.stack.push({ start, end, scope });
  }

  /**
   * Whether another function begins in the middle of the open one. One without a symbol is what is left of dropped code,
   * in whichever order they come; of two with symbols the nearer start holds, of two that start together the first.
   */
  private takesOver(scope: number, start: number, top: Open): boolean {
    const { symbols, depths, roots } = this.scopes;
    if (depths[scope] !== 0 || symbols[scope] === 0) return false;
    return symbols[roots[top.scope] ?? 0] === 0 || start > top.start;
  }

  /** What was open goes on behind the new function, where it reaches that far and is no remains. */
  private makeRoom(end: number): void {
    const { symbols, roots } = this.scopes;
    this.stack = this.stack.filter((open) => open.end > end && symbols[roots[open.scope] ?? 0] !== 0);
  }

  private closeUntil(start: number): void {
    for (let top = this.stack.at(-1); top && top.end <= start; top = this.stack.at(-1)) {
      this.stack.pop();
      this.mark(top.end, this.stack.at(-1)?.scope ?? -1);
    }
  }

  private mark(start: number, scope: number): void {
    const last = this.starts.length - 1;
    if (this.starts[last] === start) this.innermost[last] = scope;
    else if (this.innermost[last] !== scope) {
      this.starts.push(start);
      this.innermost.push(scope);
    }
  }
}

interface Open {
  readonly start: number;
  readonly end: number;
  readonly scope: number;
}
