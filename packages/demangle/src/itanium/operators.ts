/** Operators and what is encoded like one (Itanium C++ ABI 5.1.3, 5.1.6). */
import { PRECEDENCE } from './node.ts';

export interface Operator {
  readonly kind: OperatorKind;
  /** As in an expression; the name of the function is `operator` and this. */
  readonly text: string;
  readonly precedence: number;
  /** Whether it can be overloaded, and so be a name. */
  readonly isName: boolean;
  /** delete[] and new[]; sizeof and others of a type. */
  readonly variant: boolean;
}

export type OperatorKind =
  | 'binary'
  | 'prefix'
  | 'postfix'
  | 'subscript'
  | 'member'
  | 'new'
  | 'delete'
  | 'call'
  | 'conversion'
  | 'conditional'
  | 'named-cast'
  | 'of'
  | 'name-only';

const P = PRECEDENCE;

function row(
  kind: OperatorKind,
  text: string,
  precedence: number,
  options: { isName?: boolean; variant?: boolean } = {},
): Operator {
  return { kind, text, precedence, isName: options.isName ?? true, variant: options.variant ?? false };
}

const UNNAMED = { isName: false };

export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['aN', row('binary', '&=', P.assign)],
  ['aS', row('binary', '=', P.assign)],
  ['aa', row('binary', '&&', P.andIf)],
  ['ad', row('prefix', '&', P.unary)],
  ['an', row('binary', '&', P.and)],
  ['at', row('of', 'alignof ', P.unary, { isName: false, variant: true })],
  ['aw', row('name-only', 'co_await', P.primary)],
  ['az', row('of', 'alignof ', P.unary, UNNAMED)],
  ['cc', row('named-cast', 'const_cast', P.postfix, UNNAMED)],
  ['cl', row('call', '()', P.postfix)],
  ['cm', row('binary', ',', P.comma)],
  ['co', row('prefix', '~', P.unary)],
  ['cp', row('call', '()', P.postfix, { isName: false, variant: true })],
  ['cv', row('conversion', '', P.cast)],
  ['dV', row('binary', '/=', P.assign)],
  ['da', row('delete', 'delete[]', P.unary, { variant: true })],
  ['dc', row('named-cast', 'dynamic_cast', P.postfix, UNNAMED)],
  ['de', row('prefix', '*', P.unary)],
  ['dl', row('delete', 'delete', P.unary)],
  ['ds', row('member', '.*', P.memberPointer, UNNAMED)],
  ['dt', row('member', '.', P.postfix, UNNAMED)],
  ['dv', row('binary', '/', P.multiplicative)],
  ['eO', row('binary', '^=', P.assign)],
  ['eo', row('binary', '^', P.xor)],
  ['eq', row('binary', '==', P.equality)],
  ['ge', row('binary', '>=', P.relational)],
  ['gt', row('binary', '>', P.relational)],
  ['ix', row('subscript', '[]', P.postfix)],
  ['lS', row('binary', '<<=', P.assign)],
  ['le', row('binary', '<=', P.relational)],
  ['ls', row('binary', '<<', P.shift)],
  ['lt', row('binary', '<', P.relational)],
  ['mI', row('binary', '-=', P.assign)],
  ['mL', row('binary', '*=', P.assign)],
  ['mi', row('binary', '-', P.additive)],
  ['ml', row('binary', '*', P.multiplicative)],
  ['mm', row('postfix', '--', P.postfix)],
  ['na', row('new', 'new[]', P.unary, { variant: true })],
  ['ne', row('binary', '!=', P.equality)],
  ['ng', row('prefix', '-', P.unary)],
  ['nt', row('prefix', '!', P.unary)],
  ['nw', row('new', 'new', P.unary)],
  ['oR', row('binary', '|=', P.assign)],
  ['oo', row('binary', '||', P.orIf)],
  ['or', row('binary', '|', P.or)],
  ['pL', row('binary', '+=', P.assign)],
  ['pl', row('binary', '+', P.additive)],
  ['pm', row('member', '->*', P.memberPointer)],
  ['pp', row('postfix', '++', P.postfix)],
  ['ps', row('prefix', '+', P.unary)],
  ['pt', row('member', '->', P.postfix)],
  ['qu', row('conditional', '?', P.conditional)],
  ['rM', row('binary', '%=', P.assign)],
  ['rS', row('binary', '>>=', P.assign)],
  ['rc', row('named-cast', 'reinterpret_cast', P.postfix, UNNAMED)],
  ['rm', row('binary', '%', P.multiplicative)],
  ['rs', row('binary', '>>', P.shift)],
  ['sc', row('named-cast', 'static_cast', P.postfix, UNNAMED)],
  ['ss', row('binary', '<=>', P.spaceship)],
  ['st', row('of', 'sizeof ', P.unary, { isName: false, variant: true })],
  ['sz', row('of', 'sizeof ', P.unary, UNNAMED)],
  ['te', row('of', 'typeid ', P.postfix, UNNAMED)],
  ['ti', row('of', 'typeid ', P.postfix, { isName: false, variant: true })],
]);
