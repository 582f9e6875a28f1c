export { type Capture, type CaptureOptions, captureTarget } from './capture-target.ts';
export { MAX_CAPTURE_BYTES } from './limits.ts';
export type { LeftOut } from './memory-plan.ts';
export { type FindSymbol, parseRanges } from './parse-ranges.ts';
export { type Program, readProgram } from './program.ts';
export { sizeOf } from './range.ts';
