/**
 * Names of Rust, mangling version 0 (RFC 2603; The rustc book, "v0 Symbol Format"). Written as the source has it: no hashes
 * of crates, no types of constants.
 */
import { fail } from '../limits.ts';
import { Constants } from './constants.ts';
import { SymbolReader } from './symbol-reader.ts';

/** `text` without `_R` and without a suffix. Throws NotMangled. */
export function demangleV0(text: string): string {
  const reader = new SymbolReader(text);
  const grammar = new V0Grammar(reader);
  // Digits would be a later version of the format.
  if (/^[0-9]/.test(text)) fail();
  const name = grammar.path('value');
  // For which crate it was instantiated.
  if (reader.at < text.length) reader.skip(() => grammar.path('type'));
  return reader.at === text.length ? name : fail();
}

const BASIC_TYPES: ReadonlyMap<string, string> = new Map([
  ['a', 'i8'],
  ['b', 'bool'],
  ['c', 'char'],
  ['d', 'f64'],
  ['e', 'str'],
  ['f', 'f32'],
  ['h', 'u8'],
  ['i', 'isize'],
  ['j', 'usize'],
  ['l', 'i32'],
  ['m', 'u32'],
  ['n', 'i128'],
  ['o', 'u128'],
  ['p', '_'],
  ['s', 'i16'],
  ['t', 'u16'],
  ['u', '()'],
  ['v', '...'],
  ['x', 'i64'],
  ['y', 'u64'],
  ['z', '!'],
]);

/** Values write generic arguments behind `::`. */
type Place = 'value' | 'type';

export class V0Grammar {
  private readonly reader: SymbolReader;
  private readonly constants: Constants;
  /** Lifetimes that `for<…>` around here binds. */
  private boundLifetimes = 0;

  constructor(reader: SymbolReader) {
    this.reader = reader;
    this.constants = new Constants(reader, () => this.path('value'));
  }

  path(place: Place): string {
    return this.reader.within(() => this.readPath(place));
  }

  private readPath(place: Place): string {
    const { reader } = this;
    const tag = reader.next();
    switch (tag) {
      case 'C':
        return reader.identifier().text;
      case 'N':
        return this.nestedPath(place);
      case 'M':
        this.skipImplPath();
        return `<${this.type()}>`;
      case 'X':
        this.skipImplPath();
        return `<${this.type()} as ${this.path('type')}>`;
      case 'Y':
        return `<${this.type()} as ${this.path('type')}>`;
      case 'I':
        return `${this.path(place)}${place === 'value' ? '::' : ''}<${this.genericArgs()}>`;
      case 'B':
        return reader.backReference(() => this.readPath(place));
      default:
        return fail();
    }
  }

  /** Capital namespaces are the compiler's own: closures, shims. */
  private nestedPath(place: Place): string {
    const { reader } = this;
    const namespace = reader.next();
    if (!/[A-Za-z]/.test(namespace)) fail();
    const outer = this.path(place);
    const { text, disambiguator } = reader.identifier();
    if (namespace >= 'a') return text === '' ? outer : `${outer}::${text}`;
    const kind = namespace === 'C' ? 'closure' : namespace === 'S' ? 'shim' : namespace;
    return `${outer}::{${kind}${text === '' ? '' : `:${text}`}#${disambiguator}}`;
  }

  /** Where the `impl` stands, which its type says better. */
  private skipImplPath(): void {
    this.reader.disambiguator();
    this.reader.skip(() => this.path('type'));
  }

  private genericArgs(): string {
    return this.untilEnd(() => this.genericArg()).join(', ');
  }

  private genericArg(): string {
    if (this.reader.take('L')) return this.lifetime(this.reader.index());
    return this.reader.take('K') ? this.constants.read('type') : this.type();
  }

  private untilEnd(read: () => string): string[] {
    const items: string[] = [];
    while (!this.reader.take('E')) items.push(read());
    return items;
  }

  private lifetime(index: number): string {
    if (index === 0) return "'_";
    const depth = this.boundLifetimes - index;
    if (depth < 0) return fail();
    return depth < 26 ? `'${String.fromCharCode(0x61 + depth)}` : `'_${depth}`;
  }

  private type(): string {
    return this.reader.within(() => this.readType());
  }

  private readType(): string {
    const { reader } = this;
    const tag = reader.next();
    const basic = BASIC_TYPES.get(tag);
    if (basic !== undefined) return basic;
    switch (tag) {
      case 'R':
      case 'Q': {
        const lifetime = reader.take('L') ? reader.index() : 0;
        return `&${lifetime === 0 ? '' : `${this.lifetime(lifetime)} `}${tag === 'Q' ? 'mut ' : ''}${this.type()}`;
      }
      case 'P':
        return `*const ${this.type()}`;
      case 'O':
        return `*mut ${this.type()}`;
      case 'A':
        return `[${this.type()}; ${this.constants.read('value')}]`;
      case 'S':
        return `[${this.type()}]`;
      case 'T': {
        const items = this.untilEnd(() => this.type());
        return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
      }
      case 'F':
        return this.inBinder(() => this.functionPointer());
      case 'D':
        return this.dynTrait();
      case 'B':
        return reader.backReference(() => this.readType());
      default:
        reader.at -= 1;
        return this.path('type');
    }
  }

  private inBinder(read: () => string): string {
    const saved = this.boundLifetimes;
    const count = this.reader.optionalIndex('G');
    if (count > MAX_LIFETIMES) fail();
    this.boundLifetimes += count;
    const names = Array.from({ length: count }, (_, index) => this.lifetime(count - index));
    const text = (count > 0 ? `for<${names.join(', ')}> ` : '') + read();
    this.boundLifetimes = saved;
    return text;
  }

  private functionPointer(): string {
    const { reader } = this;
    const unsafe = reader.take('U') ? 'unsafe ' : '';
    const abi = reader.take('K') ? `extern "${reader.take('C') ? 'C' : reader.plainIdentifier().replaceAll('_', '-')}" ` : '';
    const params = this.untilEnd(() => this.type()).join(', ');
    return `${unsafe}${abi}fn(${params})${reader.take('u') ? '' : ` -> ${this.type()}`}`;
  }

  private dynTrait(): string {
    const traits = this.inBinder(() => this.untilEnd(() => this.trait()).join(' + '));
    if (!this.reader.take('L')) fail();
    const lifetime = this.reader.index();
    return `dyn ${traits}${lifetime === 0 ? '' : ` + ${this.lifetime(lifetime)}`}`;
  }

  /** Associated types stand among the generic arguments: `Iterator<Item = u8>`. */
  private trait(): string {
    const { text, isOpen } = this.openPath();
    const bindings: string[] = [];
    while (this.reader.take('p')) bindings.push(`${this.reader.plainIdentifier()} = ${this.type()}`);
    if (bindings.length === 0) return isOpen ? `${text}>` : text;
    return `${text}${isOpen ? ', ' : '<'}${bindings.join(', ')}>`;
  }

  /** A path whose list of generic arguments, if it has one, is not closed yet. */
  private openPath(): { readonly text: string; readonly isOpen: boolean } {
    const { reader } = this;
    if (reader.take('I')) return { text: `${this.path('type')}<${this.genericArgs()}`, isOpen: true };
    if (!reader.take('B')) return { text: this.path('type'), isOpen: false };
    let isOpen = false;
    const text = reader.backReference(() => {
      const found = this.openPath();
      isOpen = found.isOpen;
      return found.text;
    });
    return { text, isOpen };
  }
}

/** Real signatures bind a handful. */
const MAX_LIFETIMES = 1024;
