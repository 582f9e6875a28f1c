/** A stripped file and the file its debug information was moved to, as one. */
import { ByteReader, crc32, stringAt } from '@noinit/bytes';
import { NoinitError } from '@noinit/model';
import { type ElfFile, type ElfSection, PT, SHF, SHT } from './elf-file.ts';
import { refusing } from './refusal.ts';
import { findSection, sectionBytes } from './section-bytes.ts';

/** What `.gnu_debuglink` says of the other file. */
export interface DebugLink {
  readonly file: string;
  /** CRC-32 of all its bytes. */
  readonly checksum: number;
}

/** Where the file's debug information was moved to, if the file says so. Throws 'unsupported-elf' where it is cut short. */
export function findDebugLink(elf: ElfFile): DebugLink | undefined {
  const section = findSection(elf, '.gnu_debuglink');
  if (!section) return undefined;
  return refusing('.gnu_debuglink', () => {
    const bytes = sectionBytes(elf, section);
    const reader = new ByteReader(bytes, { littleEndian: elf.littleEndian });
    reader.cstring();
    reader.offset = Math.ceil(reader.offset / 4) * 4;
    return { file: stringAt(bytes, 0), checksum: reader.u32() };
  });
}

/**
 * The file that answers from both: what the target loads from `main`, symbols and debug sections from `debug`, as
 * `objcopy --only-keep-debug` and `eu-strip -f` write it. Throws 'wrong-symbols' where the two are not of one build: their
 * build ids tell, else the checksum of `.gnu_debuglink`, else whether all that is loaded stands in the same places.
 */
export function joinDebugFile(main: ElfFile, debug: ElfFile): ElfFile {
  checkSameBuild(main, debug);
  const twins = new Map(main.sections.map((section) => [keyOf(section), section]));
  const joined = debug.sections.map((section) => withContents(section, main, twins));
  const present = new Set(debug.sections.map(({ name }) => name));
  const added = main.sections.filter(({ name, type }) => type !== SHT.null && !present.has(name));
  const indices = new Map(added.map(({ index }, position) => [index, joined.length + position]));
  for (const { index, name } of main.sections) {
    if (!indices.has(index)) indices.set(index, debug.sections.find((section) => section.name === name)?.index ?? 0);
  }
  const sections = [
    ...joined,
    ...added.map((section) => ({ ...section, index: indices.get(section.index) ?? 0, link: indices.get(section.link) ?? 0 })),
  ];
  const segments = main.segments.length > 0 ? main.segments : debug.segments;
  const buildId = main.buildId ?? debug.buildId;
  return { ...main, sections, segments, ...(buildId === undefined ? {} : { buildId }) };
}

function checkSameBuild(main: ElfFile, debug: ElfFile): void {
  const isSameMachine =
    main.machine === debug.machine && main.addressSize === debug.addressSize && main.littleEndian === debug.littleEndian;
  if (!isSameMachine) throw wrong(`the debug file is for ${debug.machine}, the program for ${main.machine}`);
  if (main.buildId !== undefined && debug.buildId !== undefined) {
    if (main.buildId === debug.buildId) return;
    throw wrong(`the debug file has build id ${debug.buildId}, the program ${main.buildId}`);
  }
  const link = findDebugLink(main);
  if (link) {
    if (link.checksum === checksumOf(debug)) return;
    throw wrong(`the debug file does not have the checksum that the program's .gnu_debuglink gives for ${link.file}`);
  }
  const places = new Set(debug.sections.map(keyOf));
  const loaded = main.sections.filter(({ flags, size }) => flags & SHF.alloc && size > 0);
  if (loaded.length === 0) throw wrong('neither build id nor link nor sections bind the debug file to the program');
  const moved = loaded.find((section) => !places.has(keyOf(section)));
  if (moved) throw wrong(`the debug file has no ${moved.name} where the program has it`);
}

/** A section that is empty in the debug file, filled from the program: from its section or, where it has none, its segment. */
function withContents(section: ElfSection, main: ElfFile, twins: ReadonlyMap<string, ElfSection>): ElfSection {
  if (section.type !== SHT.nobits) return section;
  const twin = twins.get(keyOf(section));
  if (twin) return { ...twin, index: section.index, link: section.link };
  if (main.sections.length > 0 || !(section.flags & SHF.alloc)) return section;
  const { address, size } = section;
  const segment = main.segments.find(
    (place) => place.type === PT.load && address >= place.address && address + size <= place.address + place.fileSize,
  );
  if (!segment) return section;
  return { ...section, type: SHT.progbits, offset: segment.offset + address - segment.address, contents: main.contents };
}

function keyOf({ name, address, size }: ElfSection): string {
  return `${address} ${size} ${name}`;
}

function checksumOf({ contents }: ElfFile): number {
  let sum = 0;
  for (let at = 0; at < contents.size; at += CHECKSUM_STEP) {
    sum = crc32(contents.read(at, Math.min(CHECKSUM_STEP, contents.size - at)), sum);
  }
  return sum;
}

function wrong(fact: string): NoinitError {
  return new NoinitError('wrong-symbols', fact);
}

/** Of a file that is not in memory as much is read at once. */
const CHECKSUM_STEP = 1024 * 1024;
