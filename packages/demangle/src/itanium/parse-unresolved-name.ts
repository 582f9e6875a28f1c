/** `<unresolved-name>`: a name in an expression that depends on template parameters (Itanium C++ ABI 5.1.6.2). */
import { type Node, sequence } from './node.ts';
import { parseDecltype, parseSubstitution, parseTemplateParam } from './parse-reference.ts';
import { parseSourceName } from './parse-unqualified-name.ts';
import type { Parser } from './parser.ts';

export function parseUnresolvedName(parser: Parser, isGlobal: boolean): Node {
  if (parser.take('srN')) {
    let scope = parseOwner(parser);
    while (!parser.take('E')) scope = scoped(scope, parseSimpleId(parser));
    return scoped(scope, parseBase(parser));
  }
  if (!parser.take('sr')) {
    const base = parseBase(parser);
    return isGlobal ? sequence(['::', base]) : base;
  }
  if (!parser.isDigit()) return scoped(parseOwner(parser), parseBase(parser));
  let scope: Node | undefined;
  do {
    const part = parseSimpleId(parser);
    scope = scope === undefined ? (isGlobal ? sequence(['::', part]) : part) : scoped(scope, part);
  } while (!parser.take('E'));
  return scoped(scope, parseBase(parser));
}

function scoped(scope: Node, name: Node): Node {
  return sequence([scope, '::', name]);
}

/** A type that is not known yet: a template parameter, decltype or what was said before, with its arguments. */
function parseOwner(parser: Parser): Node {
  const next = parser.peek();
  // GCC writes `std::` types here as anywhere.
  if (next === 'S' && parser.peek(1) === 't') return parser.type();
  const type =
    next === 'T'
      ? parser.substitutable(parseTemplateParam(parser))
      : next === 'D'
        ? parser.substitutable(parseDecltype(parser))
        : parseSubstitution(parser);
  return withArgs(parser, type);
}

function parseSimpleId(parser: Parser): Node {
  return withArgs(parser, parseSourceName(parser));
}

function parseBase(parser: Parser): Node {
  if (parser.isDigit()) return parseSimpleId(parser);
  if (parser.take('dn')) return sequence(['~', parser.isDigit() ? parseSimpleId(parser) : parseDestroyed(parser)]);
  parser.take('on');
  return withArgs(parser, parser.operatorName());
}

function parseDestroyed(parser: Parser): Node {
  const next = parser.peek();
  if (next === 'T') return parser.substitutable(parseTemplateParam(parser));
  return next === 'D' ? parser.substitutable(parseDecltype(parser)) : parseSubstitution(parser);
}

function withArgs(parser: Parser, name: Node): Node {
  return parser.peek() === 'I' ? { kind: 'templated', name, args: parser.templateArgs() } : name;
}
