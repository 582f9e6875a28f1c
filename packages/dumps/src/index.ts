export { MAX_CORE_BYTES, MAX_CORE_DAMAGE, MAX_CORE_REGIONS, MAX_CORE_THREADS } from './elf-core/limits.ts';
export { readElfCore } from './elf-core/read-elf-core.ts';
export { postcardDump } from './message/postcard-dump.ts';
export { readMessage } from './message/read-message.ts';
export { DUMP_FORMATS, type DumpFormat, detectDump, readDump } from './read-dump.ts';
