/** All log sites of one build, by the id that goes over the wire (docs/formats/dictionary.md). */
import { type ElfFile, SHF, SHT, sectionBytes } from '@noinit/elf';
import { type BuildId, buildId, NoinitError } from '@noinit/model';
import { type Descriptor, MAX_DESCRIPTORS, scanDescriptors, typeCode, typeOfCode } from './descriptor.ts';
import { compileFormat, type FormatPart } from './printf/format.ts';

const SECTION = 'noinit_log';
const SCHEMA = 'noinit.dictionary/0';

/** A section as the search needs it. */
export interface DescriptorSection {
  readonly name: string;
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** A log site with its format taken apart. */
export interface LogSite extends Descriptor {
  readonly parts: readonly FormatPart[];
}

export class LogDictionary {
  /** The build that this dictionary is for; logs of other builds must not be read with it. */
  readonly build: BuildId | undefined;
  private readonly descriptors: ReadonlyMap<number, Descriptor>;
  private readonly sites = new Map<number, LogSite>();

  constructor(descriptors: readonly Descriptor[], build?: BuildId) {
    this.build = build;
    this.descriptors = new Map(descriptors.map((descriptor) => [descriptor.id, descriptor]));
  }

  get size(): number {
    return this.descriptors.size;
  }

  findSite(id: number): LogSite | undefined {
    const known = this.sites.get(id);
    if (known) return known;
    const descriptor = this.descriptors.get(id);
    if (!descriptor) return undefined;
    const site = { ...descriptor, parts: compileFormat(descriptor.format) };
    this.sites.set(id, site);
    return site;
  }

  /** In rising order of their ids. */
  list(): readonly Descriptor[] {
    return [...this.descriptors.values()].sort((a, b) => a.id - b.id);
  }
}

/** The dictionary of a build. Without log sites it is empty. */
export function readDictionary(elf: ElfFile): LogDictionary {
  const sections = elf.sections.filter(
    (section) => section.type === SHT.progbits && mayHoldDescriptors(section.name, section.flags),
  );
  const found = findDescriptors(
    sections.map((section) => ({ name: section.name, address: section.address, bytes: sectionBytes(elf, section) })),
    elf.littleEndian,
  );
  return new LogDictionary(found, elf.buildId);
}

/**
 * Descriptors of `noinit_log`, and those that a linker without our file put elsewhere. Where two sections claim an id, that of
 * `noinit_log` counts.
 */
export function findDescriptors(sections: readonly DescriptorSection[], littleEndian: boolean): readonly Descriptor[] {
  const found = new Map<number, Descriptor>();
  const [ours, others] = [sections.filter(isOurs), sections.filter((section) => !isOurs(section))];
  for (const section of [...ours, ...others]) {
    for (const descriptor of scanDescriptors(section.bytes, { address: section.address, littleEndian })) {
      if (found.size === MAX_DESCRIPTORS) return [...found.values()];
      if (!found.has(descriptor.id)) found.set(descriptor.id, descriptor);
    }
  }
  return [...found.values()];
}

/** As a file of its own, so that the ELF need not be read again. */
export function encodeDictionary(dictionary: LogDictionary): Uint8Array {
  const sites = dictionary
    .list()
    .map(({ id, level, line, types, module, file, format }) => [id, level, line, types.map(typeCode), module, file, format]);
  return new TextEncoder().encode(JSON.stringify({ schema: SCHEMA, build: dictionary.build ?? null, sites }));
}

/** Throws NoinitError 'internal' for anything that `encodeDictionary` of this version did not write. */
export function parseDictionary(bytes: Uint8Array): LogDictionary {
  const stored = parseJson(bytes);
  if (stored?.schema !== SCHEMA || !Array.isArray(stored.sites))
    throw new NoinitError('internal', `not a log dictionary of ${SCHEMA}`);
  return new LogDictionary(stored.sites.map(readStoredSite), stored.build === null ? undefined : buildId(String(stored.build)));
}

interface StoredDictionary {
  readonly schema: string;
  readonly build: string | null;
  readonly sites: readonly StoredSite[];
}

type StoredSite = readonly [number, Descriptor['level'], number, readonly number[], string, string, string];

/** Our own file: once its schema is right, its shape is trusted. */
function parseJson(bytes: Uint8Array): StoredDictionary | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as StoredDictionary;
  } catch (error) {
    throw new NoinitError('internal', 'a log dictionary that is not JSON', { cause: error });
  }
}

function readStoredSite([id, level, line, codes, module, file, format]: StoredSite): Descriptor {
  return { id, level, line, types: codes.flatMap((code) => typeOfCode(code) ?? []), module, file, format };
}

/** Debug sections have addresses from 0 too, which are no places in memory. */
function mayHoldDescriptors(name: string, flags: number): boolean {
  return name === SECTION || (flags & SHF.alloc) !== 0;
}

function isOurs(section: DescriptorSection): boolean {
  return section.name === SECTION;
}
