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
  if (scope !== undefined && isConstructor(parser)) {
    // `std::string` is the short name of a class whose constructor has the long one.
    const owner: Node = scope.kind === 'standard' ? { ...scope, isExpanded: true } : scope;
    return { kind: 'nested', scope: owner, name: parseAbiTags(parser, parseConstructor(parser, owner, state)), isFriend };
  }
  const plain = parsePlainName(parser, state);
  const inModule: Node = module === undefined ? plain : { kind: 'of-module', module, name: plain };
  const name = parseAbiTags(parser, inModule);
  return scope === undefined ? name : { kind: 'nested', scope, name, isFriend };
}

/** `DC` is a structured binding, `dc` an operator. */
function isConstructor(parser: Parser): boolean {
  return parser.peek() === 'C' || (parser.peek() === 'D' && parser.peek(1) !== 'C');
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

/** `C1` … `C5`, `CI1`, `D0` … `D5`: named after their class. */
function parseConstructor(parser: Parser, owner: Node, state: NameState | undefined): Node {
  const isDestructor = parser.peek() === 'D';
  parser.at += 1;
  const inherits = !isDestructor && parser.take('I');
  if (!(isDestructor ? '01245' : '12345').includes(parser.peek() || ' ')) fail();
  parser.at += 1;
  if (state) state.hasNoResult = true;
  if (inherits) parser.name(state);
  return { kind: 'constructor', base: owner, isDestructor };
}
