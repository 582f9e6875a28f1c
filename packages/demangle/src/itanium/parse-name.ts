/** `<name>` and what it is made of (Itanium C++ ABI 5.1.2). */
import { fail } from '../limits.ts';
import { type Node, nameOf } from './node.ts';
import { parseDecltype, parseSubstitution, parseTemplateParam } from './parse-reference.ts';
import { parseQualifiers } from './parse-type.ts';
import { parseUnqualifiedName } from './parse-unqualified-name.ts';
import type { NameState, Parser } from './parser.ts';

export function parseName(parser: Parser, state: NameState | undefined): Node {
  if (parser.take('N')) return parseNestedName(parser, state);
  if (parser.take('Z')) return parseLocalName(parser, state);
  const { node, isSubstitution } = parseUnscopedName(parser, state);
  if (parser.peek() !== 'I') return isSubstitution ? fail() : node;
  if (!isSubstitution) parser.substitutable(node);
  return withTemplateArgs(parser, node, state);
}

/** A name outside every scope but `std`; a substitution stands only for a template then. */
export function parseUnscopedName(parser: Parser, state: NameState | undefined): { node: Node; isSubstitution: boolean } {
  const std = parser.take('St') ? nameOf('std') : undefined;
  if (parser.peek() !== 'S') return { node: parseUnqualifiedName(parser, state, { scope: std }), isSubstitution: false };
  const found = parseSubstitution(parser);
  if (found.kind === 'module')
    return { node: parseUnqualifiedName(parser, state, { scope: std, module: found }), isSubstitution: false };
  return std === undefined ? { node: found, isSubstitution: true } : fail();
}

function withTemplateArgs(parser: Parser, name: Node, state: NameState | undefined): Node {
  const args = parser.templateArgs(state !== undefined);
  if (state) state.endsWithTemplateArgs = true;
  return { kind: 'templated', name, args };
}

function parseNestedName(parser: Parser, state: NameState | undefined): Node {
  parseMemberQualifiers(parser, state);
  let found: Node | undefined;
  while (!parser.take('E')) {
    if (state) state.endsWithTemplateArgs = false;
    found = parseNestedPart(parser, state, found);
    parser.take('M');
  }
  if (found === undefined || parser.substitutions.length === 0) fail();
  // The whole is no component of itself: who refers to it does so by another rule.
  parser.substitutions.pop();
  return found;
}

function parseMemberQualifiers(parser: Parser, state: NameState | undefined): void {
  const hasExplicitObject = parser.take('H');
  const qualifiers = hasExplicitObject ? '' : parseQualifiers(parser);
  const reference = hasExplicitObject ? '' : parser.take('O') ? ' &&' : parser.take('R') ? ' &' : '';
  if (state) Object.assign(state, { hasExplicitObject, qualifiers, reference });
}

/** One more part of a nested name; `scope` is what was read so far. */
function parseNestedPart(parser: Parser, state: NameState | undefined, scope: Node | undefined): Node {
  const next = parser.peek();
  if (next === 'T') return scope === undefined ? parser.substitutable(parseTemplateParam(parser)) : fail();
  if (next === 'I') {
    if (scope === undefined || scope.kind === 'templated') fail();
    return parser.substitutable(withTemplateArgs(parser, scope, state));
  }
  if (next === 'D' && (parser.peek(1) === 't' || parser.peek(1) === 'T')) {
    return scope === undefined ? parser.substitutable(parseDecltype(parser)) : fail();
  }
  if (next !== 'S') return parser.substitutable(parseUnqualifiedName(parser, state, { scope }));
  const found = parser.take('St') ? nameOf('std') : parseSubstitution(parser);
  if (found.kind === 'module') return parser.substitutable(parseUnqualifiedName(parser, state, { scope, module: found }));
  // Neither `std` nor a substitution is a component anew. What follows it here must not be the end.
  return scope === undefined ? found : fail();
}

function parseLocalName(parser: Parser, state: NameState | undefined): Node {
  const encoding = parser.encoding();
  parser.expect('E');
  if (parser.take('s')) {
    skipDiscriminator(parser);
    return { kind: 'local', encoding, entity: nameOf('string literal') };
  }
  const { templateParams, outerParams } = parser;
  if (parser.take('d')) {
    parser.digits(true);
    parser.expect('_');
    return { kind: 'local', encoding, entity: parser.name(state) };
  }
  parser.templateParams = [];
  parser.outerParams = [];
  const entity = parser.name(state);
  if (state === undefined) Object.assign(parser, { templateParams, outerParams });
  skipDiscriminator(parser);
  return { kind: 'local', encoding, entity };
}

/** `_ <digit>` or `__ <number> _`; old compilers end the name with bare digits. */
function skipDiscriminator(parser: Parser): void {
  const found = /_(?:[0-9]|_[0-9]+_)|[0-9]+$/y;
  found.lastIndex = parser.at;
  parser.at += found.exec(parser.text)?.[0].length ?? 0;
}
