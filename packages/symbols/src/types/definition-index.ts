/** Finds the definition of a type that a unit only declares. */
import { AT, type DebugInfo, type Entry, type InfoOffset, TAG, type Unit, unlessDamaged } from '@noinit/dwarf';
import { qualifiedName } from '../code/qualified-name.ts';

export class DefinitionIndex {
  private readonly info: DebugInfo;
  /** Undefined as a value: several definitions that differ. */
  private definitions: Map<string, InfoOffset | undefined> | undefined;

  constructor(info: DebugInfo) {
    this.info = info;
  }

  /**
   * The type of the same tag and name that some unit defines. Units that include one header all define its types:
   * definitions of equal size and members are one. Where they differ nobody can tell which is meant.
   */
  find(declared: Entry): Entry | undefined {
    const key = keyOf(declared);
    this.definitions ??= this.build();
    const offset = key === undefined ? undefined : this.definitions.get(key);
    return offset === undefined ? undefined : this.info.entryAt(offset);
  }

  private build(): Map<string, InfoOffset | undefined> {
    const found = new Map<string, InfoOffset | undefined>();
    for (const unit of this.info.units) {
      unlessDamaged(
        () => this.addUnit(unit, found),
        () => undefined,
      );
    }
    return found;
  }

  private addUnit(unit: Unit, found: Map<string, InfoOffset | undefined>): void {
    const { count, tags } = unit.entries;
    for (let index = 0; index < count; index++) {
      if (!DEFINABLE.has(tags[index] ?? 0)) continue;
      const entry = unit.entryAt(index);
      const key = entry.flag(AT.declaration) ? undefined : keyOf(entry);
      if (key !== undefined) found.set(key, this.choose(found, key, entry));
    }
  }

  private choose(found: Map<string, InfoOffset | undefined>, key: string, entry: Entry): InfoOffset | undefined {
    if (!found.has(key)) return entry.offset;
    const other = found.get(key);
    const known = other === undefined ? undefined : this.info.entryAt(other);
    return known && shapeOf(known) === shapeOf(entry) ? other : undefined;
  }
}

function keyOf(entry: Entry): string | undefined {
  // A nested class that is defined outside of its class has its name from the declaration inside.
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
