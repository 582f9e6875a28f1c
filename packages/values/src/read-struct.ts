/** Structs, classes and unions. */
import type { Variable } from '@noinit/model';
import type { StructType } from '@noinit/symbols';
import { type Children, ifPartlyKnown, listMembers } from './children.ts';
import { knownNode, readBytes, unknownNode, unsupportedNode } from './node.ts';
import { structText } from './struct-text.ts';
import type { Reading, ValueRequest } from './value-request.ts';

export function readStruct(request: ValueRequest, type: StructType, reading: Reading): Variable {
  if (type.declarationOnly) return unsupportedNode(request, 'struct', `the debug information only declares ${type.name}`);
  const children = listMembers(request, type.members(), '.', reading);
  return finishStruct(request, type, children, reading);
}

export function finishStruct(request: ValueRequest, type: StructType, children: Children, reading: Reading): Variable {
  const read = readBytes(request.storage, type.size, reading);
  if (read.kind === 'unknown') return unknownNode(request, 'struct', read.unknown, ifPartlyKnown(children));
  return knownNode(request, 'struct', structText(type, children), read.bytes, children);
}
