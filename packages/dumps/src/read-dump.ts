/** One crash from a file, whichever container it came in. A new container is one folder and one line here. */
import { type Dump, NoinitError } from '@noinit/model';
import { readElfCore } from './elf-core/read-elf-core.ts';
import { readMessage } from './message/read-message.ts';

/** `noinit`: a crash message or a postcard as a device sends it. `elf-core`: a core file as gdb and others write it. */
export type DumpFormat = 'noinit' | 'elf-core';

export const DUMP_FORMATS: readonly DumpFormat[] = ['noinit', 'elf-core'];

/** The container by its first bytes. Neither a crash message nor a postcard begins with the ELF magic number. */
export function detectDump(bytes: Uint8Array): DumpFormat {
  return ELF_MAGIC.every((byte, index) => bytes[index] === byte) ? 'elf-core' : 'noinit';
}

/** Reads the crash of a file. NoinitError `unreadable-dump` where it holds none; whatever else is wrong is damage. */
export function readDump(bytes: Uint8Array, format: DumpFormat = detectDump(bytes)): Dump {
  if (bytes.length === 0) throw new NoinitError('unreadable-dump', 'the file is empty');
  return READERS[format](bytes);
}

const READERS: { readonly [format in DumpFormat]: (bytes: Uint8Array) => Dump } = {
  noinit: readMessage,
  'elf-core': readElfCore,
};
const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46];
