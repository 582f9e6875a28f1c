export { type Descriptor, MAX_ARGUMENTS, MAX_DESCRIPTORS, MAX_TEXT_BYTES, scanDescriptors } from './descriptor.ts';
export {
  type DescriptorSection,
  encodeDictionary,
  findDescriptors,
  LogDictionary,
  type LogSite,
  parseDictionary,
  readDictionary,
} from './dictionary.ts';
export { decodeLogBody, type LogText } from './log-body.ts';
export {
  decodeLogEntries,
  type LogDecoding,
  type LogEntry,
  type LogEntryScan,
  type LogOptions,
  MAX_BODY_BYTES,
  scanLogEntries,
} from './log-entries.ts';
export { compileFormat, type FormatPart, MAX_FIELD } from './printf/format.ts';
export { type ArgumentType, type ArgumentValue, MAX_LINE_BYTES, type PrintArguments, print } from './printf/print.ts';
