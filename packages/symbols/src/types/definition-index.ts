/** Finds the definition of a type that a unit only declares. */
import { AT, type DebugInfo, type Entry, type InfoOffset, TAG, type Unit, unlessDamaged } from '@noinit/dwarf';
import { qualifiedName } from '../code/qualified-name.ts';

/** Definitions of one name that are compared: a header's type is defined by every unit that includes it. */
const MAX_COMPARED_DEFINITIONS = 10_000;

export class DefinitionIndex {
  private readonly info: DebugInfo;
  /** By name without what is around it: cheap to find for all types, of which few are ever asked for. */
  private definitions: ReadonlyMap<string, readonly InfoOffset[]> | undefined;
  private readonly found = new Map<string, Entry | undefined>();

  constructor(info: DebugInfo) {
    this.info = info;
  }

  /**
   * The type of the same tag and name that some unit defines. Units that include one header all define its types:
   * definitions of equal size and members are one. Where they differ nobody can tell which is meant.
   */
  find(declared: Entry): Entry | undefined {
    const key = keyOf(declared);
    // A type of an unnamed namespace is another one in every unit.
    if (key === undefined || key.includes('(anonymous namespace)')) return undefined;
    if (!this.found.has(key)) this.found.set(key, this.findNew(key, declared.name ?? ''));
    return this.found.get(key);
  }

  private findNew(key: string, name: string): Entry | undefined {
    this.definitions ??= this.build();
    const [first, ...others] = (this.definitions.get(name) ?? [])
      .slice(0, MAX_COMPARED_DEFINITIONS)
      .flatMap((offset) => this.info.entryAt(offset) ?? [])
      .filter((entry) => keyOf(entry) === key);
    const shape = first && shapeOf(first);
    return others.every((other) => shapeOf(other) === shape) ? first : undefined;
  }

  private build(): ReadonlyMap<string, readonly InfoOffset[]> {
    const found = new Map<string, InfoOffset[]>();
    for (const unit of this.info.units) {
      unlessDamaged(
        () => addUnit(unit, found),
        () => undefined,
      );
    }
    return found;
  }
}

function addUnit(unit: Unit, found: Map<string, InfoOffset[]>): void {
  const { count, tags } = unit.entries;
  for (let index = 0; index < count; index++) {
    if (!DEFINABLE.has(tags[index] ?? 0)) continue;
    const entry = unit.entryAt(index);
    // A nested class that is defined outside of its class has its name from the declaration inside.
    const name = entry.flag(AT.declaration) ? undefined : entry.name;
    if (name === undefined) continue;
    const known = found.get(name);
    if (known) known.push(entry.offset);
    else found.set(name, [entry.offset]);
  }
}

function keyOf(entry: Entry): string | undefined {
  const name = qualifiedName(entry);
  return name === undefined ? undefined : `${entry.tag === TAG.class_type ? TAG.structure_type : entry.tag} ${name}`;
}

/** Size and names of the first members: what tells apart types that happen to have one name. */
function shapeOf(type: Entry): string {
  const names: string[] = [String(type.number(AT.byte_size))];
  for (const child of type.children()) {
    names.push(child.text(AT.name) ?? '');
    if (names.length > MAX_COMPARED_MEMBERS) break;
  }
  return names.join();
}

const MAX_COMPARED_MEMBERS = 32;
const DEFINABLE: ReadonlySet<number> = new Set([TAG.structure_type, TAG.class_type, TAG.union_type, TAG.enumeration_type]);
