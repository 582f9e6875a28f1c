/** What stands for something said elsewhere: substitutions, template parameters, decltype (Itanium C++ ABI 5.1.10, 5.1.7). */
import { fail } from '../limits.ts';
import { type Node, nameOf, type StandardName, sequence } from './node.ts';
import { parseSeqId } from './parse-encoding.ts';
import { parseAbiTags } from './parse-unqualified-name.ts';
import type { Parser } from './parser.ts';

const STANDARD: ReadonlyMap<string, StandardName> = new Map([
  ['a', 'allocator'],
  ['b', 'basic_string'],
  ['s', 'string'],
  ['i', 'istream'],
  ['o', 'ostream'],
  ['d', 'iostream'],
]);

export function parseSubstitution(parser: Parser): Node {
  parser.expect('S');
  const name = STANDARD.get(parser.peek());
  if (name !== undefined) {
    parser.at += 1;
    const plain: Node = { kind: 'standard', name, isExpanded: false };
    const tagged = parseAbiTags(parser, plain);
    return tagged === plain ? plain : parser.substitutable(tagged);
  }
  const id = parseSeqId(parser);
  parser.expect('_');
  return parser.substitutions[id === undefined ? 0 : id + 1] ?? fail();
}

/** `T [L <level>] [<index>] _`, both counted from one less. */
export function parseTemplateParam(parser: Parser): Node {
  const start = parser.at;
  parser.expect('T');
  const level = parser.take('L') ? parser.number() + 1 : 0;
  if (level > 0) parser.expect('_');
  const index = parser.peek() === '_' ? 0 : parser.number() + 1;
  parser.expect('_');
  if (parser.showsRawParams) return nameOf(parser.text.slice(start, parser.at - 1));
  if (parser.permitsForward && level === 0) return forwardReference(parser, index);
  const found = parser.templateParams[level]?.[index];
  if (found !== undefined) return found;
  if (parser.lambdaLevel !== level || level > parser.templateParams.length) return parser.enclosingParams?.[index] ?? fail();
  if (level === parser.templateParams.length) parser.templateParams.push(undefined);
  return nameOf('auto');
}

function forwardReference(parser: Parser, index: number): Node {
  const reference = { kind: 'forward' as const, index, target: undefined };
  parser.forwardReferences.push(reference);
  return reference;
}

/** `Dt <expression> E` of a name or a member, `DT` of any other expression. */
export function parseDecltype(parser: Parser): Node {
  if (!parser.take('Dt') && !parser.take('DT')) fail();
  const inner = parser.expression();
  parser.expect('E');
  return sequence(['decltype', '(', inner, ')']);
}
