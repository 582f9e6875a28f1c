export {
  type Descriptor,
  MAX_ARGUMENTS,
  MAX_DESCRIPTORS,
  MAX_TEXT_BYTES,
  type ReasonDescriptor,
  type SiteDescriptor,
  type SourceDescriptor,
  scanDescriptors,
} from './dictionary/descriptor.ts';
export { type AmbiguousSite, type DictionaryContent, LogDictionary, type LogSite } from './dictionary/log-dictionary.ts';
export { collectContent, type DescriptorSection, readDictionary } from './dictionary/read-dictionary.ts';
export { encodeDictionary, parseDictionary } from './dictionary/stored-dictionary.ts';
export { decodeLogEntries, type LogDecoding, type LogOptions } from './entries/decode-log-entries.ts';
export { MAX_ENTRY_BYTES } from './entries/entry-cursor.ts';
export { type LineTime, makeGapLine } from './entries/line-maker.ts';
export { decodeLogBody, type LogText } from './entries/log-body.ts';
export type { LogSegmentStart } from './entries/segment.ts';
export { decodeLogFile, detectLogFormat, LOG_FORMATS, type LogFileDecoding, type LogFormat } from './file/decode-log-file.ts';
export { decodeRttStream } from './file/decode-rtt-stream.ts';
export { mergeCores } from './merge-cores.ts';
export { compileFormat, type FormatPart, MAX_FIELD } from './printf/format.ts';
export { type ArgumentType, type ArgumentValue, MAX_LINE_BYTES, type PrintArguments, print } from './printf/print.ts';
export { hexdumpLines } from './render/hexdump-lines.ts';
export { type RenderOptions, renderLine, renderSyslog } from './render/render-line.ts';
export { STAMP_STYLES, type StampStyle } from './render/stamp-text.ts';
export { decodeBlockStream } from './ring/decode-block-stream.ts';
export { decodeLogRing } from './ring/decode-log-ring.ts';
export type { DecodedSegment, DictionaryFinder, LogRingDecoding, RingOptions } from './ring/decoded-segment.ts';
export { findBlocks, type StreamPart } from './ring/find-blocks.ts';
export { findRings, type RingHeader } from './ring/ring-header.ts';
