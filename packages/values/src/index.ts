export { quoteBytes } from './quote.ts';
export { registerName } from './read-register.ts';
export { MAX_VARIABLE_NODES, readGlobals, readVariables } from './read-variables.ts';
export { MAX_SUMMARY } from './summary.ts';
export {
  type Caller,
  type FrameRegisters,
  NodeBudget,
  type ScopeInFrame,
  type TargetMemory,
  type ValueTarget,
} from './target.ts';
export { MAX_DEPTH, MAX_ELEMENTS, MAX_HOPS, MAX_RAW_BYTES, MAX_TEXT_BYTES } from './value-request.ts';
