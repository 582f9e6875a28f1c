export { type Disassemble, type InstructionBytes, loadDisassembler } from './disassembly/disassemble.ts';
export { ENGINE, type ExplainOptions, explainDump } from './explain-dump.ts';
export { mayShowInstruction } from './fault/fault-instruction.ts';
export { findRecursion, type Recursion } from './fault/recursion.ts';
export { renderTraceMarkdown } from './render/markdown.ts';
export type { RenderOptions } from './render/sections.ts';
export { renderTrace } from './render/text.ts';
