/** An ELF file, its tables read and its contents left where they are. */
import type { Address, BuildId } from '@noinit/model';
import type { FileContents } from './file-contents.ts';

export interface ElfFile {
  readonly contents: FileContents;
  /** 4 for ELF32, 8 for ELF64. */
  readonly addressSize: 4 | 8;
  readonly littleEndian: boolean;
  readonly type: ElfType;
  readonly machine: ElfMachine;
  /** e_flags: their meaning is the machine's. */
  readonly flags: number;
  readonly entry: Address;
  /** In file order. Index 0 is the null section where there is a section table. */
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
  /** From the GNU build id note, where there is one of 8 to 32 bytes. */
  readonly buildId?: BuildId;
}

export type ElfType = 'relocatable' | 'executable' | 'shared' | 'core' | 'other';
export type ElfMachine = 'arm' | 'riscv' | 'aarch64' | 'x86' | 'x86-64' | 'xtensa' | 'other';

/** A section header. Sizes and offsets are as the file claims; `sectionBytes` checks them. */
export interface ElfSection {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: Address;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly entrySize: number;
  /** Of the file that the section stands in: a section of debug information may come from another one. */
  readonly contents: FileContents;
}

/** A program header. */
export interface ElfSegment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: Address;
  /** Where the segment is loaded from: flash for initialised RAM. */
  readonly loadAddress: Address;
  readonly fileSize: number;
  readonly memorySize: number;
}

/** sh_type */
export const SHT = { null: 0, progbits: 1, symtab: 2, strtab: 3, note: 7, nobits: 8, dynsym: 11 } as const;
/** sh_flags */
export const SHF = { write: 0x1, alloc: 0x2, execinstr: 0x4, compressed: 0x800 } as const;
/** p_type */
export const PT = { load: 1, note: 4 } as const;
/** p_flags */
export const PF = { execute: 1, write: 2, read: 4 } as const;
