/** `<encoding>` and `<special-name>` (Itanium C++ ABI 5.1.2, 5.1.4). */
import { fail } from '../limits.ts';
import { type Node, nameOf, type Part, sequence } from './node.ts';
import type { NameState, Parser } from './parser.ts';

export function parseEncoding(parser: Parser): Node {
  // The template parameters of an encoding have nothing to do with those around it. GCC refers to them all the same.
  const { templateParams, outerParams, enclosingParams } = parser;
  parser.enclosingParams = templateParams[0] ?? enclosingParams;
  parser.templateParams = [];
  parser.outerParams = [];
  const found = parser.peek() === 'T' || parser.peek() === 'G' ? parseSpecialName(parser) : parseFunctionOrData(parser);
  Object.assign(parser, { templateParams, outerParams, enclosingParams });
  return found;
}

function parseFunctionOrData(parser: Parser): Node {
  const state: NameState = {
    hasNoResult: false,
    endsWithTemplateArgs: false,
    hasExplicitObject: false,
    qualifiers: '',
    reference: '',
  };
  const firstForward = parser.forwardReferences.length;
  const name = parser.name(state);
  resolveForward(parser, firstForward);
  if (isEndOfEncoding(parser)) return name;
  const tail: Part[] = [];
  if (parser.take('Ua9enable_ifI'))
    tail.push(' [enable_if:', { kind: 'list', nodes: parseUntilEnd(parser, () => parser.templateArg()) }, ']');
  const result = !state.hasNoResult && state.endsWithTemplateArgs ? parser.type() : undefined;
  const params: Node[] = [];
  if (!parser.take('v')) {
    do params.push(parser.type());
    while (!isEndOfEncoding(parser) && parser.peek() !== 'Q');
  }
  if (parser.take('Q')) tail.push(' requires ', parser.constraint());
  const { qualifiers, reference, hasExplicitObject } = state;
  return { kind: 'encoding', result, name, params, qualifiers, reference, hasExplicitObject, tail };
}

/** What stands in front of a template's arguments, the type of a conversion operator, may refer to them. */
function resolveForward(parser: Parser, from: number): void {
  for (const reference of parser.forwardReferences.splice(from)) {
    reference.target = parser.templateParams[0]?.[reference.index] ?? fail();
  }
}

function isEndOfEncoding(parser: Parser): boolean {
  const next = parser.peek();
  return next === '' || next === 'E' || next === '.' || next === '_';
}

export function parseUntilEnd(parser: Parser, parse: () => Node): Node[] {
  const nodes: Node[] = [];
  while (!parser.take('E')) nodes.push(parse());
  return nodes;
}

const OF_TYPE: ReadonlyMap<string, string> = new Map([
  ['TV', 'vtable for '],
  ['TT', 'VTT for '],
  ['TI', 'typeinfo for '],
  ['TS', 'typeinfo name for '],
]);
const OF_NAME: ReadonlyMap<string, string> = new Map([
  ['TW', 'thread-local wrapper routine for '],
  ['TH', 'thread-local initialization routine for '],
  ['GV', 'guard variable for '],
]);

function parseSpecialName(parser: Parser): Node {
  const code = parser.peek() + parser.peek(1);
  const start = parser.at;
  parser.at += 2;
  const ofType = OF_TYPE.get(code);
  if (ofType !== undefined) return sequence([ofType, parser.type()]);
  const ofName = OF_NAME.get(code);
  if (ofName !== undefined) return sequence([ofName, parser.name()]);
  switch (code) {
    case 'TA':
      return sequence(['template parameter object for ', parser.templateArg()]);
    case 'TC':
      return parseConstructionVtable(parser);
    case 'Tc':
      skipCallOffset(parser);
      skipCallOffset(parser);
      return sequence(['covariant return thunk to ', parser.encoding()]);
    case 'GT':
      return parseTransactionClone(parser);
    case 'GR':
      return parseReferenceTemporary(parser);
    case 'GI':
      return sequence(['initializer for module ', parseModuleName(parser) ?? fail()]);
    default:
      parser.at = start + 1;
      return code.startsWith('T') ? parseThunk(parser) : fail();
  }
}

function parseThunk(parser: Parser): Node {
  const isVirtual = parser.peek() === 'v';
  skipCallOffset(parser);
  return sequence([isVirtual ? 'virtual thunk to ' : 'non-virtual thunk to ', parser.encoding()]);
}

/** The function as it is called inside a transaction (`t`), or where that must not happen (`n`). */
function parseTransactionClone(parser: Parser): Node {
  const prefix = parser.take('n') ? 'non-' : parser.take('t') ? '' : fail();
  return sequence([`${prefix}transaction clone for `, parser.encoding()]);
}

function parseConstructionVtable(parser: Parser): Node {
  const derived = parser.type();
  if (parser.digits(true) === '') fail();
  parser.expect('_');
  return sequence(['construction vtable for ', parser.type(), '-in-', derived]);
}

function parseReferenceTemporary(parser: Parser): Node {
  const name = parser.name();
  const hasNumber = parseSeqId(parser) !== undefined;
  if (!parser.take('_') && hasNumber) fail();
  return sequence(['reference temporary for ', name]);
}

/** `h <number> _` or `v <number> _ <number> _`: by how much `this` moves. Not shown. */
function skipCallOffset(parser: Parser): void {
  const isVirtual = parser.take('v');
  if (!isVirtual) parser.expect('h');
  for (let left = isVirtual ? 2 : 1; left > 0; left--) {
    if (parser.digits(true) === '') fail();
    parser.expect('_');
  }
}

/** Base 36 with upper-case letters; undefined where there is none. */
export function parseSeqId(parser: Parser): number | undefined {
  let value: number | undefined;
  for (let digit = Number.parseInt(parser.peek(), 36); isSeqDigit(parser.peek()); digit = Number.parseInt(parser.peek(), 36)) {
    value = (value ?? 0) * 36 + digit;
    if (value > Number.MAX_SAFE_INTEGER) fail();
    parser.at += 1;
  }
  return value;
}

function isSeqDigit(text: string): boolean {
  return (text >= '0' && text <= '9') || (text >= 'A' && text <= 'Z');
}

/** `W [P] <source-name>`, one for each part of the module's name; behind another module that part continues it. */
export function parseModuleName(parser: Parser, outer?: Node): Node | undefined {
  let module = outer;
  while (parser.take('W')) {
    const separator = parser.take('P') ? ':' : '.';
    const before = module?.kind === 'module' ? `${module.text}${separator}` : separator === ':' ? ':' : '';
    module = parser.substitutable({ kind: 'module', text: before + parser.identifier() });
  }
  return module;
}

export function parseDottedSuffix(parser: Parser, encoding: Node): Node {
  const suffix = parser.text.slice(parser.at);
  parser.at = parser.text.length;
  return sequence([encoding, nameOf(` (${suffix})`)]);
}
