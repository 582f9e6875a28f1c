/** Text that devices wrote, made safe to look at: nothing invisible, nothing that reorders the line. */

/** C0 and C1 controls, DEL, zero-width and bidirectional marks, line and paragraph separators, lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/**
 * Replaces each invisible character by an escape as C and JavaScript write it: `\n`, `\x1b`, `\u202e`. Plain letters, because few fonts have
 * the pictures of control characters.
 */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, showCharacter);
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function showCharacter(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16);
  return SHORT.get(character) ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`);
}

/** The last part of a path; both kinds of slash, as compilers on Windows write the other one. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1) || path;
}

/** The beginning of a build id, long enough to tell builds apart by eye. */
export function shortBuild(build: string): string {
  return build.slice(0, 8);
}

/** A boot by (lineage, number); the lineage as 8 hex digits. */
export function lineageText(lineage: number): string {
  return lineage.toString(16).padStart(8, '0');
}
