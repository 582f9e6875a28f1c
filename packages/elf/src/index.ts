export {
  type ArmArchitecture,
  type ArmAttributes,
  type BuildAttributes,
  type FloatingPoint,
  MAX_BUILD_ATTRIBUTES,
  type RiscvAttributes,
  readBuildAttributes,
} from './build-attributes.ts';
export { MAX_NOTE_BYTES } from './build-id.ts';
export { type CodeKind, CodeMap } from './code-map.ts';
export {
  type ElfFile,
  type ElfMachine,
  type ElfSection,
  type ElfSegment,
  type ElfType,
  PF,
  PT,
  SHF,
  SHT,
} from './elf-file.ts';
export { contentsOf, type FileContents } from './file-contents.ts';
export { type DebugLink, findDebugLink, joinDebugFile } from './join-debug-file.ts';
export { MAX_HEADERS, parseElf } from './parse-elf.ts';
export { findSection, MAX_EXPANSION, MAX_SECTION_BYTES, sectionBytes } from './section-bytes.ts';
export {
  type ElfSymbolTable,
  MAPPING_KIND,
  MAX_SYMBOLS,
  type MappingSymbols,
  readSymbolTable,
  SYMBOL_KIND,
  symbolStrings,
} from './symbol-table.ts';
