/** How many entries of range and location lists a question has cost. */
import { overLimit } from '../damage.ts';

/**
 * Many entries may refer to one long list, so that limits on lists alone leave a small file that takes for ever.
 * Each question that follows such references has a budget for all lists it reads together.
 */
export class ListWork {
  private read = 0;
  private limit = Number.POSITIVE_INFINITY;

  /** Counts one entry. */
  spend(): void {
    if (++this.read > this.limit) throw overLimit('one question reads too many entries of range and location lists');
  }

  /** Runs `question` with a budget; budgets do not nest, the inner question takes from the outer one. */
  within<Answer>(entries: number, question: () => Answer): Answer {
    if (this.limit !== Number.POSITIVE_INFINITY) return question();
    this.limit = this.read + entries;
    try {
      return question();
    } finally {
      this.limit = Number.POSITIVE_INFINITY;
    }
  }
}
