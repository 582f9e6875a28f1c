/** A trace beside what gdb says about the same moment: every frame and every value that gdb knows. */
import type { CodeFrame, TraceFrame, Variable } from '@noinit/model';
import type { GdbFrame, GdbVariable } from '@noinit/testing';

/** What gdb writes where an exception was taken. */
export const SIGNAL_HANDLER = '<signal handler called>';

export interface Comparison {
  /** Nothing, if all is well. */
  readonly differences: readonly string[];
  readonly frames: number;
  /** Scalars that both know, and that gdb does not. */
  readonly values: number;
  readonly onlyHere: number;
}

/** Both innermost first. `isPlaced`: false where gdb looked a moment before, in the same function of the innermost frame. */
export function compareWithGdb(trace: readonly TraceFrame[], gdb: readonly GdbFrame[], isPlaced = true): Comparison {
  const ours = trace.filter((frame): frame is CodeFrame => frame.kind !== 'exception');
  const counts = { values: 0, onlyHere: 0 };
  const differences =
    ours.length === gdb.length ? [] : [`${ours.length} frames: ${ours.map(placeOf)}; gdb: ${gdb.map(gdbPlaceOf)}`];
  for (const [index, expected] of gdb.entries()) {
    const frame = ours[index];
    if (frame === undefined) break;
    const isBefore = index === 0 && !isPlaced;
    if (isBefore ? frame.function !== expected.function : placeOf(frame) !== gdbPlaceOf(expected))
      differences.push(`#${index} is ${placeOf(frame)}, gdb: ${gdbPlaceOf(expected)}`);
    else if (!isBefore) differences.push(...compareVariables(frame, expected, counts));
  }
  return { differences, frames: gdb.length, ...counts };
}

const placeOf = ({ function: name, file, line, kind }: CodeFrame): string =>
  `${name} ${file?.slice(file.lastIndexOf('/') + 1)}:${line}${kind === 'inlined' ? ' inlined' : ''}`;
const gdbPlaceOf = ({ function: name, file, line, inlined }: GdbFrame): string =>
  `${name} ${file}:${line}${inlined ? ' inlined' : ''}`;

interface Counts {
  values: number;
  onlyHere: number;
}

function compareVariables(frame: CodeFrame, gdb: GdbFrame, counts: Counts): string[] {
  return gdb.variables.flatMap((theirs) => {
    const ours = frame.variables.find(({ name }) => name === theirs.name);
    if (ours !== undefined) return compareValue(ours, theirs, `${frame.function}: ${theirs.name}`, counts);
    return isKnown(theirs) ? [`${frame.function}: ${theirs.name} is not listed`] : [];
  });
}

function compareValue(ours: Variable, theirs: GdbVariable, path: string, counts: Counts): string[] {
  if (theirs.children.length > 0) return compareParts(ours, theirs, path, counts);
  if (theirs.unavailable || (theirs.integer === null && theirs.real === null)) {
    if ('value' in ours) counts.onlyHere++;
    return [];
  }
  const expected = theirs.integer ?? theirs.real;
  if ('unknown' in ours) return [`${path} is unknown, ${ours.unknown.detail}; gdb: ${expected}`];
  counts.values++;
  const isSame =
    theirs.integer === null ? realOf(ours.raw) === theirs.real : integerOf(ours.raw) === modulo(theirs.integer, ours.raw);
  return isSame ? [] : [`${path} is ${ours.value} (${ours.raw}), gdb: ${expected}`];
}

function compareParts(ours: Variable, theirs: GdbVariable, path: string, counts: Counts): string[] {
  if (ours.kind === 'text' && 'raw' in ours) {
    const expected = theirs.children.map(({ integer }) => (Number(integer) & 0xff).toString(16).padStart(2, '0')).join('');
    counts.values++;
    return expected.startsWith(ours.raw) ? [] : [`${path} is ${ours.raw}, gdb: ${expected}`];
  }
  return theirs.children.flatMap((child, index) => {
    const part = ours.children?.find(({ name }) => name === child.name) ?? ours.children?.[index];
    if (part !== undefined) return compareValue(part, child, `${path}.${child.name}`, counts);
    return isKnown(child) ? [`${path}.${child.name} is not listed`] : [];
  });
}

function isKnown(variable: GdbVariable): boolean {
  return !variable.unavailable && (variable.children.length === 0 || variable.children.some(isKnown));
}

/** Little endian, as the targets are. */
function integerOf(raw: string): bigint {
  return BigInt(`0x${raw.match(/../g)?.toReversed().join('') || '0'}`);
}

function modulo(integer: string, raw: string): bigint {
  return BigInt.asUintN(4 * raw.length, BigInt(integer));
}

function realOf(raw: string): number {
  const view = new DataView(Uint8Array.from(raw.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)).buffer);
  return view.byteLength === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}
