/**
 * Evaluates DWARF expressions and location descriptions (DWARF 5, 2.5 and 2.6).
 * Nothing is read from a dump here: registers and memory are asked of the caller, and each may be missing.
 */
import { OverlongError, TruncatedError } from '@noinit/bytes';
import { Evaluation } from './evaluation.ts';
import type { EvaluationContext, Expression, Location } from './expression.ts';
import { operationName } from './opcode.ts';
import { OPERATIONS } from './operations.ts';
import { tooLarge, Unevaluable, unsupported } from './unevaluable.ts';

/** Operations one evaluation may carry out: a backward DW_OP_skip would go on for ever. */
export const MAX_EXPRESSION_STEPS = 10_000;

/**
 * Where the expression says the value lives. Never throws because of what the expression or the target hold: what stops
 * it is given as an unknown location with its reason. An empty expression means that the value was optimized out.
 */
export function evaluateExpression(expression: Expression, context: EvaluationContext): Location {
  return evaluate(expression, context, (evaluation) => evaluation.location());
}

/**
 * What the expression computes: as `evaluateExpression`, but what is left on the stack is the value itself and not an
 * address. For the attributes and operations that hold values: call site parameters, bounds, entry values.
 */
export function computeExpression(expression: Expression, context: EvaluationContext): Location {
  return evaluate(expression, context, (evaluation) => evaluation.result());
}

function evaluate(expression: Expression, context: EvaluationContext, finish: (evaluation: Evaluation) => Location): Location {
  try {
    const evaluation = new Evaluation(expression, context);
    run(evaluation);
    return finish(evaluation);
  } catch (error) {
    if (error instanceof Unevaluable) return { kind: 'unknown', why: error.why, detail: error.message };
    if (error instanceof TruncatedError || error instanceof OverlongError) {
      return { kind: 'unknown', why: 'malformed-debug-info', detail: `expression: ${error.message}` };
    }
    throw error;
  }
}

function run(evaluation: Evaluation): void {
  for (let steps = 0; ; steps++) {
    while (evaluation.reader.atEnd) if (!evaluation.leave()) return;
    if (steps >= MAX_EXPRESSION_STEPS) throw tooLarge(`the expression takes more than ${MAX_EXPRESSION_STEPS} operations`);
    const at = evaluation.reader.offset;
    const code = evaluation.reader.u8();
    const operation = OPERATIONS.get(code);
    try {
      if (!operation) throw unsupported(operationName(code));
      operation(evaluation);
    } catch (error) {
      if (!(error instanceof Unevaluable) || !evaluation.givePieceUp(error, at)) throw error;
    }
  }
}
