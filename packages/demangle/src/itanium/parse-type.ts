/** `<type>` (Itanium C++ ABI 5.1.5). */
import { fail } from '../limits.ts';
import { BUILTIN_TYPES } from './builtin-types.ts';
import { list, type Node, nameOf, type Part, sequence } from './node.ts';
import { parseUntilEnd } from './parse-encoding.ts';
import { parseDecltype, parseSubstitution, parseTemplateParam } from './parse-reference.ts';
import type { Parser } from './parser.ts';

export function parseType(parser: Parser): Node {
  const builtin = takeBuiltin(parser);
  if (builtin !== undefined) return builtin;
  const next = parser.peek();
  if (next === 'S' && parser.peek(1) !== 't') return parseSubstitutedType(parser);
  return parser.substitutable(parseCompound(parser, next));
}

/** Builtin types are no components: nothing refers back to them. */
function takeBuiltin(parser: Parser): Node | undefined {
  const isLong = parser.peek() === 'D';
  const code = isLong ? parser.peek() + parser.peek(1) : parser.peek();
  const text = BUILTIN_TYPES.get(code);
  if (text !== undefined) {
    parser.at += code.length;
    return nameOf(text);
  }
  switch (isLong ? parser.peek(1) : '') {
    case 'F':
      return parseSizedFloat(parser);
    case 'B':
    case 'U':
      return parseBitInt(parser);
    case 'k':
    case 'K': {
      parser.at += 1;
      const kind = parser.take('k') ? ' auto' : ' decltype(auto)';
      if (kind !== ' auto') parser.expect('K');
      return sequence([parser.name(), kind]);
    }
    default:
      return undefined;
  }
}

function parseSizedFloat(parser: Parser): Node {
  if (parser.take('DF16b')) return nameOf('std::bfloat16_t');
  parser.at += 2;
  const size = parser.number();
  if (parser.take('x')) return nameOf(`_Float${size}x`);
  parser.expect('_');
  return nameOf(`_Float${size}`);
}

function parseBitInt(parser: Parser): Node {
  const prefix = parser.peek(1) === 'U' ? 'unsigned ' : '';
  parser.at += 2;
  const size = parser.isDigit() ? nameOf(parser.digits()) : parser.expression();
  parser.expect('_');
  return sequence([`${prefix}_BitInt`, '(', size, ')']);
}

/** A substitution is no new component, but a template with its arguments, or a member of a module, is. */
function parseSubstitutedType(parser: Parser): Node {
  const start = parser.at;
  const found = parseSubstitution(parser);
  if (found.kind === 'module') {
    parser.at = start;
    return parser.substitutable(parser.name());
  }
  if (parser.peek() !== 'I' || !parser.takesTemplateArgs) return found;
  return parser.substitutable({ kind: 'templated', name: found, args: parser.templateArgs() });
}

function parseCompound(parser: Parser, next: string): Node {
  switch (next) {
    case 'r':
    case 'V':
    case 'K':
      return isQualifiedFunction(parser) ? parseFunction(parser) : parseQualified(parser);
    case 'U':
      return parseVendorQualified(parser);
    case 'u':
      return parseVendorType(parser);
    case 'F':
      return parseFunction(parser);
    case 'D':
      return parseLongCode(parser);
    case 'A':
      return parseArray(parser);
    case 'M':
      parser.at += 1;
      return { kind: 'member-pointer', owner: parser.type(), member: parser.type() };
    case 'T':
      return 'sue'.includes(parser.peek(1) || ' ') ? parseElaborated(parser) : parseParamType(parser);
    case 'P':
      parser.at += 1;
      return { kind: 'pointer', target: parser.type() };
    case 'R':
    case 'O':
      parser.at += 1;
      return { kind: 'reference', target: parser.type(), isRvalue: next === 'O' };
    case 'C':
    case 'G':
      parser.at += 1;
      return sequence([parser.type(), next === 'C' ? ' complex' : ' imaginary']);
    default:
      return parser.name();
  }
}

/** In the order of the encoding, which is that of the text reversed. */
export function parseQualifiers(parser: Parser): string {
  const restrict = parser.take('r') ? ' restrict' : '';
  const volatile = parser.take('V') ? ' volatile' : '';
  const constant = parser.take('K') ? ' const' : '';
  return constant + volatile + restrict;
}

function isQualifiedFunction(parser: Parser): boolean {
  let ahead = 0;
  for (const letter of 'rVK') if (parser.peek(ahead) === letter) ahead += 1;
  return parser.peek(ahead) === 'F' || (parser.peek(ahead) === 'D' && 'oOwx'.includes(parser.peek(ahead + 1) || ' '));
}

function parseQualified(parser: Parser): Node {
  const qualifiers = parseQualifiers(parser);
  return { kind: 'qualified', child: parser.type(), qualifiers };
}

/** `U <name> [<args>] <type>`: as `U8__vector`. Qualifiers inside are no component of their own. */
function parseVendorQualified(parser: Parser): Node {
  parser.expect('U');
  const name = parser.identifier();
  const args: Part[] = parser.peek() === 'I' ? [parser.templateArgs()] : [];
  const isQualified = 'rVKU'.includes(parser.peek() || ' ') && !isQualifiedFunction(parser);
  const child = isQualified ? (parser.peek() === 'U' ? parseNestedVendor(parser) : parseQualified(parser)) : parser.type();
  return sequence([child, ` ${name}`, ...args]);
}

function parseNestedVendor(parser: Parser): Node {
  const count = parser.substitutions.length;
  const child = parser.type();
  // Not a component: taken back, what it is made of stays.
  if (parser.substitutions.length > count) parser.substitutions.pop();
  return child;
}

function parseVendorType(parser: Parser): Node {
  parser.expect('u');
  const name = nameOf(parser.identifier());
  if (!parser.take('I')) return name;
  const inner = parser.type();
  parser.expect('E');
  return sequence([name, '(', inner, ')']);
}

function parseLongCode(parser: Parser): Node {
  switch (parser.peek(1)) {
    case 't':
    case 'T':
      return parseDecltype(parser);
    case 'v':
      return parseVector(parser);
    case 'p':
      parser.at += 2;
      return { kind: 'expansion', child: parser.type() };
    case 'o':
    case 'O':
    case 'w':
    case 'x':
      return parseFunction(parser);
    default:
      return parser.name();
  }
}

function parseVector(parser: Parser): Node {
  parser.expect('Dv');
  if (parser.take('_')) {
    const size = parser.expression();
    parser.expect('_');
    return sequence([parser.type(), ' vector', '[', size, ']']);
  }
  const size = parser.isDigit() ? nameOf(parser.digits()) : parser.expression();
  parser.expect('_');
  if (parser.take('p')) return sequence(['pixel vector', '[', size, ']']);
  return sequence([parser.type(), ' vector', '[', size, ']']);
}

/** `[cv] [exception specification] [Dx] F [Y] <result> <params> [ref] E`. */
function parseFunction(parser: Parser): Node {
  const qualifiers = parseQualifiers(parser);
  const exceptions = parseExceptions(parser);
  parser.take('Dx');
  parser.expect('F');
  parser.take('Y');
  const result = parser.type();
  const params: Node[] = [];
  let reference = '';
  while (!parser.take('E')) {
    if (parser.take('v')) continue;
    if (parser.take('RE')) {
      reference = ' &';
      break;
    }
    if (parser.take('OE')) {
      reference = ' &&';
      break;
    }
    params.push(parser.type());
  }
  return { kind: 'function', result, params, qualifiers, reference, exceptions };
}

function parseExceptions(parser: Parser): Part[] {
  if (parser.take('Do')) return [' noexcept'];
  if (parser.take('DO')) {
    const condition = parser.expression();
    parser.expect('E');
    return [' noexcept', '(', condition, ')'];
  }
  if (!parser.take('Dw')) return [];
  return [' throw', '(', list(parseUntilEnd(parser, () => parser.type())), ')'];
}

function parseArray(parser: Parser): Node {
  parser.expect('A');
  let dimension: Node | undefined;
  if (parser.isDigit()) {
    dimension = nameOf(parser.digits());
    parser.expect('_');
  } else if (!parser.take('_')) {
    dimension = parser.expression();
    parser.expect('_');
  }
  return { kind: 'array', element: parser.type(), dimension };
}

function parseElaborated(parser: Parser): Node {
  const keyword = { s: 'struct ', u: 'union ', e: 'enum ' }[parser.peek(1)] ?? fail();
  parser.at += 2;
  return sequence([keyword, parser.name()]);
}

/** A template parameter; one that is a template itself has arguments. */
function parseParamType(parser: Parser): Node {
  const param = parseTemplateParam(parser);
  if (parser.peek() !== 'I' || !parser.takesTemplateArgs) return param;
  parser.substitutable(param);
  return { kind: 'templated', name: param, args: parser.templateArgs() };
}
