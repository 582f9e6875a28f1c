/** Where chunks wait, durable, between the acknowledgement and the processor. */
import type { ProjectId, Serial, WallClock } from '@noinit/model';

/** One chunk as it arrived, not looked at yet. */
export interface InboxRow {
  readonly project: ProjectId;
  readonly serial: Serial;
  readonly receivedAt: WallClock;
  readonly bytes: Uint8Array;
}

/** A row that the caller of `claim` now owns. Ids grow with arrival and are never used twice. */
export interface ClaimedRow extends InboxRow {
  readonly id: number;
}

/** The processor's side of an inbox. Only one may be in use at a time: two would be given the same rows. */
export interface InboxClaims {
  /**
   * The oldest rows nobody has claimed: `count` of them, fewer only where no more wait or where these are `MAX_CLAIM_BYTES` and
   * more already. A claim ends with `done`, `release` or the process.
   */
  claim(count: number): Promise<readonly ClaimedRow[]>;
  /** Forgets rows whose events are committed. */
  done(ids: readonly number[]): Promise<void>;
  /** Gives claimed rows back, to be claimed again. */
  release(ids: readonly number[]): void;
  /** Calls `listener` after each commit that added rows. Gives back how to stop that. A hint only: `claim` is the truth. */
  onAppended(listener: () => void): () => void;
}

export interface Inbox extends InboxClaims {
  /**
   * Resolves once every row survives a power cut: all rows of one call or none. Rejects with NoinitError `overloaded`
   * when more bytes wait for the disk than the limit allows; nothing of that call is kept then.
   */
  append(rows: readonly InboxRow[]): Promise<void>;
  /** Rows that are not done, claimed ones included. */
  backlog(): Promise<number>;
}
