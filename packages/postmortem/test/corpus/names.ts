/** Names of functions as the engine, gdb and the programs write them. */

/** Whether our qualified name is the one told: with or without its namespaces, parameters and template arguments. */
export function sameName(ours: string | undefined, theirs: string): boolean {
  if (ours === undefined) return false;
  const [a, b] = [plain(ours), plain(theirs)];
  return a === b || a.endsWith(`::${b}`) || b.endsWith(`::${a}`);
}

/** `space::Box<int>::get(int) const` → `space::Box::get`. */
function plain(name: string): string {
  let depth = 0;
  let text = '';
  const isOperator = /operator[<>(]/.test(name);
  if (isOperator) return name.replace(/\(\)\(.*$/, '()');
  for (const character of name.replace(/\(anonymous namespace\)|\{anonymous\}|\(anonymous class\)/g, '{anonymous}')) {
    if (character === '(' && depth === 0) break;
    if (character === '<') depth++;
    else if (character === '>') depth--;
    else if (depth === 0) text += character;
  }
  return text.replace(/::::/g, '::').trim();
}
