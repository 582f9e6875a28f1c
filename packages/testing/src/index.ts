export { makeElfCore } from './elf-core.ts';
export { type GdbFrame, type GdbVariable, readGdbBacktrace } from './gdb.ts';
export { describeWith, isInstalled, type Tool } from './tools.ts';
