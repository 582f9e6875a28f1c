/** What the linker calls it → what the source calls it. */
import { demangleItanium, demangleItaniumFunction } from './itanium/demangle-itanium.ts';
import { fail, MAX_MANGLED, NotMangled } from './limits.ts';
import { demangleLegacy } from './rust/demangle-legacy.ts';
import { demangleV0 } from './rust/demangle-v0.ts';

/**
 * The name of a C++ or Rust symbol as in the source, with parameters where they are encoded, and the suffix that a compiler
 * gave a clone behind it in parentheses. Undefined where the text is not mangled, is malformed, or needs more than the limits
 * allow. Never throws, and takes time in proportion to its limits.
 */
export function demangle(name: string): string | undefined {
  return attempt(name, true);
}

/** The same without result, parameters and suffix: `ns::Class::method`. */
export function demangleFunction(name: string): string | undefined {
  return attempt(name, false);
}

function attempt(name: string, isWhole: boolean): string | undefined {
  if (name.length > MAX_MANGLED || !LOOKS_MANGLED.test(name)) return undefined;
  try {
    return V0_PREFIX.test(name) ? rustV0(name, isWhole) : (rustLegacy(name, isWhole) ?? cpp(name, isWhole));
  } catch (error) {
    if (error instanceof NotMangled) return undefined;
    throw error;
  }
}

const LOOKS_MANGLED = /^_{1,4}[RZ]/;
const V0_PREFIX = /^_{1,2}R/;

function cpp(name: string, isWhole: boolean): string {
  return isWhole ? demangleItanium(name) : demangleItaniumFunction(name);
}

function rustLegacy(name: string, isWhole: boolean): string | undefined {
  const found = demangleLegacy(name);
  return found && found.path + (isWhole ? shownSuffix(found.suffix) : '');
}

function rustV0(name: string, isWhole: boolean): string {
  const dot = name.search(/[.$]/);
  const end = dot < 0 ? name.length : dot;
  const start = name.indexOf('R') + 1;
  if (end === start) fail();
  return demangleV0(name.slice(start, end)) + (isWhole ? shownSuffix(name.slice(end)) : '');
}

function shownSuffix(suffix: string): string {
  return suffix === '' ? '' : ` (${suffix})`;
}
