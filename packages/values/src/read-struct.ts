/** Structs, classes and unions. */
import type { Variable } from '@noinit/model';
import type { StructType } from '@noinit/symbols';
import { ifPartlyKnown, listMembers } from './children.ts';
import { bytesWithoutPadding, knownNode, readBytes, unknownNode, unsupportedNode } from './node.ts';
import { structText } from './struct-text.ts';
import type { Reading, ValueRequest } from './value-request.ts';

export function readStruct(request: ValueRequest, type: StructType, reading: Reading): Variable {
  if (type.declarationOnly) return unsupportedNode(request, 'struct', `the debug information only declares ${type.name}`);
  const children = listMembers(request, type.members(), '.', reading);
  const read = readBytes(request.storage, type.size, reading);
  if (read.kind === 'bytes') return knownNode(request, 'struct', structText(type, children), read.bytes, children);
  const bytes = children.listed.length > 0 ? bytesWithoutPadding(request.storage, type.size, children) : undefined;
  if (bytes) return knownNode(request, 'struct', structText(type, children), bytes, children);
  return unknownNode(request, 'struct', read.unknown, ifPartlyKnown(children));
}
