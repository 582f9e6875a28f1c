/** What one name may cost. Beyond a limit it counts as not demangled: a name is never cut into another one. */

/** Characters of a mangled name. The longest in LLVM and Boost have some ten thousand. */
export const MAX_MANGLED = 65_536;
/** Characters of a demangled name: substitutions can double it with every character. */
export const MAX_DEMANGLED = 1 << 17;
/** Grammar rules or pieces of the result inside each other. */
export const MAX_NESTING = 384;
/** Pieces that are looked at for one result; those of an empty pack print nothing. */
export const MAX_PIECES = 1 << 17;

/** Not a mangled name, or one beyond a limit. Caught at the package's door; without a stack it is cheap to throw. */
export class NotMangled extends Error {
  static {
    NotMangled.prototype.name = 'NotMangled';
  }
}

export function fail(): never {
  throw NOT_MANGLED;
}

const NOT_MANGLED = new NotMangled('not a mangled name');
