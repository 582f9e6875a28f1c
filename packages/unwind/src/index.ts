export type { CallInstruction, CoreRules } from './cores/core-rules.ts';
export { exceptionName } from './cores/exception-name.ts';
export { findCore } from './cores/find-core.ts';
export { readTrapCause, type TrapCause } from './cores/riscv/trap-name.ts';
export { findExceptionsOf } from './exception-number.ts';
export { type CapturedRun, MAX_READ_BYTES, type Memory, makeMemory, readHalfword, readWord } from './memory.ts';
export { RegisterSet } from './register-set.ts';
export { MAX_SCANNED_WORDS } from './scan-stack.ts';
export { findFunctionName, isCode, type UnwindTarget } from './target.ts';
export { unwindThread } from './unwind-thread.ts';
export {
  type BadJump,
  type Confidence,
  type EndReason,
  MAX_FRAMES,
  type UnwindEnd,
  type Unwinding,
  type UnwindMethod,
  type UnwoundCall,
  type UnwoundException,
  type UnwoundFrame,
} from './unwound-frame.ts';
