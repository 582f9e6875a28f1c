/** Function names without what changes from build to build: compiler suffixes, hashes, arguments, generic arguments. */

/** Two builds of one source give the same name, whatever was inlined, cloned or mangled. */
export function normaliseFunction(name: string): string {
  const source = name.replace(COMPILER_SUFFIX, '').replace(RUST_HASH, '').replace(RUNTIME_SHIM, '$1');
  const bare = withoutBrackets(source.replaceAll(ANONYMOUS, ''))
    .replace(CLOSURE_NUMBER, '{$1}')
    .replace(UNNAMED_NUMBER, "'$1'")
    .replace(CLANG_LAMBDA, "'lambda'")
    .trim();
  return bare === '' ? name : bare;
}

/** `.isra.0`, `.part.1`, `.constprop.2`, `.cold`, `.lto_priv.3`, `.llvm.123`, alone or in a row at the end. */
const COMPILER_SUFFIX = /(?:\.(?:isra|part|constprop|cold|lto_priv|llvm)(?:\.\d+)*)+$/;
const RUST_HASH = /::h[0-9a-f]{16}$/;
const RUNTIME_SHIM = /^__cortex_m_rt_(.+?)(?:_trampoline)?$/;
/** Not a name, and in brackets. */
const ANONYMOUS = '(anonymous namespace)::';
/** Demanglers number lambdas and types without a name by their order in a function. */
const UNNAMED_NUMBER = /'(lambda|unnamed|block-literal)\d*'/g;
const CLANG_LAMBDA = /\$_\d+/g;
const CLOSURE_NUMBER = /\{(closure|async_fn|async_block|impl)(?:_env)?#\d+\}/g;

/** Drops what stands in <…> and (…), but keeps a name that begins with a bracket, such as `<T as Trait>::call`, readable. */
function withoutBrackets(name: string): string {
  const start = name.startsWith('<') || name.startsWith('(') ? closing(name) : 0;
  let kept = name.slice(0, start);
  let depth = 0;
  for (const letter of name.slice(start)) {
    if (letter === '<' || letter === '(') depth++;
    else if (letter === '>' || letter === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) kept += letter;
  }
  return kept.replace(/::$/, '');
}

/** Index behind the bracket that closes the first one; 0 where none does. */
function closing(name: string): number {
  let depth = 0;
  for (let at = 0; at < name.length; at++) {
    if (name[at] === '<' || name[at] === '(') depth++;
    else if (name[at] === '>' || name[at] === ')') depth--;
    if (depth === 0) return at + 1;
  }
  return 0;
}
