/** What the faulting instruction accessed, in the words of the source where they are known. */
import { hexAddress } from '@noinit/model';
import { plainType } from '../threads/view.ts';
import type { MemoryAccess } from './action/action.ts';
import { memberPath } from './member-path.ts';
import type { Scene } from './scene.ts';
import { findVariableIn } from './variable-in-register.ts';

export interface AccessText {
  /** `read sensor->raw at 0x00000008`, `wrote to 0x40000000`. */
  readonly what: string;
  /** `sensor is NULL`. */
  readonly because?: string;
}

/** Undefined where the address is not known. */
export function describeAccess(access: MemoryAccess, scene: Scene): AccessText | undefined {
  if (access.address === undefined) return undefined;
  const at = hexAddress(access.address);
  const plain = { what: `${access.kind === 'load' ? 'read from' : 'wrote to'} ${at}` };
  const pointer = scene.registers[access.base];
  const variable =
    pointer === undefined || access.base === 'sp' || access.base === 'pc' ? undefined : findVariableIn(access.base, scene);
  const type = variable && plainType(variable.type);
  if (!variable || type?.kind !== 'pointer' || pointer === undefined) return plain;
  const because = `${variable.path} is ${pointer === 0 ? 'NULL' : hexAddress(pointer)}`;
  const pointee = type.target();
  const part = pointee && access.offset !== undefined ? memberPath(pointee, access.offset) : undefined;
  if (part === undefined) return { ...plain, because };
  const target =
    part === '' ? `*${variable.path}` : part.startsWith('[') ? `(*${variable.path})${part}` : `${variable.path}->${part}`;
  return { what: `${access.kind === 'load' ? 'read' : 'wrote to'} ${target} at ${at}`, because };
}
