export { type DeviceOptions, type SimulatedDevice, type SimulatedMessage, simulateDevice } from './device.ts';
export {
  type MadeAbbreviation,
  type MadeFrames,
  type MadeLineProgram,
  type MadeUnit,
  makeAbbreviations,
  makeDebugFrame,
  makeLineProgram,
  makeUnit,
} from './dwarf-section.ts';
export { type ElfCoreOptions, makeElfCore } from './elf-core.ts';
export { type MadeElf, type MadeSection, type MadeSegment, type MadeSymbol, makeElf, makeNote } from './elf-file.ts';
export { type OpenedElf, openElf } from './elf-sections.ts';
export { GDB_FRAMES_SCRIPT, type GdbFrame, type GdbVariable, readGdbBacktrace } from './gdb.ts';
export { GdbServer, type GdbServerOptions } from './gdb-server.ts';
export { matchesGolden } from './golden.ts';
export {
  type DescriptorFields,
  makeDescriptor,
  makeLogSection,
  type ReasonFields,
  type SiteFields,
  type SourceFields,
  type TargetFields,
} from './log-dictionary.ts';
export {
  ENTRY,
  entryCheck,
  type LogArgument,
  type LogBody,
  makeGap,
  makeLogBody,
  makeLogEntry,
  makeSegment,
  makeSegmentStart,
  makeStamped,
  type SegmentFields,
} from './log-entry.ts';
export { MadeRing, type RingOptions } from './log-ring.ts';
export { Random } from './random.ts';
export {
  makeBoot,
  makeCrash,
  makeDump,
  makeKey,
  makeLog,
  makePostcard,
  makeReboot,
  makeThread,
  TEST_BUILD,
  TEST_BUILD_PREFIX,
} from './records.ts';
export { describeWith, isInstalled, type Tool } from './tools.ts';
