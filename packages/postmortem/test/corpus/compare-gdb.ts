/** Compares a trace with what gdb says about the same state, frame by frame and value by value. */

import { fromHex } from '@noinit/bytes';
import type { CodeFrame, TraceFrame, Variable } from '@noinit/model';
import type { Finding } from './findings.ts';
import type { GdbFrame, GdbVariable } from './gdb-truth.ts';
import { sameName } from './names.ts';
import type { ToldFrame } from './printed-truth.ts';

type Add = (subject: Finding['subject'], outcome: Finding['outcome'], where: string, detail?: string) => void;

/** `told` is only asked whether the program itself disproves what gdb says. Both innermost first. What is no function (exceptions, a bad pc) is left out on both sides; so is what follows where gdb has lost itself. */
export function compareWithGdb(
  frames: readonly TraceFrame[],
  gdb: readonly GdbFrame[],
  told: readonly ToldFrame[],
): readonly Finding[] {
  const findings: Finding[] = [];
  const add: Add = (subject, outcome, where, detail = '') => findings.push({ truth: 'gdb', subject, outcome, where, detail });
  const ours = frames.filter((frame): frame is CodeFrame => frame.kind !== 'exception' && frame.function !== undefined);
  const theirs = gdb.filter((frame) => frame.function !== null && frame.function !== '<signal handler called>');
  for (const [index, expected] of theirs.entries()) {
    const frame = ours[index];
    const where = `${expected.function} #${index}`;
    if (!frame) {
      add('frame', 'unknown', where, `gdb: ${theirs.slice(index).map(gdbName).join(' < ')}`);
      break;
    }
    if (!isSameFrame(frame, expected)) {
      const rest = (names: readonly string[]) => names.slice(0, 8).join(' < ');
      add(
        'frame',
        frame.doubtful === undefined ? 'wrong' : 'unknown',
        where,
        `${rest(ours.slice(index).map(ourName))} | gdb: ${rest(theirs.slice(index).map(gdbName))}`,
      );
      break;
    }
    add('frame', 'right', where);
    if (expected.file !== null) compareVariables(frame, expected, where, withDisproof(expected, told, add));
  }
  if (ours.length > theirs.length) add('frame', 'only here', `from #${theirs.length}`);
  return findings;
}

/** Says in the detail of a finding that no value which the program told of the variable is gdb's. */
function withDisproof(gdb: GdbFrame, told: readonly ToldFrame[], add: Add): Add {
  return (subject, outcome, where, detail = '') => {
    if (outcome !== 'unknown') return add(subject, outcome, where, detail);
    const variable = gdb.variables.find(({ name }) => where.endsWith(`: ${name}`));
    const values = told
      .filter((frame) => sameName(gdb.function ?? undefined, frame.function))
      .flatMap((frame) => frame.values.filter(({ name }) => name === variable?.name));
    const { integer } = variable ?? {};
    const isDisproved =
      integer !== undefined && values.length > 0 && values.every(({ bytes }) => integerOf(bytes) !== moduloOf(integer, bytes));
    return add(subject, outcome, where, isDisproved ? `${detail} ${DISPROVED}` : detail);
  };
}

/** Ends the detail of a finding where the program told another value than gdb's. */
export const DISPROVED = '(disproved by the program)';

function isSameFrame(frame: CodeFrame, gdb: GdbFrame): boolean {
  if (!sameName(frame.function, gdb.function ?? '')) return false;
  if (gdb.file === null) return true;
  return baseName(frame.file) === gdb.file && (frame.line ?? 0) === gdb.line && (frame.kind === 'inlined') === gdb.inlined;
}

const baseName = (path: string | undefined) => path?.slice(path.lastIndexOf('/') + 1) ?? null;
const ourName = (frame: CodeFrame) =>
  `${frame.function} ${baseName(frame.file)}:${frame.line}${frame.kind === 'inlined' ? ' inlined' : ''}${frame.doubtful ? ' doubtful' : ''}`;
const gdbName = (frame: GdbFrame) => `${frame.function} ${frame.file}:${frame.line}${frame.inlined ? ' inlined' : ''}`;

function compareVariables(frame: CodeFrame, gdb: GdbFrame, where: string, add: Add): void {
  const ours = new Map(frame.variables.map((variable) => [variable.name, variable]));
  for (const expected of gdb.variables) {
    const variable = ours.get(expected.name);
    const path = `${where}: ${expected.name}`;
    if (variable) compareValue(variable, expected, path, add);
    else if (isKnown(expected)) add('value', 'unknown', path, 'is not listed');
  }
}

function compareValue(ours: Variable, theirs: GdbVariable, path: string, add: Add): void {
  if (theirs.whole) {
    compareParts(ours, theirs, path, add);
    return;
  }
  if ('unknown' in ours) {
    if (!theirs.unavailable) add('value', 'unknown', path, `${ours.unknown.detail} | gdb: ${theirs.integer ?? theirs.real}`);
    return;
  }
  if (theirs.unavailable || (theirs.integer === undefined && theirs.real === undefined)) {
    add('value', 'only here', path);
    return;
  }
  const isSame =
    theirs.real === undefined
      ? integerOf(ours.raw) === moduloOf(theirs.integer ?? '0', ours.raw)
      : isSameReal(realOf(ours.raw) ?? Number(ours.value), theirs.real);
  add('value', isSame ? 'right' : 'wrong', path, `${ours.value} (${ours.raw}) instead of ${theirs.integer ?? theirs.real}`);
}

function compareParts(ours: Variable, theirs: GdbVariable, path: string, add: Add): void {
  if (isSlice(ours, theirs)) {
    const bytes = theirs.children.map(({ integer }) => wordHex(Number(integer))).join('');
    add(
      'value',
      'raw' in ours && ours.raw === bytes ? 'right' : 'wrong',
      path,
      `${'raw' in ours ? ours.raw : ''} instead of ${bytes}`,
    );
    return;
  }
  if (ours.kind === 'text' && 'value' in ours && theirs.children.every(({ integer }) => integer !== undefined)) {
    const expected = theirs.children.map(({ integer }) => Number(integer) & 0xff);
    const found = [...(fromHex(ours.raw) ?? [])].slice(0, expected.length);
    add('value', expected.join() === found.join() ? 'right' : 'wrong', path, ours.value);
    return;
  }
  for (const [index, child] of theirs.children.entries()) {
    const name = `${path}.${child.name}`;
    const part = findPart(ours, child.name, index);
    if (part && child.name !== '') compareValue(part, child, name, add);
    else if ('raw' in ours && child.offset !== undefined) compareBytes(ours.raw, child, child.offset, name, add);
    else if (part) compareValue(part, child, name, add);
    else if (isKnown(child)) add('value', 'unknown', name, 'unknown' in ours ? ours.unknown.detail : 'is not listed');
  }
}

/** Where the two list a whole's parts in different ways: gdb's numbers must stand in our bytes. */
function compareBytes(raw: string, theirs: GdbVariable, offset: number, path: string, add: Add): void {
  for (const child of theirs.children)
    if (child.offset !== undefined) compareBytes(raw, child, offset + child.offset, `${path}.${child.name}`, add);
  const { integer, size = 0 } = theirs;
  if (integer === undefined) return;
  const bytes = raw.slice(2 * offset, 2 * (offset + size));
  if (bytes.length === 2 * size)
    add('value', integerOf(bytes) === moduloOf(integer, bytes) ? 'right' : 'wrong', path, `${bytes} instead of ${integer}`);
}

/** Rust's `&str` and slices: a pointer and a length to gdb, the text or the elements here. */
function isSlice(ours: Variable, theirs: GdbVariable): boolean {
  const isPair = theirs.children.map(({ name }) => name).join() === 'data_ptr,length';
  return isPair && 'raw' in ours && theirs.children.every(({ integer }) => integer !== undefined);
}

function wordHex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0').match(/../g)?.toReversed().join('') ?? '';
}

function findPart(ours: Variable, name: string, index: number): Variable | undefined {
  const named = ours.children?.find((child) => child.name === name || child.name === `[${name}]`);
  return (
    named ??
    (name === '' || name.startsWith('[') ? ours.children?.[index] : ours.children?.find((child) => sameName(child.name, name)))
  );
}

function isKnown(variable: GdbVariable): boolean {
  return !variable.unavailable && (!variable.whole || variable.children.some(isKnown));
}

function integerOf(raw: string): bigint {
  return BigInt(`0x${raw.match(/../g)?.toReversed().join('') ?? '0'}`);
}

function moduloOf(integer: string, raw: string): bigint {
  return BigInt.asUintN(4 * raw.length, BigInt(integer));
}

function isSameReal(ours: number | undefined, theirs: string): boolean {
  return (
    ours !== undefined &&
    (Object.is(ours, Number(theirs)) ||
      (Number.isNaN(ours) && theirs === 'nan') ||
      String(ours).replace('Infinity', 'inf') === theirs)
  );
}

function realOf(raw: string): number | undefined {
  const bytes = Uint8Array.from(raw.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const view = new DataView(bytes.buffer);
  if (bytes.length === 4) return view.getFloat32(0, true);
  return bytes.length === 8 ? view.getFloat64(0, true) : undefined;
}
