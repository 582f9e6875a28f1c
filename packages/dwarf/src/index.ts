export { AT } from './code/attribute.ts';
export { ATE, END } from './code/encoding.ts';
export { FORM } from './code/form.ts';
export { LANG, LNAME } from './code/language.ts';
export { TAG } from './code/tag.ts';
export { isDamage, MalformedError, unlessDamaged } from './damage.ts';
export { DebugInfo, MAX_UNITS } from './entry/debug-info.ts';
export { type ChosenLocation, Entry } from './entry/entry.ts';
export { type EntryTable, indexOfEntry, MAX_ENTRIES, MAX_ENTRY_DEPTH } from './entry/entry-table.ts';
export type { FormValue } from './entry/form-reader.ts';
export type { MissingPart } from './entry/missing-part.ts';
export { Unit } from './entry/unit.ts';
export type { UnitHeader, UnitKind } from './entry/unit-header.ts';
export { computeExpression, evaluateExpression, MAX_EXPRESSION_STEPS } from './expression/evaluate.ts';
export type { BaseType, Computed, EvaluationContext, Expression, Location, Piece, Procedure } from './expression/expression.ts';
export { OP, operationName } from './expression/opcode.ts';
export { type FrameSection, MAX_COMMON_INSTRUCTIONS } from './frame/frame-section.ts';
export { FrameTable } from './frame/frame-table.ts';
export { MAX_FRAME_STEPS, MAX_REMEMBERED_ROWS, MAX_RULES, type RowSink } from './frame/unwind-program.ts';
export {
  type LineRows,
  type LineSequence,
  type LineTable,
  MAX_LINE_ROWS,
  readLineTable,
  type SourcePlace,
} from './line/line-table.ts';
export type { AddressRange } from './list/range-list.ts';
export { DEBUG_SECTIONS, type InfoOffset, type LineOffset, type SectionLookup } from './sections.ts';
export type { CfaRule, RegisterRule, UnwindRow } from './unwind-row.ts';
