/** Text that devices wrote, made safe to look at: nothing invisible, nothing that reorders the line. */

/** C0 and C1 controls, DEL, zero-width and bidirectional marks, line and paragraph separators, lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/** Replaces each invisible character by a visible sign: controls by their picture (`␛`), others by `⟨U+202E⟩`. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, showCharacter);
}

function showCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
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
