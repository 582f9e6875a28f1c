export { EXIT, type ExitCode } from './exit-codes.ts';
export { main } from './main.ts';
export type { Terminal } from './terminal.ts';
