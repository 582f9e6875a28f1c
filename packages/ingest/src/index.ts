export { type AcceptedChunks, acceptChunks, type ChunkPost } from './accept-chunks.ts';
export type { Explainer, ExplainJob, Explanation } from './explainer.ts';
export { type Change, type Processor, type ProcessorOptions, startProcessor } from './processor.ts';
export type { ProcessorStore } from './processor-store.ts';
export { type ProcessorThreadOptions, startProcessorThread } from './thread/start-processor-thread.ts';
