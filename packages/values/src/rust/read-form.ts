/** Structs of Rust that stand for something else than their members. */
import type { Variable } from '@noinit/model';
import type { StructType } from '@noinit/symbols';
import { ifPartlyKnown, listMembers } from '../children.ts';
import { readBytes, unknownNode } from '../node.ts';
import type { Reading, ValueRequest } from '../value-request.ts';
import { dequeContents, inlineContents, sliceContents, stringContents, vecContents } from './contents.ts';
import type { RustForm } from './form.ts';
import { readContents, readString } from './read-contents.ts';
import { readTraitObject } from './trait-object.ts';

export function readRustForm(
  request: ValueRequest,
  type: StructType,
  { form, kind, ...rest }: RustForm,
  reading: Reading,
): Variable {
  const read = readBytes(request.storage, type.size, reading);
  const parts = () => listMembers(request, type.members(), '.', reading);
  if (read.kind === 'unknown') return unknownNode(request, kind, read.unknown, ifPartlyKnown(parts()));
  const whole = { request, kind, bytes: read.bytes, parts, reading };
  switch (form) {
    case 'str':
      return readString(whole, sliceContents(request, type, reading));
    case 'string':
      return readString(whole, stringContents(request, type, reading));
    case 'slice':
      return readContents(whole, sliceContents(request, type, reading));
    case 'vec':
      return readContents(whole, vecContents(request, type, reading));
    case 'deque':
      return readContents(whole, dequeContents(request, type, reading));
    case 'inline-vec':
      return readContents(whole, inlineContents(request, type, reading));
    case 'inline-text':
      return readString(whole, inlineContents(request, type, reading));
    case 'dyn':
      return readTraitObject(whole, type, 'direct' in rest && rest.direct === true);
  }
}
