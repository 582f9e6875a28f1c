/** Names of functions as the engine, gdb and the programs write them. */

/** Whether two qualified names are of one function, with or without outer namespaces, parameters, template arguments, Rust's hash. */
export function sameName(ours: string | undefined, theirs: string): boolean {
  if (ours === undefined) return false;
  const [a, b] = [plain(ours), plain(theirs)];
  if (a === b || a.endsWith(`::${b}`) || b.endsWith(`::${a}`)) return true;
  // Rust's implementations and the types of lambdas have no names of their own: each tool makes one.
  return lastName(a) === lastName(b) && (NAMELESS.test(ours) || NAMELESS.test(theirs));
}

const NAMELESS = /\{impl#\d+\}|\{closure|<.* as .*>|operator\(\)/;

export function lastName(name: string): string {
  const whole = plain(name);
  return whole.slice(whole.lastIndexOf('::') + 1).replace(/^:/, '');
}

/** `space::Box<int>::get(int) const` → `space::Box::get`. */
function plain(name: string): string {
  const known = name.replace(/::h[0-9a-f]{16}$/, '').replace(/\(anonymous namespace\)|\{anonymous\}/g, '{anonymous}');
  const call = known.indexOf('operator()');
  return call < 0 ? withoutArguments(known) : `${withoutArguments(known.slice(0, call))}::operator()`.replace('::::', '::');
}

function withoutArguments(name: string): string {
  let depth = 0;
  let text = '';
  for (const character of name) {
    if (character === '<' || character === '(') depth++;
    else if (character === '>' || character === ')') depth--;
    else if (depth === 0) text += character;
  }
  return text
    .replace(/ const$/, '')
    .replace(/::::/g, '::')
    .trim();
}
