/** What the expressions of a unit refer to outside of themselves: addresses, base types, other entries' locations. */
import { AT } from '../code/attribute.ts';
import { ATE } from '../code/encoding.ts';
import { TAG } from '../code/tag.ts';
import { unlessDamaged } from '../damage.ts';
import type { BaseType, Expression, Procedure } from '../expression/expression.ts';
import type { InfoOffset } from '../sections.ts';
import type { Unit } from './unit.ts';

export type ReferredByExpressions = Pick<Expression, 'indexedAddress' | 'baseType' | 'procedureAt' | 'hasNoStackValue'>;

export function referredByExpressions(unit: Unit): ReferredByExpressions {
  const types = new Map<number, BaseType | undefined>();
  return {
    indexedAddress: (index) => unit.indexedAddress(index),
    baseType: (offset) => {
      if (!types.has(offset)) types.set(offset, readBaseType(unit, offset));
      return types.get(offset);
    },
    procedureAt: (entry) => readProcedure(unit, entry),
    ...(hasNoStackValue(unit) && { hasNoStackValue: true }),
  };
}

/** `offset` counts from the unit's header. */
function readBaseType(unit: Unit, offset: number): BaseType | undefined {
  return unlessDamaged(
    () => {
      const at = unit.header.offset + offset;
      const entry = at < unit.header.end ? unit.info.entryAt(at as InfoOffset) : undefined;
      const size = entry?.tag === TAG.base_type ? entry.number(AT.byte_size) : undefined;
      if (!entry || size === undefined || size < 1 || size > MAX_TYPE_BYTES) return undefined;
      return { kind: KINDS.get(entry.number(AT.encoding) ?? 0) ?? 'opaque', size };
    },
    () => undefined,
  );
}

function readProcedure(unit: Unit, offset: InfoOffset): Procedure {
  return unlessDamaged(
    (): Procedure => {
      const entry = unit.info.entryAt(offset);
      if (!entry) return { kind: 'unknown', detail: `no entry begins at 0x${offset.toString(16)}` };
      const value = entry.value(AT.location);
      if (!value) return { kind: 'empty' };
      if (value.kind === 'bytes') return { kind: 'expression', expression: entry.unit.expression(value.bytes) };
      return { kind: 'unknown', detail: 'an expression calls a list of locations' };
    },
    (error) => ({ kind: 'unknown', detail: error.message }),
  );
}

/**
 * DW_OP_stack_value came with DWARF 4. Before, GCC writes it all the same and LLVM leaves it out
 * (llvm/lib/CodeGen/AsmPrinter/DwarfExpression.cpp, addStackValue).
 */
function hasNoStackValue(unit: Unit): boolean {
  if (unit.header.version >= 4) return false;
  const producer = unlessDamaged(
    () => unit.root.text(AT.producer),
    () => undefined,
  );
  return producer !== undefined && /clang|LLVM/.test(producer);
}

/** Typed operations hold up to 128 bits. */
const MAX_TYPE_BYTES = 16;
const KINDS: ReadonlyMap<number, BaseType['kind']> = new Map([
  [ATE.address, 'unsigned'],
  [ATE.boolean, 'unsigned'],
  [ATE.float, 'float'],
  [ATE.signed, 'signed'],
  [ATE.signed_char, 'signed'],
  [ATE.unsigned, 'unsigned'],
  [ATE.unsigned_char, 'unsigned'],
  [ATE.UTF, 'unsigned'],
  [ATE.ASCII, 'unsigned'],
]);
