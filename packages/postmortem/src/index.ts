export { ENGINE, type ExplainOptions, explainDump } from './explain-dump.ts';
export { renderTraceMarkdown } from './render/markdown.ts';
export { renderTrace } from './render/text.ts';
