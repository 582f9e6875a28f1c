/** Names of Rust and C++ that would fill several lines, with fewer of their type parameters. */

/** `Iterator::fold<…>`: the innermost lists of type parameters are left out until at most `width` characters stand there. */
export function shortenName(name: string, width: number): string {
  let short = name;
  while (short.length > width) {
    const shorter = withoutDeepest(short);
    if (shorter === undefined) return short;
    short = shorter;
  }
  return short;
}

/** Undefined where there is nothing to leave out, or brackets that do not pair: `operator<`. */
function withoutDeepest(name: string): string | undefined {
  const lists = findLists(name);
  const deepest = Math.max(0, ...lists.map(({ depth }) => depth));
  if (deepest === 0) return undefined;
  let text = '';
  let copied = 0;
  for (const { start, end, depth } of lists) {
    if (depth !== deepest) continue;
    text += `${name.slice(copied, start + 1)}${LEFT_OUT}`;
    copied = end;
  }
  return text + name.slice(copied);
}

/** One list of type parameters: its brackets are at `start` and `end`. The outermost has depth 1, one in which nothing can be left out 0. */
interface ParameterList {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

/** In the order of their beginnings; none where brackets do not pair. */
function findLists(name: string): readonly ParameterList[] {
  const lists: ParameterList[] = [];
  const open: number[] = [];
  for (let index = 0; index < name.length; index++) {
    if (name[index] === '<') open.push(index);
    // The result of a function: `fn(u8) -> u8`.
    if (name[index] !== '>' || name[index - 1] === '-') continue;
    const start = open.pop();
    if (start === undefined) return [];
    const isLeftOut = index - start - 1 <= LEFT_OUT.length;
    lists.push({ start, end: index, depth: isLeftOut ? 0 : open.length + 1 });
  }
  return open.length > 0 ? [] : lists.sort((a, b) => a.start - b.start);
}

const LEFT_OUT = '…';
