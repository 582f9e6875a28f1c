/** `<operator-name>` (Itanium C++ ABI 5.1.3). */
import { fail } from '../limits.ts';
import { type Node, nameOf, sequence } from './node.ts';
import { OPERATORS, type Operator } from './operators.ts';
import { parseSourceName } from './parse-unqualified-name.ts';
import type { NameState, Parser } from './parser.ts';

export function takeOperator(parser: Parser): Operator | undefined {
  const found = OPERATORS.get(parser.peek() + parser.peek(1));
  if (found) parser.at += 2;
  return found;
}

export function parseOperatorName(parser: Parser, state: NameState | undefined): Node {
  const operator = takeOperator(parser);
  if (operator?.kind === 'conversion') return parseConversion(parser, state);
  if (operator) return operator.isName ? nameOf(`operator${/^[a-z]/.test(operator.text) ? ' ' : ''}${operator.text}`) : fail();
  if (parser.take('li')) return sequence(['operator"" ', parseSourceName(parser)]);
  // `v <digit>`: of a vendor; the digit counts its operands.
  if (parser.take('v') && parser.isDigit()) {
    parser.at += 1;
    return sequence(['operator ', parseSourceName(parser)]);
  }
  return fail();
}

/** Its type may name parameters of the template whose arguments follow. */
function parseConversion(parser: Parser, state: NameState | undefined): Node {
  const { takesTemplateArgs, permitsForward } = parser;
  parser.takesTemplateArgs = false;
  parser.permitsForward = permitsForward || state !== undefined;
  const type = parser.type();
  parser.takesTemplateArgs = takesTemplateArgs;
  parser.permitsForward = permitsForward;
  if (state) state.hasNoResult = true;
  return sequence(['operator ', type]);
}
