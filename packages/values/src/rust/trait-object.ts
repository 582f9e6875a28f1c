/** `&dyn Trait`: a pointer to an object and one to the functions of its type. */
import { hexAddress, type Variable } from '@noinit/model';
import type { StructType } from '@noinit/symbols';
import { knownNode, unknownNode } from '../node.ts';
import { MAX_HOPS } from '../value-request.ts';
import { addressIn, memberNamed } from './contents.ts';
import { lastName } from './last-name.ts';
import type { Whole } from './read-contents.ts';
import { concreteTypeAt } from './vtables.ts';

/** `isDirect`: the pointer leads to the object itself. */
export function readTraitObject({ request, kind, bytes, parts, reading }: Whole, type: StructType, isDirect: boolean): Variable {
  const [pointer, vtable] = [memberNamed(type, 'pointer'), memberNamed(type, 'vtable')];
  const at = pointer && addressIn(request.storage, pointer, reading);
  const table = vtable && addressIn(request.storage, vtable, reading);
  if (at === undefined || table === undefined) {
    return unknownNode(request, kind, { why: 'unsupported', detail: `${lastName(type.name)} without its two pointers` }, parts());
  }
  const concrete = concreteTypeAt(table, reading);
  if (!concrete) return knownNode(request, kind, `${hexAddress(at)}, vtable ${hexAddress(table)}`, bytes, parts());
  const value = `${hexAddress(at)} (${concrete.name})`;
  const canFollow = isDirect && concrete.type && request.hops < MAX_HOPS && request.depth < reading.maxDepth;
  if (!canFollow || !concrete.type || !reading.budget.take()) return knownNode(request, kind, value, bytes);
  const object = reading.read({
    name: `*${request.name}`,
    path: `*${request.path}`,
    type: concrete.type,
    storage: { kind: 'memory', address: at },
    depth: request.depth + 1,
    hops: request.hops + 1,
  });
  return knownNode(request, kind, value, bytes, { listed: [object], left: 0 });
}
