/** What the program's debug information points to or holds, and nobody reads. */
import type { MissingPart, Symbols } from '@noinit/symbols';

/** Files that one sentence names. */
const MAX_NAMED = 5;
/** A file with units of many kinds that are not read is damaged. */
const MAX_REASONS = 5;

/** Facts without a full stop, with what to do; empty where all is here. */
export function describeMissing(symbols: Symbols): readonly string[] {
  const parts = symbols.missingParts();
  const [split, shared] = [nameFiles('split', parts), nameFiles('supplementary', parts)];
  const reasons = symbols.skippedUnits().slice(0, MAX_REASONS).join('; ');
  return [
    split === '' ? '' : `types and variables are in ${split}, which are not read: compile without -gsplit-dwarf`,
    shared === '' ? '' : `names and types are in ${shared}, which is not read: give the ELF file as it was before dwz`,
    reasons === '' ? '' : `a part of the debug information is left out: ${reasons}`,
  ].filter((sentence) => sentence !== '');
}

function nameFiles(kind: MissingPart['kind'], parts: readonly MissingPart[]): string {
  const files = parts.filter((part) => part.kind === kind).map(({ file }) => file);
  const named = files.slice(0, MAX_NAMED).join(', ');
  return files.length <= MAX_NAMED ? named : `${named} and ${files.length - MAX_NAMED} more`;
}
