import type { NamedReason } from '@noinit/api';
import { CUSTOM_BIT, describeReason } from '@noinit/model';
import type { NamedReason as StoredReason } from '@noinit/store';

export function namedReason({ value, own }: StoredReason): NamedReason {
  const { name, sentence } = describeReason(value, own === null ? undefined : new Map([[value, own]]));
  return { value, name, sentence, custom: (value & CUSTOM_BIT) !== 0 };
}
