/** What a firmware does, as far as its records go. */
export type RecordOp =
  | { readonly kind: 'start'; readonly hasVersion: boolean }
  | { readonly kind: 'mark'; readonly reason: number; readonly pc: number; readonly lr: number }
  | { readonly kind: 'unmark' }
  | { readonly kind: 'alive'; readonly uptime: number; readonly task: number; readonly pc: number }
  | { readonly kind: 'crash'; readonly cause: 1 | 6; readonly pc: number; readonly lr: number; readonly bits: number }
  | { readonly kind: 'snapshot'; readonly reason: number }
  | { readonly kind: 'pull' }
  | { readonly kind: 'ack' }
  | { readonly kind: 'healthy' }
  | { readonly kind: 'clear' }
  | { readonly kind: 'collect' }
  | { readonly kind: 'wait'; readonly uptime: number }
  /** A bootloader's call, before the start. */
  | { readonly kind: 'stash'; readonly at: number; readonly raw: number };

/** As machine.h has it. */
export function encodeOp(op: RecordOp): number[] {
  switch (op.kind) {
    case 'start':
      return [1, op.hasVersion ? 1 : 0];
    case 'mark':
      return [2, op.reason, op.pc, op.lr];
    case 'unmark':
      return [3];
    case 'alive':
      return [4, op.uptime, op.task, op.pc];
    case 'crash':
      return [5, op.cause, op.pc, op.lr, op.bits, op.cause === 1 ? 3 : 0];
    case 'snapshot':
      return [6, op.reason];
    case 'pull':
      return [7];
    case 'ack':
      return [8];
    case 'healthy':
      return [9];
    case 'clear':
      return [10];
    case 'collect':
      return [11];
    case 'wait':
      return [12, op.uptime];
    case 'stash':
      return [13, op.at, op.raw];
  }
}
