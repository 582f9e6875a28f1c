/** Names of C++ (Itanium C++ ABI, "Mangling"; the text is that of LLVM's demangler where the ABI leaves it open). */
import { fail } from '../limits.ts';
import { type Node, nameOf, sequence } from './node.ts';
import { parseDottedSuffix, parseEncoding } from './parse-encoding.ts';
import { parseExpression } from './parse-expression.ts';
import { parseName } from './parse-name.ts';
import { parseOperatorName } from './parse-operator.ts';
import { parseTemplateArg, parseTemplateArgs, parseUnnamedType } from './parse-template.ts';
import { parseType } from './parse-type.ts';
import { type Grammar, Parser } from './parser.ts';
import { Printer } from './printer.ts';

const GRAMMAR: Grammar = {
  encoding: parseEncoding,
  name: parseName,
  type: parseType,
  expression: parseExpression,
  templateArgs: parseTemplateArgs,
  templateArg: parseTemplateArg,
  unnamedType: parseUnnamedType,
  operatorName: parseOperatorName,
};

const PREFIX = /^_{1,2}Z/;
const BLOCK_PREFIX = /^_{3,4}Z/;

/** Throws NotMangled. The suffix that a compiler gave a clone stands behind it in parentheses. */
export function demangleItanium(text: string): string {
  return new Printer({ omitsArguments: false }).print(parse(text, true));
}

/** The same without result, parameters and suffix. */
export function demangleItaniumFunction(text: string): string {
  return new Printer({ omitsArguments: true }).print(parse(text, false));
}

function parse(text: string, showsSuffix: boolean): Node {
  const block = BLOCK_PREFIX.exec(text);
  if (block) return parseBlock(new Parser(text, block[0].length, GRAMMAR));
  const prefix = PREFIX.exec(text) ?? fail();
  const parser = new Parser(text, prefix[0].length, GRAMMAR);
  const encoding = parser.encoding();
  if (parser.peek() === '.') return showsSuffix ? parseDottedSuffix(parser, encoding) : encoding;
  return parser.atEnd ? encoding : fail();
}

/** What a block literal of the function does when it is called. */
function parseBlock(parser: Parser): Node {
  const encoding = parser.encoding();
  parser.expect('_block_invoke');
  const needsNumber = parser.take('_');
  if (parser.digits() === '' && needsNumber) fail();
  if (parser.peek() !== '.' && !parser.atEnd) fail();
  return sequence([nameOf('invocation function for block in '), encoding]);
}
