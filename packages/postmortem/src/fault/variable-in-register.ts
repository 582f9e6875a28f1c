/**
 * Which variable of the source a register holds: debug information says so, or the instruction before loaded it from where the
 * variable stands. Nothing is guessed from values.
 */
import { evaluateExpression } from '@noinit/dwarf';
import { type Address, address, type CodeFrame } from '@noinit/model';
import type { CodeScope, TypeInfo, VariableInfo } from '@noinit/symbols';
import { readHalfword, readWord } from '@noinit/unwind';
import { findStatic } from '../threads/kernel-statics.ts';
import { isAddress } from '../threads/view.ts';
import { decodeAction } from './action/decode-action.ts';
import { registerName, registerNumber } from './make-scene.ts';
import { findBehindPointer, findByAddress, findPart } from './member-path.ts';
import type { Scene } from './scene.ts';

export interface NamedVariable {
  /** As in the source: `sensor`, `app.bus`. */
  readonly path: string;
  readonly type: TypeInfo;
}

export function findVariableIn(register: string, scene: Scene): NamedVariable | undefined {
  const { lookUp } = scene.innermost ?? {};
  if (!scene.symbols || lookUp === undefined) return undefined;
  const scopes = scene.symbols.locate(lookUp);
  return findByRegister(register, scopes, lookUp, scene) ?? findByLoad(register, scopes, lookUp, scene);
}

function findByRegister(register: string, scopes: readonly CodeScope[], pc: Address, scene: Scene): NamedVariable | undefined {
  const number = registerNumber(scene.dump.machine, register);
  for (const scope of scopes) {
    for (const info of scene.symbols?.variables(scope, pc) ?? []) {
      if (number !== undefined && registerOf(info) === number) return { path: info.name, type: info.type };
    }
  }
  return undefined;
}

/** DWARF's number of the register that a variable is in, where it is in one. */
function registerOf({ place }: VariableInfo): number | undefined {
  if (place.kind !== 'expression') return undefined;
  const nothing = () => undefined;
  const context = { register: nothing, memory: nothing, callFrameAddress: nothing, frameBase: nothing };
  const location = evaluateExpression(place.expression, context);
  return location.kind === 'register' ? location.register : undefined;
}

/** Instructions before the fault that are looked at: an unoptimised program loads its operands just before it uses them. */
const MAX_BACK = 4;

function findByLoad(register: string, scopes: readonly CodeScope[], pc: Address, scene: Scene): NamedVariable | undefined {
  const from = findLoadAddress(register, pc, MAX_BACK, scene);
  if (from === undefined || readWord(scene.memory, from, true) !== scene.registers[register]) return undefined;
  return findAt(from, scopes, pc, scene);
}

/** The address that the register's value was loaded from before the instruction at `at`; undefined where another way made it. */
function findLoadAddress(register: string, at: number, left: number, scene: Scene): number | undefined {
  const { dump, registers, memory } = scene;
  const changed = new Set<string>();
  let next = at;
  for (let step = left; step > 0; step--) {
    const before = findBefore(next, scene);
    const action = before === undefined ? undefined : decodeAction(dump.machine, before, registers, memory);
    if (before === undefined) return undefined;
    const written = action?.kind === 'load' ? action.register : findConstantMove(before, scene);
    if (written === undefined) return undefined;
    if (written !== register) {
      changed.add(written);
      next = before;
      continue;
    }
    if (action?.kind !== 'load') return undefined;
    if (action.base === 'pc') return action.address;
    if (action.offset === undefined || changed.has(action.base)) return undefined;
    const base = action.base === register ? findLoaded(register, before, step - 1, scene) : registers[action.base];
    return base === undefined ? undefined : (base + action.offset) >>> 0;
  }
  return undefined;
}

/** The register of `movs rd, #n` (Thumb) or `li rd, n` (RISC-V, full or compressed), which unoptimised code puts between. */
function findConstantMove(at: number, { dump, memory }: Scene): string | undefined {
  const code = readHalfword(memory, at, true);
  if (code === undefined) return undefined;
  if (dump.machine === 'cortex-m') return (code & 0xf800) === 0x2000 ? `r${(code >> 8) & 7}` : undefined;
  if ((code & 0xe003) === 0x4001) return registerName(dump.machine, (code >> 7) & 31);
  const isImmediate = (code & 0x707f) === 0x0013 && ((code >> 15) & 1) === 0;
  const next = isImmediate ? readHalfword(memory, at + 2, true) : undefined;
  return next !== undefined && (next & 0xf) === 0 ? registerName(dump.machine, (code >> 7) & 31) : undefined;
}

/** A register that was loaded through itself: what it held then is in memory still, as far as nothing wrote there. */
function findLoaded(register: string, at: number, left: number, scene: Scene): number | undefined {
  const from = findLoadAddress(register, at, left, scene);
  return from === undefined ? undefined : readWord(scene.memory, from, true);
}

/** Where the instruction before starts; undefined where the bytes leave a choice. */
function findBefore(at: number, { dump, memory }: Scene): number | undefined {
  const [near, far] = [readHalfword(memory, at - 2, true), readHalfword(memory, at - 4, true)];
  if (near === undefined) return undefined;
  const isLong = (first: number) => (dump.machine === 'cortex-m' ? first >>> 11 >= 0b11101 : (first & 3) === 3);
  if (far !== undefined && isLong(far)) {
    const farther = readHalfword(memory, at - 6, true);
    return farther !== undefined && isLong(farther) ? undefined : at - 4;
  }
  return isLong(near) ? undefined : at - 2;
}

function findAt(at: number, scopes: readonly CodeScope[], pc: Address, scene: Scene): NamedVariable | undefined {
  const frames = scene.frames.filter((frame): frame is CodeFrame => frame.kind !== 'exception');
  for (const [index, scope] of scopes.entries()) {
    const listed = frames[index]?.variables ?? [];
    for (const info of scene.symbols?.variables(scope, pc) ?? []) {
      const { name, type } = info;
      const same = listed.filter((variable) => variable.name === name);
      const start = same.length === 1 ? Number(same[0]?.address ?? Number.NaN) : Number.NaN;
      const variable = { path: name, type };
      const found = isAddress(start) ? findByAddress(at, variable, start, scene) : findPointed(at, variable, info, scene);
      if (found) return found;
    }
  }
  return findStaticAt(at, scene);
}

/** A pointer that is in a register: what it points to may hold the address. */
function findPointed(at: number, variable: NamedVariable, info: VariableInfo, scene: Scene): NamedVariable | undefined {
  const register = registerOf(info);
  const name = register === undefined ? undefined : registerName(scene.dump.machine, register);
  const pointer = name === undefined ? undefined : scene.registers[name];
  return pointer === undefined ? undefined : findBehindPointer(at, variable, pointer);
}

function findStaticAt(at: number, scene: Scene): NamedVariable | undefined {
  const symbol = isAddress(at) ? scene.symbols?.symbolAt(address(at)) : undefined;
  if (!symbol || symbol.kind === 'function' || !scene.symbols) return undefined;
  const view = findStatic(symbol.name, { symbols: scene.symbols, memory: scene.memory });
  return view?.at === symbol.address ? findPart(at, { path: symbol.name, type: view.type }, view.at) : undefined;
}
