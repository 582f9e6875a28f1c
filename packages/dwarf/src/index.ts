export type { EvaluationContext, Expression, Location, Piece } from './expression.ts';
export type { CfaRule, RegisterRule, UnwindRow } from './unwind-row.ts';
