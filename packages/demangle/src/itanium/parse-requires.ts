/** `requires` expressions (Itanium C++ ABI 5.1.6, `rq` and `rQ`). */
import { fail } from '../limits.ts';
import { list, type Node, type Part, sequence } from './node.ts';
import type { Parser } from './parser.ts';

/** `rQ <params> _ <requirement>+ E` or `rq <requirement>+ E`. */
export function parseRequires(parser: Parser, hasParams: boolean): Node {
  const params: Node[] = [];
  if (hasParams) {
    do params.push(parser.type());
    while (!parser.take('_'));
  }
  const requirements: Part[] = [];
  do requirements.push(...parseRequirement(parser));
  while (!parser.take('E'));
  const head: readonly Part[] = params.length > 0 ? [' ', '(', list(params), ')'] : [];
  return sequence(['requires', ...head, ' ', '{', ...requirements, ' ', '}']);
}

function parseRequirement(parser: Parser): readonly Part[] {
  if (parser.take('T')) return [' typename ', parser.type(), ';'];
  if (parser.take('Q')) return [' requires ', parser.constraint(), ';'];
  if (!parser.take('X')) return fail();
  const value = parser.expression();
  const isNoexcept = parser.take('N');
  const constraint = parser.take('R') ? parser.name() : undefined;
  const isCompound = isNoexcept || constraint !== undefined;
  const body: readonly Part[] = isCompound ? ['{', value, '}'] : [value];
  return [' ', ...body, isNoexcept ? ' noexcept' : '', ...(constraint ? [' -> ', constraint] : []), ';'];
}
