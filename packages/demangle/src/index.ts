export { demangle, demangleFunction } from './demangle.ts';
export { MAX_DEMANGLED, MAX_MANGLED, MAX_NESTING, MAX_PIECES } from './limits.ts';
