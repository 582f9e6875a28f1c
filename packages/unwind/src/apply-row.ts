/** Applies one row of call frame information: the registers of a frame to those of its caller (DWARF 5, 6.4). */
import { type EvaluationContext, type Expression, evaluateExpression, type RegisterRule, type UnwindRow } from '@noinit/dwarf';
import { type Address, address } from '@noinit/model';
import { readWord } from './memory.ts';
import type { RegisterSet } from './register-set.ts';
import type { UnwindTarget } from './target.ts';

export interface AppliedRow {
  readonly cfa: Address;
  /** The caller's registers; the return address is not yet its program counter. */
  readonly registers: RegisterSet;
  readonly returnAddress: ReturnAddress;
}

export type ReturnAddress =
  | { readonly kind: 'value'; readonly value: number }
  /** The row says that there is no caller. */
  | { readonly kind: 'none' }
  /** The row leaves it in its register: true only where this frame has not called anything yet. */
  | { readonly kind: 'in-register' }
  /** Its place is known and holds nothing that was captured. */
  | { readonly kind: 'not-captured'; readonly at: number | undefined };

/** Undefined where the call frame address depends on something unknown. */
export function applyRow(row: UnwindRow, registers: RegisterSet, target: UnwindTarget): AppliedRow | undefined {
  const cfa = findCfa(row, registers, target);
  if (cfa === undefined) return undefined;
  const { core } = target;
  const recovered = new Map<number, number | undefined>([[core.stackPointer, cfa]]);
  for (const [register, rule] of row.registers) {
    recovered.set(register, rule.kind === 'same-value' ? registers.get(register) : recover(rule, cfa, registers, target));
    const halves = core.halvesOf(register);
    if (halves) for (const half of recoverHalves(halves, rule, cfa, target)) recovered.set(...half);
  }
  // What interrupted a frame gives all its registers back; what was called only those that calls keep.
  const kept = row.signalFrame ? registers : registers.filter((register) => core.isPreserved(register));
  const caller = kept.with(recovered);
  return { cfa, registers: caller, returnAddress: findReturnAddress(row, cfa, recovered) };
}

/** A double that was saved as one: its two single registers. */
function recoverHalves(
  [low, high]: readonly [number, number],
  rule: RegisterRule,
  cfa: Address,
  target: UnwindTarget,
): [number, number | undefined][] {
  if (rule.kind === 'same-value') return [];
  if (rule.kind !== 'offset') {
    return [
      [low, undefined],
      [high, undefined],
    ];
  }
  return [
    [low, readTargetWord(cfa + rule.offset, target)],
    [high, readTargetWord(cfa + rule.offset + 4, target)],
  ];
}

function findReturnAddress(row: UnwindRow, cfa: number, recovered: ReadonlyMap<number, number | undefined>): ReturnAddress {
  const rule = row.registers.get(row.returnAddressRegister);
  if (!rule || rule.kind === 'same-value') return { kind: 'in-register' };
  if (rule.kind === 'undefined') return { kind: 'none' };
  const value = recovered.get(row.returnAddressRegister);
  if (value !== undefined) return { kind: 'value', value };
  return { kind: 'not-captured', at: rule.kind === 'offset' ? cfa + rule.offset : undefined };
}

function findCfa(row: UnwindRow, registers: RegisterSet, target: UnwindTarget): Address | undefined {
  if (row.cfa.kind === 'expression') return toAddress(evaluate(row.cfa.expression, registers, target, undefined));
  const base = registers.get(row.cfa.register);
  return base === undefined ? undefined : toAddress((base + row.cfa.offset) >>> 0);
}

function recover(rule: RegisterRule, cfa: Address, registers: RegisterSet, target: UnwindTarget): number | undefined {
  switch (rule.kind) {
    case 'undefined':
      return undefined;
    case 'same-value':
      return undefined;
    case 'offset':
      return readTargetWord(cfa + rule.offset, target);
    case 'value-offset':
      return (cfa + rule.offset) >>> 0;
    case 'register':
      return registers.get(rule.register);
    case 'expression':
      return readTargetWord(evaluate(onCfa(rule.expression), registers, target, cfa), target);
    case 'value-expression':
      return evaluate(onCfa(rule.expression), registers, target, cfa);
  }
}

function readTargetWord(at: number | undefined, target: UnwindTarget): number | undefined {
  return at === undefined ? undefined : readWord(target.memory, at, target.symbols.littleEndian);
}

const DW_OP_CALL_FRAME_CFA = 0x9c;

/** A register rule's expression starts with the CFA on the stack (DWARF 5, 6.4.2.3): said with the operation that pushes it. */
function onCfa(expression: Expression): Expression {
  return { ...expression, bytes: Uint8Array.of(DW_OP_CALL_FRAME_CFA, ...expression.bytes) };
}

function evaluate(
  expression: Expression,
  registers: RegisterSet,
  target: UnwindTarget,
  cfa: Address | undefined,
): number | undefined {
  const context: EvaluationContext = {
    register: (register) => registers.get(register),
    memory: target.memory.read,
    callFrameAddress: () => cfa,
    frameBase: () => undefined,
  };
  const location = evaluateExpression(expression, context);
  if (location.kind === 'memory') return location.address;
  return location.kind === 'value' ? Number(BigInt.asUintN(32, BigInt(location.value))) : undefined;
}

function toAddress(value: number | undefined): Address | undefined {
  return value === undefined || !Number.isSafeInteger(value) || value < 0 ? undefined : address(value);
}
