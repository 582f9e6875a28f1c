/** Questions that are answered once, when first asked. Types that lead to each other in circles need this. */
import { unlessDamaged } from '@noinit/dwarf';

export function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The same of a list that is empty where the debug information is damaged. */
export function listLazily<Item>(make: () => readonly Item[]): () => readonly Item[] {
  return lazily(() => unlessDamaged(make, () => []));
}
