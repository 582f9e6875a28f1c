/** `core::option::Option<u32>` → `Option`; `app::run::{closure_env#0}<T>` → `{closure_env#0}`. */
export function lastName(name: string): string {
  let start = 0;
  let end = name.length;
  let depth = 0;
  for (let index = 0; index < name.length; index++) {
    const character = name[index];
    if (character === '<') {
      if (depth === 0) end = index;
      depth++;
    } else if (character === '>' && name[index - 1] !== '-') depth--;
    else if (depth === 0 && name.startsWith('::', index)) {
      start = index + 2;
      end = name.length;
    }
  }
  return name.slice(start, end) || name;
}
