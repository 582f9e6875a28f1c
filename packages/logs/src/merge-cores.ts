/** Several cores log into rings of their own; people read one log. */
import type { LogLine } from '@noinit/model';

/**
 * Lines in the order of their uptime within each run of one boot; of equal times those that came first stay first, and lines of
 * one core keep their order even where its clock went back.
 */
export function mergeCores<Line extends LogLine>(lines: readonly Line[], bootOf: (line: Line) => string): readonly Line[] {
  if (lines.every(({ core = 0 }) => core === (lines[0]?.core ?? 0))) return lines;
  const boots = new Map<string, Map<number, Line[]>>();
  for (const line of lines) {
    const cores = getOrAdd(boots, bootOf(line), () => new Map<number, Line[]>());
    getOrAdd(cores, line.core ?? 0, () => []).push(line);
  }
  return [...boots.values()].flatMap((cores) => [...cores.values()].reduce(mergeTwo));
}

function mergeTwo<Line extends LogLine>(left: readonly Line[], right: readonly Line[]): Line[] {
  const merged: Line[] = [];
  let at = 0;
  for (const line of left) {
    for (let other = right[at]; other !== undefined && other.uptime < line.uptime; other = right[++at]) merged.push(other);
    merged.push(line);
  }
  return [...merged, ...right.slice(at)];
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
