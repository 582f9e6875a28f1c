export type { Damage, DamageCode } from './damage.ts';
export type {
  CrashCause,
  Dump,
  DumpThread,
  Machine,
  MemoryRegion,
  PostcardCause,
  RegisterValues,
  TargetMachine,
} from './dump.ts';
export { type ErrorCode, NoinitError } from './errors.ts';
export type { CrashFacts } from './fact.ts';
export {
  type BootKey,
  type BuildId,
  type BuildPrefix,
  buildId,
  buildPrefix,
  type CrashId,
  type IssueId,
  POSTCARD_SEQUENCE,
  type ProjectId,
  projectId,
  REBOOT_SEQUENCE,
  type RecordKey,
  type Serial,
  type ShortBuildPrefix,
  serial,
  shortBuildPrefix,
} from './ids.ts';
export type { LogClock, LogLevel, LogLine, LogPiece } from './log.ts';
export {
  CUSTOM_BIT,
  type CustomReason,
  type CustomReasons,
  describeReason,
  REASONS,
  type ReasonText,
  UNEXPECTED_BIT,
} from './reason.ts';
export type {
  BootRecord,
  CrashRecord,
  LogRecord,
  MessageScan,
  PostcardRecord,
  RebootMark,
  RebootRecord,
  Record,
  SignOfLife,
  UnknownRecord,
} from './record.ts';
export {
  type CodeFrame,
  type ExceptionFrame,
  type Fault,
  type FaultClass,
  type FaultInstruction,
  type KnownVariable,
  MAX_TRACE_NODES,
  type ThreadStack,
  TRACE_SCHEMA,
  type Trace,
  type TraceBuild,
  type TraceFrame,
  type TraceGap,
  type TraceThread,
  type Unknown,
  type UnknownCode,
  type UnknownVariable,
  type Variable,
  type VariableKind,
} from './trace.ts';
export {
  type Address,
  address,
  type Brand,
  hexAddress,
  type Milliseconds,
  milliseconds,
  type WallClock,
  wallClock,
} from './units.ts';
