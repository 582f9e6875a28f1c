/**
 * Which variable of the source a register holds: debug information says so, or the instruction before loaded it from where the
 * variable stands. Nothing is guessed from values.
 */
import { evaluateExpression } from '@noinit/dwarf';
import { type Address, address, type CodeFrame } from '@noinit/model';
import type { CodeScope, TypeInfo, VariableInfo } from '@noinit/symbols';
import { readHalfword, readWord } from '@noinit/unwind';
import { isAddress, plainType } from '../threads/view.ts';
import { decodeAction } from './action/decode-action.ts';
import { registerNumber } from './make-scene.ts';
import { findByAddress } from './member-path.ts';
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
      if (number !== undefined && isInRegister(info, number)) return { path: info.name, type: info.type };
    }
  }
  return undefined;
}

function isInRegister({ place }: VariableInfo, register: number): boolean {
  if (place.kind !== 'expression') return false;
  const nothing = () => undefined;
  const context = { register: nothing, memory: nothing, callFrameAddress: nothing, frameBase: nothing };
  const location = evaluateExpression(place.expression, context);
  return location.kind === 'register' && location.register === register;
}

/** Instructions before the fault that are looked at: an unoptimised program loads its operands just before it uses them. */
const MAX_BACK = 3;

function findByLoad(register: string, scopes: readonly CodeScope[], pc: Address, scene: Scene): NamedVariable | undefined {
  const { dump, registers, memory } = scene;
  let at: number = pc;
  for (let step = 0; step < MAX_BACK; step++) {
    const before = findBefore(at, scene);
    const action = before === undefined ? undefined : decodeAction(dump.machine, before, registers, memory);
    if (before === undefined || action?.kind !== 'load' || action.register === undefined) return undefined;
    if (action.register === register) {
      // A register that was loaded through itself no longer tells from where.
      if (action.base === register || action.address === undefined) return undefined;
      const isSame = readWord(memory, action.address, true) === registers[register];
      return isSame ? findAt(action.address, scopes, pc, scene) : undefined;
    }
    at = before;
  }
  return undefined;
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
    for (const { name, type } of scene.symbols?.variables(scope, pc) ?? []) {
      const same = listed.filter((variable) => variable.name === name);
      const start = same.length === 1 ? Number(same[0]?.address ?? Number.NaN) : Number.NaN;
      const found = isAddress(start) ? findByAddress(at, { path: name, type }, start, scene) : undefined;
      if (found) return found;
    }
  }
  const symbol = isAddress(at) ? scene.symbols?.symbolAt(address(at)) : undefined;
  const isWhole = symbol?.kind === 'object' && symbol.address === at && symbol.size === 4;
  return isWhole ? { path: symbol.name, type: globalType(symbol.name, scene) } : undefined;
}

function globalType(name: string, { symbols }: Scene): TypeInfo {
  return symbols?.globals().find((info) => info.name === name)?.type ?? plainType({ kind: 'void', name: 'void' });
}
