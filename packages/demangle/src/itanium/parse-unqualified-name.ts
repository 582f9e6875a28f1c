/** `<unqualified-name>`: a name without its scope (Itanium C++ ABI 5.1.2 to 5.1.4). */
import { fail } from '../limits.ts';
import { list, type Node, nameOf, sequence } from './node.ts';
import { parseModuleName } from './parse-encoding.ts';
import type { NameState, Parser } from './parser.ts';

export interface Around {
  readonly scope?: Node | undefined;
  readonly module?: Node | undefined;
}

export function parseUnqualifiedName(parser: Parser, state: NameState | undefined, { scope, module: outer }: Around): Node {
  const module = parseModuleName(parser, outer);
  const isFriend = scope !== undefined && parser.take('F');
  // Internal linkage: not shown.
  parser.take('L');
  const plain = parsePlainName(parser, state);
  const inModule: Node = module === undefined ? plain : { kind: 'of-module', module, name: plain };
  const name = parseAbiTags(parser, inModule);
  if (scope === undefined) return name;
  return isFriend ? sequence([scope, '::friend ', name]) : { kind: 'nested', scope, name };
}

function parsePlainName(parser: Parser, state: NameState | undefined): Node {
  if (parser.peek() === 'U') return parser.unnamedType();
  if (parser.isDigit()) return parseSourceName(parser);
  if (!parser.take('DC')) return parser.operatorName(state);
  const names: Node[] = [];
  do names.push(parseSourceName(parser));
  while (!parser.take('E'));
  return sequence(['[', list(names), ']']);
}

export function parseSourceName(parser: Parser): Node {
  const text = parser.identifier();
  return nameOf(text.startsWith('_GLOBAL__N') ? '(anonymous namespace)' : text);
}

export function parseAbiTags(parser: Parser, node: Node): Node {
  let base = node;
  while (parser.take('B')) base = { kind: 'tagged', base, tag: parser.identifier() };
  return base;
}

/** `C1` … `C5`, `CI1`, `D0` … `D5`: named after their class, which is `scope`. */
export function parseConstructor(parser: Parser, scope: Node, state: NameState | undefined): Node {
  const isDestructor = parser.peek() === 'D';
  parser.at += 1;
  const inherits = !isDestructor && parser.take('I');
  if (!(isDestructor ? '01245' : '12345').includes(parser.peek() || ' ')) fail();
  parser.at += 1;
  if (state) state.hasNoResult = true;
  if (inherits) parser.name(state);
  // `std::string` is the short name of a class whose constructor has the long one.
  const owner: Node = scope.kind === 'standard' ? { ...scope, isExpanded: true } : scope;
  const name = parseAbiTags(parser, { kind: 'constructor', base: owner, isDestructor });
  return { kind: 'nested', scope: owner, name };
}
