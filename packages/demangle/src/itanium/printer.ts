/**
 * Writes a demangled name. A C++ type surrounds what it belongs to (`int (*) [3]`), so each node has text left and right of
 * it. Strings are only joined, never cut: what is empty is not written, and no text is looked at twice.
 */
import { fail, MAX_DEMANGLED, MAX_NESTING, MAX_PIECES } from '../limits.ts';
import { type Closure, type Encoding, type FunctionNode, type Node, type Part, PRECEDENCE } from './node.ts';

export interface PrintOptions {
  /** Without result, parameters and what follows them: of the name itself and of the functions it stands in. */
  readonly omitsArguments: boolean;
}

/** Nothing is being expanded; `index` then chooses the first. */
const NO_PACK = -1;

export class Printer {
  private readonly options: PrintOptions;
  /** Which element of a parameter pack is printed, and of how many. */
  private pack = { index: 0, count: NO_PACK };
  /** In a list of template arguments and not in brackets inside it, `>` ends the list. */
  private isInList = false;
  private nesting = 0;
  private pieces = 0;

  constructor(options: PrintOptions) {
    this.options = options;
  }

  print(node: Node): string {
    const left = this.left(node);
    return checked(left + this.right(node, left));
  }

  private left(node: Node): string {
    return this.within(() => this.leftOf(node));
  }

  /** `before` is what stands left of it: brackets of arrays stick together. */
  private right(node: Node, before: string): string {
    return this.within(() => this.rightOf(node, before));
  }

  private leftOf(node: Node): string {
    switch (node.kind) {
      case 'name':
      case 'module':
        return node.text;
      case 'nested':
        return `${this.print(node.scope)}::${node.isFriend ? 'friend ' : ''}${this.print(node.name)}`;
      case 'local':
        return `${this.print(node.encoding)}::${this.print(node.entity)}`;
      case 'templated':
        return this.print(node.name) + this.print(node.args);
      case 'template-args':
        return this.inList(() => `<${this.commaList(node.args)}>`);
      case 'argument-pack':
        return this.commaList(node.elements);
      case 'parameter-pack':
        return this.fromPack(node.elements, (element) => this.left(element));
      case 'expansion':
        return this.expand(node.child);
      case 'forward':
        return node.target === undefined ? fail() : this.left(node.target);
      case 'tagged':
        return `${this.left(node.base)}[abi:${node.tag}]`;
      case 'constructor':
        return (node.isDestructor ? '~' : '') + this.baseName(node.base);
      case 'standard':
        return standardName(node);
      case 'of-module':
        return `${this.print(node.name)}@${this.print(node.module)}`;
      case 'closure':
        return this.closure(node);
      case 'encoding':
        return this.encodingLeft(node);
      case 'pointer':
        return this.pointerLeft(node.target, '*');
      case 'reference': {
        const { target, isRvalue } = this.collapse(node);
        return this.pointerLeft(target, isRvalue ? '&&' : '&');
      }
      case 'member-pointer': {
        const left = this.left(node.member);
        return `${left}${this.wraps(node.member) ? '(' : ' '}${this.print(node.owner)}::*`;
      }
      case 'array':
        return this.left(node.element);
      case 'function':
        return `${this.left(node.result)} `;
      case 'qualified':
        return this.left(node.child) + node.qualifiers;
      case 'declaration':
        return this.parts(node.left) + (node.isPack ? '...' : '');
      case 'sequence':
        return node.closesList && this.isInList ? `(${this.inBrackets(() => this.parts(node.parts))})` : this.parts(node.parts);
    }
  }

  private rightOf(node: Node, before: string): string {
    switch (node.kind) {
      case 'parameter-pack':
        return this.fromPack(node.elements, (element) => this.right(element, before));
      case 'forward':
        return node.target === undefined ? fail() : this.right(node.target, before);
      case 'encoding':
        return this.encodingRight(node);
      case 'pointer':
        return this.pointerRight(node.target, before);
      case 'reference':
        return this.pointerRight(this.collapse(node).target, before);
      case 'member-pointer':
        return this.pointerRight(node.member, before);
      case 'array': {
        const dimension = node.dimension === undefined ? '' : this.inBrackets(() => this.print(node.dimension ?? node));
        const own = `${before.endsWith(']') ? '' : ' '}[${dimension}]`;
        return own + this.right(node.element, own);
      }
      case 'function':
        return this.functionRight(node);
      case 'qualified':
        return this.right(node.child, before);
      case 'declaration':
        return this.parts(node.right);
      default:
        return '';
    }
  }

  private pointerLeft(target: Node, sign: string): string {
    const left = this.left(target);
    const isArray = this.surrounds(target) === 'array';
    return `${left}${isArray ? ' ' : ''}${this.wraps(target) ? '(' : ''}${sign}`;
  }

  private pointerRight(target: Node, before: string): string {
    const close = this.wraps(target) ? ')' : '';
    return close + this.right(target, close === '' ? before : close);
  }

  /** A reference to a reference: only two `&&` stay one. */
  private collapse(node: Extract<Node, { kind: 'reference' }>): { readonly target: Node; readonly isRvalue: boolean } {
    let { target, isRvalue } = node;
    for (let depth = 0; ; depth++) {
      if (depth > MAX_NESTING) fail();
      const inner = this.behind(target);
      if (inner?.kind !== 'reference') return { target, isRvalue };
      target = inner.target;
      isRvalue = isRvalue && inner.isRvalue;
    }
  }

  /** The node that one stands for, where it is a template parameter. */
  private behind(node: Node): Node | undefined {
    let at: Node | undefined = node;
    for (let depth = 0; at?.kind === 'forward' || at?.kind === 'parameter-pack'; depth++) {
      if (depth > MAX_NESTING) fail();
      at = at.kind === 'forward' ? at.target : this.chosen(at.elements);
    }
    return at;
  }

  private wraps(node: Node): boolean {
    return this.surrounds(node) !== undefined;
  }

  /** Whether a type has text right of its name: arrays and functions, under qualifiers too. */
  private surrounds(node: Node): 'array' | 'function' | undefined {
    let at: Node | undefined = node;
    for (let depth = 0; at !== undefined; depth++) {
      if (depth > MAX_NESTING) fail();
      if (at.kind === 'array') return 'array';
      if (at.kind === 'function' || at.kind === 'encoding') return 'function';
      if (at.kind === 'qualified') at = at.child;
      else if (at.kind === 'forward') at = at.target;
      else if (at.kind === 'parameter-pack') at = this.chosen(at.elements);
      else return undefined;
    }
    return undefined;
  }

  /** Whether a result type needs no space behind it: its right part follows the parameters. */
  private hasRight(node: Node): boolean {
    let at: Node | undefined = node;
    for (let depth = 0; at !== undefined; depth++) {
      if (depth > MAX_NESTING) fail();
      if (at.kind === 'array' || at.kind === 'function' || at.kind === 'encoding') return true;
      if (at.kind === 'qualified') at = at.child;
      else if (at.kind === 'forward') at = at.target;
      else if (at.kind === 'pointer' || at.kind === 'reference') at = at.target;
      else if (at.kind === 'member-pointer') at = at.member;
      else if (at.kind === 'parameter-pack') at = this.chosen(at.elements);
      else return false;
    }
    return false;
  }

  private encodingLeft({ result, name }: Encoding): string {
    if (result === undefined || this.options.omitsArguments) return this.print(name);
    return `${this.left(result)}${this.hasRight(result) ? '' : ' '}${this.print(name)}`;
  }

  private encodingRight({ result, params, qualifiers, reference, hasExplicitObject, tail }: Encoding): string {
    if (this.options.omitsArguments) return '';
    const list = this.inBrackets(() => `(${hasExplicitObject && params.length > 0 ? 'this ' : ''}${this.commaList(params)})`);
    return list + (result === undefined ? '' : this.right(result, list)) + qualifiers + reference + this.parts(tail);
  }

  private functionRight({ result, params, qualifiers, reference, exceptions }: FunctionNode): string {
    const list = this.inBrackets(() => `(${this.commaList(params)})`);
    return list + this.right(result, list) + qualifiers + reference + this.parts(exceptions);
  }

  private closure({ declarator, count }: Closure): string {
    return `'lambda${count}'${this.parts(declarator)}`;
  }

  /** The name of a class as its constructor has it: without scope, arguments and tags. */
  private baseName(node: Node): string {
    let at = node;
    for (let depth = 0; ; depth++) {
      if (depth > MAX_NESTING) fail();
      switch (at.kind) {
        case 'nested':
        case 'templated':
        case 'of-module':
          at = at.name;
          break;
        case 'local':
          at = at.entity;
          break;
        case 'tagged':
          at = at.base;
          break;
        case 'forward':
          at = at.target ?? fail();
          break;
        case 'parameter-pack':
          at = this.chosen(at.elements) ?? fail();
          break;
        case 'standard':
          return at.isExpanded && at.name !== 'allocator' ? standardBase(at.name) : at.name;
        case 'name':
          return at.text;
        default:
          return '';
      }
    }
  }

  private parts(parts: readonly Part[]): string {
    let text = '';
    const saved = this.isInList;
    let brackets = 0;
    for (const part of parts) {
      if (typeof part !== 'string') {
        text += this.part(part);
        continue;
      }
      text += part;
      if (OPENING.has(part)) brackets += 1;
      else if (CLOSING.has(part)) brackets -= 1;
      this.isInList = brackets > 0 ? false : saved;
    }
    this.isInList = saved;
    return checked(text);
  }

  private part(part: Exclude<Part, string>): string {
    if (part.kind === 'list') return this.commaList(part.nodes);
    return part.kind === 'operand' ? this.operand(part.node, part.from) : this.print(part);
  }

  private operand(node: Node, from: number): string {
    const precedence = node.kind === 'sequence' ? node.precedence : PRECEDENCE.primary;
    return precedence >= from ? `(${this.inBrackets(() => this.print(node))})` : this.print(node);
  }

  /** An empty pack leaves no comma. */
  private commaList(nodes: readonly Node[]): string {
    let text = '';
    for (const node of nodes) {
      const piece = this.operand(node, PRECEDENCE.comma);
      if (piece !== '') text = text === '' ? piece : `${text}, ${piece}`;
    }
    return checked(text);
  }

  /** `child` once for each element of the pack in it; with dots where there is none. */
  private expand(child: Node): string {
    const saved = this.pack;
    this.pack = { index: 0, count: NO_PACK };
    let text = this.print(child);
    const { count } = this.pack;
    if (count === NO_PACK) text += '...';
    if (count === 0) text = '';
    for (let index = 1; index < count; index++) {
      this.pack = { index, count };
      text = checked(`${text}, ${this.print(child)}`);
    }
    this.pack = saved;
    return text;
  }

  private fromPack(elements: readonly Node[], print: (element: Node) => string): string {
    const element = this.chosen(elements);
    return element === undefined ? '' : print(element);
  }

  /** The first pack that is met inside an expansion says how often it repeats. */
  private chosen(elements: readonly Node[]): Node | undefined {
    if (this.pack.count === NO_PACK) this.pack = { index: 0, count: elements.length };
    return elements[this.pack.index];
  }

  private inList(print: () => string): string {
    return this.withList(true, print);
  }

  private inBrackets(print: () => string): string {
    return this.withList(false, print);
  }

  private withList(isInList: boolean, print: () => string): string {
    const saved = this.isInList;
    this.isInList = isInList;
    const text = print();
    this.isInList = saved;
    return text;
  }

  private within(print: () => string): string {
    this.nesting += 1;
    this.pieces += 1;
    if (this.nesting > MAX_NESTING || this.pieces > MAX_PIECES) fail();
    const text = print();
    this.nesting -= 1;
    return text;
  }
}

function checked(text: string): string {
  return text.length > MAX_DEMANGLED ? fail() : text;
}

const TRAITS = '<char, std::char_traits<char>';

function standardName({ name, isExpanded }: Extract<Node, { kind: 'standard' }>): string {
  if (!isExpanded || name === 'allocator' || name === 'basic_string') return `std::${name}`;
  return `std::${standardBase(name)}${TRAITS}${name === 'string' ? ', std::allocator<char>' : ''}>`;
}

function standardBase(name: string): string {
  return name.startsWith('basic_') ? name : `basic_${name}`;
}

const OPENING: ReadonlySet<string> = new Set(['(', '[', '{']);
const CLOSING: ReadonlySet<string> = new Set([')', ']', '}']);
