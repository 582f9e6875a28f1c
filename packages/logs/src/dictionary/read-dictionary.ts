/** The dictionary of a build, from its ELF file: with the linker file or without it, stripped or not. */
import { type ElfFile, type ElfSection, SHF, SHT, sectionBytes } from '@noinit/elf';
import {
  type Descriptor,
  MAX_DESCRIPTORS,
  type ReasonDescriptor,
  type SiteDescriptor,
  type SourceDescriptor,
  scanDescriptors,
  type Target,
} from './descriptor.ts';
import { type DictionaryContent, LogDictionary } from './log-dictionary.ts';
import { RomImage } from './rom-image.ts';

const SECTION = 'noinit_log';

/** A section as the search needs it. */
export interface DescriptorSection {
  readonly name: string;
  readonly address: number;
  readonly bytes: Uint8Array;
  /** What it holds at run time is not what stands in the file. */
  readonly isWritable?: boolean;
}

/** Without log sites it is empty. */
export function readDictionary(elf: ElfFile): LogDictionary {
  const sections = elf.sections.filter(mayHoldDescriptors).map((section) => ({
    name: section.name,
    address: section.address,
    isWritable: (section.flags & SHF.write) !== 0,
    bytes: sectionBytes(elf, section),
  }));
  const { littleEndian, addressSize } = elf;
  return new LogDictionary(collectContent(sections, { littleEndian, addressSize }), elf.buildId);
}

/**
 * Descriptors of `noinit_log`, and those that a linker without our file put elsewhere. Of an id both are kept: whether they
 * differ is for the dictionary to say.
 */
export function collectContent(sections: readonly DescriptorSection[], target: Target): DictionaryContent {
  const ours = sections.filter(isOurs);
  const loaded = sections.filter((section) => !isOurs(section));
  const found: Descriptor[] = [];
  for (const section of [...ours, ...loaded]) {
    found.push(...scanDescriptors(section.bytes, section.address, target));
    if (found.length >= MAX_DESCRIPTORS) break;
  }
  return {
    sites: found.filter(isSite),
    sources: found.filter(isSource),
    reasons: found.filter(isReason),
    rom: new RomImage(loaded.filter(({ isWritable }) => isWritable !== true)),
  };
}

/** Debug sections have addresses from 0 too, which are no places in memory. */
function mayHoldDescriptors({ name, flags, type }: ElfSection): boolean {
  return type === SHT.progbits && (name === SECTION || (flags & SHF.alloc) !== 0);
}

function isOurs({ name }: { readonly name: string }): boolean {
  return name === SECTION;
}

function isSite(descriptor: Descriptor): descriptor is SiteDescriptor {
  return descriptor.kind === 'site';
}

function isSource(descriptor: Descriptor): descriptor is SourceDescriptor {
  return descriptor.kind === 'source';
}

function isReason(descriptor: Descriptor): descriptor is ReasonDescriptor {
  return descriptor.kind === 'reason';
}
