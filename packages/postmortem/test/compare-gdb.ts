/** Compares a trace with what gdb says about the same state, frame by frame and value by value. */
import { fromHex } from '@noinit/bytes';
import type { CodeFrame, TraceFrame, Variable } from '@noinit/model';
import type { GdbFrame, GdbVariable } from '@noinit/testing';

export interface Comparison {
  /** Values that are the same. */
  readonly right: number;
  /** Known to gdb and not to us. */
  readonly unknownHere: readonly string[];
  /** Known to us and not to gdb, or not listed by it: its Python does not count constants among a block's variables. */
  readonly unknownThere: readonly string[];
  /** Different frames or values, one sentence each. */
  readonly wrong: readonly string[];
}

/** `frames` and `gdb` innermost first; frames that are not functions (exceptions, a bad pc) are left out on both sides. gdb must list at least `expected` of them. */
export function compareWithGdb(frames: readonly TraceFrame[], gdb: readonly GdbFrame[], expected: number): Comparison {
  const counts = { right: 0, unknownHere: [] as string[], unknownThere: [] as string[], wrong: [] as string[] };
  const ours = frames.filter((frame): frame is CodeFrame => frame.kind !== 'exception' && frame.function !== undefined);
  const theirs = gdb.filter(
    (frame) => frame.function !== null && frame.function !== '<signal handler called>' && frame.file !== null,
  );
  const names = (list: readonly (string | null | undefined)[]) => list.join(' < ');
  // gdb ends at main or earlier; it must not know more than we do.
  const listed = names(ours.slice(0, Math.max(theirs.length, expected)).map(frameName));
  if (listed !== names(theirs.map(gdbName))) counts.wrong.push(`frames ${listed} instead of ${names(theirs.map(gdbName))}`);
  for (const [index, frame] of ours.entries()) compareVariables(frame, theirs[index], counts);
  return counts;
}

type Counts = { right: number; unknownHere: string[]; unknownThere: string[]; wrong: string[] };

function frameName(frame: CodeFrame): string {
  return `${frame.function} ${frame.file?.slice(frame.file.lastIndexOf('/') + 1)}:${frame.line}${frame.kind === 'inlined' ? ' inlined' : ''}`;
}

function gdbName(frame: GdbFrame): string {
  return `${frame.function} ${frame.file}:${frame.line}${frame.inlined ? ' inlined' : ''}`;
}

function compareVariables(frame: CodeFrame, theirs: GdbFrame | undefined, counts: Counts): void {
  const ours = new Map(frame.variables.map((variable) => [variable.name, variable]));
  for (const expected of theirs?.variables ?? []) {
    const variable = ours.get(expected.name);
    const path = `${frame.function}: ${expected.name}`;
    if (variable) compareValue(variable, expected, path, counts);
    else counts.wrong.push(`${path} is not listed`);
  }
  const known = new Set(theirs?.variables.map(({ name }) => name));
  for (const { name } of frame.variables) if (theirs && !known.has(name)) counts.unknownThere.push(`${frame.function}: ${name}`);
}

function compareValue(ours: Variable, theirs: GdbVariable, path: string, counts: Counts): void {
  if (theirs.children.length > 0) {
    compareParts(ours, theirs, path, counts);
    return;
  }
  if ('unknown' in ours) {
    if (!theirs.unavailable) counts.unknownHere.push(`${path} (${ours.unknown.detail})`);
    else counts.right += 1;
    return;
  }
  if (theirs.unavailable) {
    counts.unknownThere.push(path);
    return;
  }
  const same =
    theirs.real === null ? integerOf(ours.raw) === moduloOf(theirs.integer, ours.raw) : realOf(ours.raw) === theirs.real;
  if (same) counts.right += 1;
  else counts.wrong.push(`${path} is ${ours.value} instead of ${theirs.integer ?? theirs.real}`);
}

function compareParts(ours: Variable, theirs: GdbVariable, path: string, counts: Counts): void {
  if (ours.kind === 'text' && 'value' in ours) {
    const expected = theirs.children.map(({ integer }) => Number(integer) & 0xff);
    if (expected.join() === fromHex(ours.raw)?.join()) counts.right += 1;
    else counts.wrong.push(`${path} is ${ours.value}`);
    return;
  }
  for (const [index, child] of theirs.children.entries()) {
    const part = ours.children?.[index];
    const name = `${path}.${child.name}`;
    if (part) compareValue(part, child, name, counts);
    else if (isKnown(child)) counts.unknownHere.push(`${name}${'unknown' in ours ? ` (${ours.unknown.detail})` : ''}`);
    else counts.right += 1;
  }
}

function isKnown(variable: GdbVariable): boolean {
  return !variable.unavailable && (variable.children.length === 0 || variable.children.some(isKnown));
}

function integerOf(raw: string): bigint {
  return BigInt(`0x${raw.match(/../g)?.toReversed().join('') ?? '0'}`);
}

function moduloOf(integer: string | null, raw: string): bigint | undefined {
  return integer === null ? undefined : BigInt.asUintN(4 * raw.length, BigInt(integer));
}

function realOf(raw: string): number | undefined {
  const bytes = Uint8Array.from(raw.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const view = new DataView(bytes.buffer);
  if (bytes.length === 4) return view.getFloat32(0, true);
  return bytes.length === 8 ? view.getFloat64(0, true) : undefined;
}
