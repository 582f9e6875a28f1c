/** What goes between the server and the process that works for it: plain data. */
import type { ErrorCode } from '@noinit/model';

export interface JobMessage {
  readonly id: number;
  readonly job: unknown;
}

export type ReplyMessage =
  | { readonly id: number; readonly done: unknown }
  | { readonly id: number; readonly refused: { readonly code: ErrorCode; readonly message: string } };
