/** Why a trace is not the whole answer. */
import { type ElfFile, findDebugLink, parseElf, SHF, SHT } from '@noinit/elf';
import { NoinitError, type Trace } from '@noinit/model';

/** One sentence each, with what to do; empty where nothing is missing. `elf` is the file that was given. */
export function findShortcomings({ build, damage, unknown = [] }: Trace, elf: Uint8Array | undefined): string[] {
  const notes = unknown.some(({ why }) => why === 'only-postcard')
    ? ['only the postcard of this crash: the rest of it is unknown']
    : [];
  if (build.symbols === 'none') notes.push(`no symbols: give the ELF file of ${nameBuild(build.wanted)} with --elf`);
  const program = elf && readProgram(elf);
  if (build.symbols === 'names-only') notes.push(namesOnly(program && findDebugLink(program)?.file));
  if (program && isDebugFile(program)) {
    notes.push(
      'the ELF file holds debug information without the program: give the program with --elf and this one with --debug-file',
    );
  }
  if (damage.length > 0) notes.push(`the dump is damaged: ${damage.map(({ detail }) => detail).join('; ')}`);
  return build.symbols === 'none' ? notes : [...notes, ...(build.missing ?? [])];
}

/** What to know beside an answer that is whole. */
export function findCaveats({ build }: Trace): string[] {
  if (build.symbols === 'none' || build.id !== undefined) return [];
  return ['the ELF file has no build id: nothing tells whether it is the build that crashed; link with -Wl,--build-id'];
}

function nameBuild(wanted: string | undefined): string {
  return wanted === undefined ? 'exactly this build' : `build ${wanted}…`;
}

function namesOnly(movedTo: string | undefined): string {
  if (movedTo !== undefined) return `the debug information of the ELF file was moved to ${movedTo}: give it with --debug-file`;
  return 'the ELF file has no debug information: link with -g and do not strip it, or give what was stripped with --debug-file';
}

/** Nothing where the file cannot be read, for what is told of it is only advice. */
function readProgram(elf: Uint8Array): ElfFile | undefined {
  try {
    return parseElf(elf);
  } catch (error) {
    if (error instanceof NoinitError) return undefined;
    throw error;
  }
}

/** `objcopy --only-keep-debug` leaves the sections of code, and takes their bytes. */
function isDebugFile({ sections }: ElfFile): boolean {
  const code = sections.filter(({ flags }) => (flags & SHF.execinstr) !== 0);
  return code.length > 0 && code.every(({ type }) => type === SHT.nobits);
}
