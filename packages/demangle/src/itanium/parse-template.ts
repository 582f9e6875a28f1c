/** Template arguments, parameter declarations, lambdas (Itanium C++ ABI 5.1.7, 5.1.8). */
import { fail } from '../limits.ts';
import { list, type Node, nameOf, type Part, sequence } from './node.ts';
import { parseUntilEnd } from './parse-encoding.ts';
import { parseLiteral } from './parse-literal.ts';
import type { Parser } from './parser.ts';

/** `I <template-arg>* E`. The arguments `isOfName` are those that `T_` of the function's type refers to. */
export function parseTemplateArgs(parser: Parser, isOfName: boolean): Node {
  parser.expect('I');
  if (isOfName) {
    parser.outerParams = [];
    parser.templateParams = [parser.outerParams];
  }
  // Arguments inside the type of a conversion operator are that type's own.
  const { takesTemplateArgs } = parser;
  parser.takesTemplateArgs = true;
  const args: Node[] = [];
  while (!parser.take('E')) {
    args.push(isOfName ? parseOuterArg(parser) : parser.templateArg());
    if (parser.take('Q')) {
      // What the arguments must satisfy is not shown.
      parser.constraint();
      parser.expect('E');
      break;
    }
  }
  parser.takesTemplateArgs = takesTemplateArgs;
  return { kind: 'template-args', args };
}

/** A later argument may refer to an earlier one: the type of a value does. */
function parseOuterArg(parser: Parser): Node {
  const { outerParams } = parser;
  const arg = parser.templateArg();
  outerParams.push(arg.kind === 'argument-pack' ? { kind: 'parameter-pack', elements: arg.elements } : arg);
  return arg;
}

export function parseTemplateArg(parser: Parser): Node {
  switch (parser.peek()) {
    case 'X': {
      parser.at += 1;
      const found = parser.expression();
      parser.expect('E');
      return found;
    }
    // GCC wrote packs with `I` up to version 4.5 of its ABI.
    case 'I':
    case 'J':
      parser.at += 1;
      return { kind: 'argument-pack', elements: parseUntilEnd(parser, () => parser.templateArg()) };
    case 'L': {
      if (!parser.take('LZ')) return parseLiteral(parser);
      const found = parser.encoding();
      parser.expect('E');
      return found;
    }
    case 'T':
      if (!isParamDeclaration(parser)) return parser.type();
      parseParamDeclaration(parser, undefined);
      return parser.templateArg();
    default:
      return parser.type();
  }
}

function isParamDeclaration(parser: Parser): boolean {
  return parser.peek() === 'T' && 'yptnk'.includes(parser.peek(1) || ' ');
}

/** `Ty` type, `Tk` constrained type, `Tn` value, `Tt` template, `Tp` pack of one of them. Its name is made up. */
function parseParamDeclaration(parser: Parser, params: Node[] | undefined): Node {
  parser.expect('T');
  const kind = parser.peek();
  parser.at += 1;
  switch (kind) {
    case 'y':
      return declaration(['typename '], [inventName(parser, 'type', params)]);
    case 'k':
      return declaration([parser.name(), ' '], [inventName(parser, 'type', params)]);
    case 'n': {
      const name = inventName(parser, 'value', params);
      return declaration([parser.type(), ' '], [name]);
    }
    case 't':
      return parseTemplateDeclaration(parser, params);
    case 'p': {
      const inner = parseParamDeclaration(parser, params);
      return inner.kind === 'declaration' ? { ...inner, isPack: true } : fail();
    }
    default:
      return fail();
  }
}

function parseTemplateDeclaration(parser: Parser, params: Node[] | undefined): Node {
  const name = inventName(parser, 'template', params);
  const inner: Node[] = [];
  const declared: Node[] = [];
  const outer = parser.templateParams;
  parser.templateParams = [...outer, inner];
  const tail: Part[] = [];
  while (!parser.take('E')) {
    declared.push(parseParamDeclaration(parser, inner));
    if (parser.take('Q')) {
      tail.push(' requires ', parser.constraint());
      parser.expect('E');
      break;
    }
  }
  parser.templateParams = outer;
  return declaration(['template', '<', list(declared), '> typename '], [name, ...tail]);
}

function declaration(left: readonly Part[], right: readonly Part[]): Node {
  return { kind: 'declaration', left, right, isPack: false };
}

function inventName(parser: Parser, kind: 'type' | 'value' | 'template', params: Node[] | undefined): Node {
  const number = parser.syntheticParams[kind]++;
  const name = nameOf(`$${{ type: 'T', value: 'N', template: 'TT' }[kind]}${number === 0 ? '' : number - 1}`);
  params?.push(name);
  return name;
}

/** `Ut`, `Ub` and `Ul`: types without a name, blocks and lambdas. */
export function parseUnnamedType(parser: Parser): Node {
  for (const [code, text] of [
    ['Ut', 'unnamed'],
    ['Ub', 'block-literal'],
  ] as const) {
    if (!parser.take(code)) continue;
    const count = parser.digits();
    parser.expect('_');
    // No plain name: a constructor has none of it.
    return sequence([`'${text}${count}'`]);
  }
  parser.expect('Ul');
  return parseClosure(parser);
}

function parseClosure(parser: Parser): Node {
  const { templateParams, lambdaLevel, syntheticParams } = parser;
  const own: Node[] = [];
  parser.lambdaLevel = templateParams.length;
  parser.templateParams = [...templateParams, own];
  parser.syntheticParams = { type: 0, value: 0, template: 0 };
  const declarator = parseDeclarator(parser, own);
  Object.assign(parser, { templateParams, lambdaLevel, syntheticParams });
  parser.expect('E');
  const count = parser.digits();
  parser.expect('_');
  return { kind: 'closure', declarator, count };
}

function parseDeclarator(parser: Parser, own: Node[]): Part[] {
  const declared: Node[] = [];
  while (isParamDeclaration(parser)) declared.push(parseParamDeclaration(parser, own));
  // Without explicit parameters the level is that of the `auto` ones.
  if (declared.length === 0) parser.templateParams = parser.templateParams.slice(0, -1);
  const parts: Part[] = declared.length === 0 ? [] : ['<', list(declared), '>'];
  if (parser.take('Q')) parts.push(' requires ', parser.constraint(), ' ');
  const params: Node[] = [];
  if (!parser.take('v')) {
    do params.push(parser.type());
    while (parser.peek() !== 'E' && parser.peek() !== 'Q');
  }
  parts.push('(', list(params), ')');
  if (parser.take('Q')) parts.push(' requires ', parser.constraint());
  return parts;
}
