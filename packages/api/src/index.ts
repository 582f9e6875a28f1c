export { CONTENT_POLICY } from './content-policy.ts';
export { ACKS_TYPE, API, CHUNK_TYPE, CHUNKS_TYPE, DUMP_TYPE, KEY_HEADER, PROJECT_HEADER, path } from './paths.ts';
export type {
  ApiError,
  BootLoop,
  BootSummary,
  CrashDetail,
  CrashSummary,
  DeviceDetail,
  DeviceLogLine,
  DeviceSummary,
  IngestHealth,
  IssueSummary,
  MissingSymbols,
  Overview,
  Page,
  ProjectSummary,
  ReasonCount,
  RebootSummary,
  SymbolFile,
  SymbolUpload,
  VersionSummary,
  WaitingForSymbols,
} from './types.ts';
