export { evaluateExpression, MAX_EXPRESSION_STEPS } from './expression/evaluate.ts';
export type { EvaluationContext, Expression, Location, Piece } from './expression/expression.ts';
export { OP, operationName } from './expression/opcode.ts';
export type { CfaRule, RegisterRule, UnwindRow } from './unwind-row.ts';
