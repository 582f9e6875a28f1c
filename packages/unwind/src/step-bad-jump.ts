/** The processor was sent where it cannot execute. Nothing ran there, so the return register and the stack are the caller's. */
import { end, makeCallerFrame, type PendingFrame, type Step } from './pending-frame.ts';
import { stepByPlainHandler } from './step-exception.ts';
import { stepByScan } from './step-scan.ts';
import { isCode, type UnwindTarget } from './target.ts';
import type { BadJump } from './unwound-frame.ts';

export function stepFromBadJump(frame: PendingFrame, target: UnwindTarget): Step {
  const { core, memory } = target;
  const returnAddress = frame.registers.get(core.returnRegister);
  if (returnAddress === undefined) return stepByScan(frame, frame.stackPointer, target, 'register-unknown');
  if (returnAddress === 0 || returnAddress === 0xffffffff) {
    const step = stepByScan(frame, frame.stackPointer, target, 'outermost');
    return step.kind === 'end' ? end('outermost', 'The return register marks the end of the stack.') : step;
  }
  if (core.exceptions?.isReturn(returnAddress)) return stepByPlainHandler(returnAddress, frame, target);
  const call = core.findCallBefore(returnAddress, memory);
  const isReturnToCode = core.isCodePointer(returnAddress) && isCode(target, core.callAddress(returnAddress));
  if (!isReturnToCode || call === 'no-call') return stepByScan(frame, frame.stackPointer, target, 'bad-return-address');
  const confidence = judgeCall(call, frame, target);
  const doubtful =
    confidence === 'unknown' ? 'The call before the return address does not lead to where the processor was sent.' : undefined;
  const caller = makeCallerFrame(returnAddress, frame.registers, target, {
    kind: 'call',
    footing: doubtful === undefined ? frame.footing : 'assumed',
    method: 'return-register',
    ...(doubtful !== undefined && { doubtful }),
  });
  return { kind: 'caller', frame: caller, viaBadJump: confidence };
}

/** A call through a register that still holds the address is certain; a direct call went elsewhere and jumped on, or is old. */
function judgeCall(
  call: ReturnType<UnwindTarget['core']['findCallBefore']>,
  frame: PendingFrame,
  target: UnwindTarget,
): BadJump['caller'] {
  if (typeof call === 'string') return 'likely-call';
  if (call.kind === 'direct') return call.target === frame.pc ? 'call' : 'unknown';
  const value = frame.registers.get(call.register);
  return value !== undefined && target.core.codeAddress(value) === frame.pc ? 'call' : 'unknown';
}
