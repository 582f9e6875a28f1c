/** What to know beside the lines: why the answer is not whole. */
import type { LogFileDecoding } from '@noinit/logs';
import type { GivenElf } from './dictionaries.ts';

export interface LogNotes {
  /** With these the answer is partial. */
  readonly shortcomings: readonly string[];
  /** What the device itself lost or left. */
  readonly remarks: readonly string[];
}

const MAX_DAMAGE = 8;

export function logNotes(logs: readonly LogFileDecoding[], given: readonly GivenElf[]): LogNotes {
  const segments = logs.flatMap((log) => log.segments);
  const lines = segments.flatMap((segment) => segment.lines);
  const gaps = lines.filter(({ kind }) => kind === 'gap');
  const lost = gaps.reduce((sum, line) => sum + (line.lost ?? 0), 0);
  const open = segments.reduce((sum, segment) => sum + segment.open, 0);
  const whys = [...new Set(segments.flatMap(({ whyUnknown }) => whyUnknown ?? []))];
  const undecoded = lines.filter(({ unknown, kind }) => unknown !== undefined && kind !== 'foreign').length;
  const foreign = lines.filter(({ kind }) => kind === 'foreign').length;
  return {
    shortcomings: [
      ...(lines.length === 0 ? ['there is no log line in it'] : []),
      ...(undecoded > 0 ? [`${countOf(undecoded, 'line')} could not be turned into text`] : []),
      ...whys,
      ...(whys.length > 0 ? given.map(describe) : []),
      ...damageNotes(logs),
    ],
    remarks: [
      ...(gaps.length > 0 ? [`${lost === 0 ? 'some' : lost} entries were lost, in ${countOf(gaps.length, 'place')}`] : []),
      ...(open > 0 ? [`${countOf(open, 'entry', 'entries')} had been begun when the device stopped, and never closed`] : []),
      ...(foreign > 0 ? [`${countOf(foreign, 'line')} of another logger (defmt, Zephyr) shown as hex`] : []),
    ],
  };
}

function describe({ file, dictionary }: GivenElf): string {
  if (dictionary.size === 0) return `${file} has no log sites`;
  return dictionary.build === undefined
    ? `${file} has no build id: link with -Wl,--build-id, or say --any-build`
    : `${file} is of build ${dictionary.build.slice(0, 16)}`;
}

function damageNotes(logs: readonly LogFileDecoding[]): readonly string[] {
  const all = logs.flatMap(({ damage }) => damage);
  const shown = all.slice(0, MAX_DAMAGE).map(({ offset, detail }) => `damaged, at byte ${offset}: ${detail}`);
  return all.length > MAX_DAMAGE ? [...shown, `and ${all.length - MAX_DAMAGE} more damages`] : shown;
}

function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
