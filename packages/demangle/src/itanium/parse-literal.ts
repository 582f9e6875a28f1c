/** `<expr-primary>`: literals (Itanium C++ ABI 5.1.6.1). */
import { fail } from '../limits.ts';
import { INTEGER_LITERALS } from './builtin-types.ts';
import { FLOAT_SIZES, floatText } from './float-literal.ts';
import { type Node, nameOf, PRECEDENCE, sequence } from './node.ts';
import type { Parser } from './parser.ts';

export function parseLiteral(parser: Parser): Node {
  parser.expect('L');
  const code = parser.peek();
  const integer = INTEGER_LITERALS.get(code);
  if (integer !== undefined) {
    parser.at += 1;
    const text = takeInteger(parser);
    return 'suffix' in integer ? nameOf(text + integer.suffix) : sequence([`(${integer.cast})${text}`]);
  }
  const digits = FLOAT_SIZES.get(code);
  if (digits !== undefined) return parseFloatLiteral(parser, code, digits);
  switch (code) {
    case 'b':
      if (parser.take('b0E')) return nameOf('false');
      return parser.take('b1E') ? nameOf('true') : fail();
    case '_': {
      parser.expect('_Z');
      const found = parser.encoding();
      parser.expect('E');
      return found;
    }
    case 'A': {
      const type = parser.type();
      parser.expect('E');
      return sequence(['"<', type, '>"']);
    }
    case 'D':
      if (!parser.take('Dn')) break;
      parser.take('0');
      parser.expect('E');
      return nameOf('nullptr');
    case 'T':
      return fail();
    case 'U':
      return parseLambda(parser);
  }
  return parseEnumerator(parser);
}

function takeInteger(parser: Parser): string {
  const digits = parser.digits(true);
  if (digits === '') fail();
  parser.expect('E');
  return digits.replace('n', '-');
}

/** The bits as hex digits, the most significant first. */
function parseFloatLiteral(parser: Parser, code: string, length: number): Node {
  parser.at += 1;
  const bits = parser.text.slice(parser.at, parser.at + length);
  if (!/^[0-9a-f]*$/.test(bits) || bits.length !== length) fail();
  parser.at += length;
  parser.expect('E');
  return nameOf(floatText(code, bits));
}

function parseLambda(parser: Parser): Node {
  if (parser.peek(1) !== 'l') fail();
  const closure = parser.unnamedType();
  parser.expect('E');
  return closure.kind === 'closure' ? sequence(['[]', ...closure.declarator, '{...}']) : fail();
}

/** A value of a named type; a null pointer of some type has none. */
function parseEnumerator(parser: Parser): Node {
  const type = parser.type();
  const digits = parser.digits(true);
  parser.expect('E');
  if (digits === '') return fail();
  return sequence(['(', type, ')', digits.replace('n', '-')], PRECEDENCE.primary);
}
