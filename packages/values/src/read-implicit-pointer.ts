/** Pointers that the optimizer took away and whose target is known all the same (DW_OP_implicit_pointer). */
import type { Variable } from '@noinit/model';
import type { PointerType } from '@noinit/symbols';
import { characterSize } from './base-value.ts';
import { listMembers } from './children.ts';
import { knownNode } from './node.ts';
import type { ImplicitTarget } from './storage.ts';
import { readTextIn } from './text.ts';
import { kindOf, shapeOf, sizeOf } from './type-shape.ts';
import type { Reading, ValueRequest } from './value-request.ts';
import { MAX_HOPS } from './value-request.ts';

/** No bytes hold the pointer, so `raw` is empty; its children are the value of what it would point to. */
export function readImplicitPointer(
  request: ValueRequest,
  type: PointerType,
  target: ImplicitTarget,
  reading: Reading,
): Variable {
  const value = target.name === undefined ? '<synthetic pointer>' : `<synthetic pointer to ${target.name}>`;
  const text = textOfTarget(type, target, reading);
  if (text !== undefined) return knownNode(request, kindOf(type), `${value} ${text}`, NO_BYTES);
  return knownNode(request, kindOf(type), value, NO_BYTES, listTarget(request, type, target, reading));
}

function textOfTarget(type: PointerType, { storage }: ImplicitTarget, reading: Reading): string | undefined {
  const pointee = type.target();
  const width = pointee && characterSize(shapeOf(pointee));
  return width && readTextIn(storage, width, reading);
}

function listTarget(request: ValueRequest, type: PointerType, target: ImplicitTarget, reading: Reading) {
  const pointee = type.target();
  if (!pointee || (sizeOf(pointee) ?? 0) === 0) return undefined;
  const { type: plain } = shapeOf(pointee);
  const hops = request.hops + 1;
  if (hops > MAX_HOPS || request.depth >= reading.maxDepth) return { listed: [], left: 1 };
  const pointed = { ...request, storage: target.storage, hops };
  if (plain.kind === 'struct' && !plain.declarationOnly) return listMembers(pointed, plain.members(), '->', reading);
  if (!reading.budget.take()) return { listed: [], left: 1 };
  const child = { ...pointed, name: `*${request.name}`, path: `*${request.path}`, type: pointee, depth: request.depth + 1 };
  return { listed: [reading.read(child)], left: 0 };
}

const NO_BYTES = new Uint8Array();
