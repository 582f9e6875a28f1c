/** `<expression>` (Itanium C++ ABI 5.1.6). */
import { fail } from '../limits.ts';
import { list, type Node, nameOf, operand, PRECEDENCE as P, type Part, sequence } from './node.ts';
import type { Operator } from './operators.ts';
import { parseUntilEnd } from './parse-encoding.ts';
import { parseLiteral } from './parse-literal.ts';
import { takeOperator } from './parse-operator.ts';
import { parseTemplateParam } from './parse-reference.ts';
import { parseRequires } from './parse-requires.ts';
import { parseSourceName } from './parse-unqualified-name.ts';
import { parseUnresolvedName } from './parse-unresolved-name.ts';
import type { Parser } from './parser.ts';

export function parseExpression(parser: Parser): Node {
  const isGlobal = parser.take('gs');
  const operator = takeOperator(parser);
  if (operator) return parseOperation(parser, operator, isGlobal);
  const next = parser.peek();
  if (next === 'L') return parseLiteral(parser);
  if (next === 'T') return parseTemplateParam(parser);
  if (next === 'f') {
    const isParam = parser.peek(1) === 'p' || (parser.peek(1) === 'L' && parser.isDigit(2));
    return isParam ? parseFunctionParam(parser) : parseFold(parser);
  }
  const rule = RULES.get(next + parser.peek(1));
  if (rule) {
    parser.at += 2;
    return rule(parser);
  }
  return parser.take('u') ? parseVendorExpression(parser) : parseUnresolvedName(parser, isGlobal);
}

const RULES: ReadonlyMap<string, (parser: Parser) => Node> = new Map<string, (parser: Parser) => Node>([
  [
    'il',
    (parser) =>
      initializerList(
        undefined,
        parseUntilEnd(parser, () => parseBraced(parser)),
      ),
  ],
  [
    'tl',
    (parser) =>
      initializerList(
        parser.type(),
        parseUntilEnd(parser, () => parseBraced(parser)),
      ),
  ],
  ['mc', parseMemberPointerConversion],
  ['nx', (parser) => sequence(['noexcept ', '(', operand(parser.expression(), P.none), ')'], P.unary)],
  ['so', parseSubobject],
  ['sp', (parser) => ({ kind: 'expansion', child: parser.expression() })],
  ['sZ', parseSizeofPack],
  ['sP', (parser) => sequence(['sizeof... ', '(', list(parseUntilEnd(parser, () => parser.templateArg())), ')'], P.unary)],
  ['tr', () => nameOf('throw')],
  ['tw', (parser) => sequence(['throw ', parser.expression()])],
  ['rq', (parser) => parseRequires(parser, false)],
  ['rQ', (parser) => parseRequires(parser, true)],
]);

function parseOperation(parser: Parser, operator: Operator, isGlobal: boolean): Node {
  const { kind, text, precedence } = operator;
  switch (kind) {
    case 'binary':
      return binary(parser.expression(), operator, parser.expression());
    case 'prefix':
      return sequence([text, operand(parser.expression(), precedence)], precedence);
    case 'postfix':
      if (parser.take('_')) return sequence([text, operand(parser.expression(), precedence)], precedence);
      return sequence([operand(parser.expression(), precedence, true), text], precedence);
    case 'subscript':
      return sequence([operand(parser.expression(), precedence), '[', operand(parser.expression(), P.none), ']'], precedence);
    case 'member':
      return sequence(
        [operand(parser.expression(), precedence, true), text, operand(parser.expression(), precedence)],
        precedence,
      );
    case 'new':
      return parseNew(parser, operator, isGlobal);
    case 'delete':
      return sequence([isGlobal ? '::' : '', `${text} `, parser.expression()], precedence);
    case 'call':
      return parseCall(parser, operator);
    case 'conversion':
      return parseConversionCall(parser, precedence);
    case 'conditional': {
      const condition = operand(parser.expression(), precedence);
      const then = operand(parser.expression(), P.none);
      return sequence([condition, ' ? ', then, ' : ', operand(parser.expression(), P.assign, true)], precedence);
    }
    case 'named-cast': {
      const type = parser.type();
      const args: Node = { kind: 'template-args', args: [type] };
      return sequence([text, args, '(', operand(parser.expression(), P.none), ')'], precedence);
    }
    case 'of': {
      const inner = operator.variant ? parser.type() : operand(parser.expression(), P.none);
      return sequence([text, '(', inner, ')'], precedence);
    }
    case 'name-only':
      return fail();
  }
}

/** Assignments group from the right, everything else from the left. */
function binary(left: Node, { text, precedence }: Operator, right: Node): Node {
  const isAssignment = precedence === P.assign;
  const parts = [
    operand(left, precedence, !isAssignment),
    text === ',' ? ', ' : ` ${text} `,
    operand(right, precedence, isAssignment),
  ];
  const plain = sequence(parts, precedence);
  return text === '>' || text === '>>' ? { ...plain, closesList: true } : plain;
}

/** `nw <placement>* _ <type> E` or `nw <placement>* _ <type> pi <initializers>* E`. */
function parseNew(parser: Parser, { precedence, variant }: Operator, isGlobal: boolean): Node {
  const placement: Node[] = [];
  while (!parser.take('_')) placement.push(parser.expression());
  const type = parser.type();
  const hasInitializers = parser.take('pi');
  const initializers: Node[] = [];
  while (!parser.take('E')) initializers.push(hasInitializers ? parser.expression() : fail());
  return sequence(
    [
      `${isGlobal ? '::' : ''}new${variant ? '[]' : ''}`,
      ...(placement.length > 0 ? ['(', list(placement), ')'] : []),
      ' ',
      type,
      ...(initializers.length > 0 ? ['(', list(initializers), ')'] : []),
    ],
    precedence,
  );
}

/** `cp`: with the callee in parentheses, so that its name is not looked up by its arguments. */
function parseCall(parser: Parser, { precedence, variant }: Operator): Node {
  const callee = parser.expression();
  const args = list(parseUntilEnd(parser, () => parser.expression()));
  const called: readonly Part[] = variant ? ['(', callee, ')'] : [callee];
  return sequence([...called, '(', args, ')'], precedence);
}

function parseConversionCall(parser: Parser, precedence: number): Node {
  const saved = parser.takesTemplateArgs;
  parser.takesTemplateArgs = false;
  const type = parser.type();
  parser.takesTemplateArgs = saved;
  const values = parser.take('_') ? parseUntilEnd(parser, () => parser.expression()) : [parser.expression()];
  return sequence(['(', type, ')', '(', list(values), ')'], precedence);
}

function initializerList(type: Node | undefined, values: readonly Node[]): Node {
  return sequence([...(type ? [type] : []), '{', list(values), '}']);
}

/** `di` a field, `dx` an element, `dX` a range of elements: `.field = value`, `[1 ... 3] = value`. */
function parseBraced(parser: Parser): Node {
  const place = takeDesignator(parser);
  if (place === undefined) return parser.expression();
  const isNested = ['di', 'dx', 'dX'].includes(parser.peek() + parser.peek(1));
  return sequence([...place, isNested ? '' : ' = ', parser.nested(() => parseBraced(parser))]);
}

function takeDesignator(parser: Parser): readonly Part[] | undefined {
  if (parser.take('di')) return ['.', parseSourceName(parser)];
  if (parser.take('dx')) return ['[', parser.expression(), ']'];
  return parser.take('dX') ? ['[', parser.expression(), ' ... ', parser.expression(), ']'] : undefined;
}

function parseMemberPointerConversion(parser: Parser): Node {
  const type = parser.type();
  const value = parser.expression();
  parser.digits(true);
  parser.expect('E');
  return sequence(['(', type, ')', '(', value, ')'], P.cast);
}

function parseSubobject(parser: Parser): Node {
  const type = parser.type();
  const value = parser.expression();
  const offset = parser.digits(true);
  while (parser.take('_')) parser.digits();
  parser.take('p');
  parser.expect('E');
  return sequence([value, '.<', type, ` at offset ${offset === '' ? '0' : offset.replace('n', '-')}>`]);
}

function parseSizeofPack(parser: Parser): Node {
  if (parser.peek() !== 'T') return sequence(['sizeof... ', '(', parseFunctionParam(parser), ')'], P.unary);
  return sequence(['sizeof...', '(', { kind: 'expansion', child: parseTemplateParam(parser) }, ')']);
}

/** `fpT` is `this`; `fp [cv] [<number>] _` a parameter of this function, `fL <level> p …` one of a function around it. */
function parseFunctionParam(parser: Parser): Node {
  if (parser.take('fpT')) return nameOf('this');
  if (parser.take('fL')) {
    parser.number();
    parser.expect('p');
  } else parser.expect('fp');
  for (const letter of 'rVK') parser.take(letter);
  const number = parser.digits();
  parser.expect('_');
  return nameOf(`fp${number}`);
}

/** `fl fr`: `(... + pack)` and `(pack + ...)`; `fL fR`: the same with a first or last value. */
function parseFold(parser: Parser): Node {
  parser.expect('f');
  const code = parser.peek();
  parser.at += 1;
  if (!'lrLR'.includes(code || ' ')) fail();
  const operator = takeOperator(parser);
  const isFoldable = operator?.kind === 'binary' || (operator?.kind === 'member' && operator.text.endsWith('*'));
  if (operator === undefined || !isFoldable) return fail();
  const first = parser.expression();
  const second = code === 'L' || code === 'R' ? parser.expression() : undefined;
  const isLeft = code === 'l' || code === 'L';
  const [pack, value] = isLeft && second ? [second, first] : [first, second];
  const expanded: readonly Part[] = ['(', { kind: 'expansion', child: pack }, ')'];
  const single: readonly Part[] = value ? [operand(value, P.cast, true)] : [];
  const [left, right] = isLeft ? [single, expanded] : [expanded, single];
  const between = ` ${operator.text} `;
  return sequence(['(', ...left, left.length > 0 ? between : '', '...', right.length > 0 ? between : '', ...right, ')']);
}

function parseVendorExpression(parser: Parser): Node {
  const name = parseSourceName(parser);
  return sequence([name, '(', list(parseUntilEnd(parser, () => parser.templateArg())), ')']);
}
