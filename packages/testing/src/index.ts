export { makeElfCore } from './elf-core.ts';
export { type MadeElf, type MadeSection, type MadeSegment, type MadeSymbol, makeElf, makeNote } from './elf-file.ts';
export { type GdbFrame, type GdbVariable, readGdbBacktrace } from './gdb.ts';
export { describeWith, isInstalled, type Tool } from './tools.ts';
