/** The frames of a thread without its build's symbols: what pc and lr say, and no more. */
import { address, type DumpThread, hexAddress, type TraceFrame } from '@noinit/model';
import type { BadJump } from '@noinit/unwind';

const THUMB_STATE = 1 << 24;

export interface BareFrames {
  readonly frames: readonly TraceFrame[];
  readonly badJump?: BadJump;
}

export function makeBareFrames({ registers }: DumpThread, isCortexM: boolean): BareFrames {
  const { pc, lr, xpsr } = registers;
  const outer = isCortexM && lr !== undefined && isReturnToCode(lr) ? [frameAt((lr & ~1) >>> 0)] : [];
  const isWrongState = isCortexM && pc !== undefined && xpsr !== undefined && (xpsr & THUMB_STATE) === 0;
  const badJump: BadJump | undefined = isWrongState
    ? { target: address(pc), why: 'wrong-state', caller: outer.length > 0 ? 'likely-call' : 'unknown' }
    : undefined;
  return { frames: [...(pc === undefined ? [] : [frameAt(pc)]), ...outer], ...(badJump && { badJump }) };
}

/** Neither an exception return value (0xffffff80 on) nor the end of a stack, and with its Thumb bit. */
function isReturnToCode(lr: number): boolean {
  return (lr & 1) === 1 && lr >>> 7 !== 0x1ffffff;
}

function frameAt(pc: number): TraceFrame {
  return { kind: 'call', pc: hexAddress(pc), variables: [] };
}
