/** The first item of a crash: why, when, and on what (docs/formats/crash.md). */
import { type CrashCause, type Machine, type Milliseconds, milliseconds } from '@noinit/model';
import type { CborValue } from './cbor.ts';
import { CAUSES, ITEM_CAUSE, MACHINES } from './crash-codes.ts';
import { Fields, MAX_U16 } from './fields.ts';
import { MAX_STRING_BYTES } from './limits.ts';
import { MalformedError } from './malformed.ts';

export interface Cause {
  /** Absent where its code is not known. */
  readonly machine?: Machine;
  readonly machineCode: number;
  readonly cause: CrashCause;
  /** Absent where nobody knew it: a debugger did not. */
  readonly uptime?: Milliseconds;
}

/** Reads the elements of an item whose CRC is right. */
export function readCause([code, map]: readonly CborValue[]): Cause {
  if (code !== ITEM_CAUSE || map === undefined)
    throw new MalformedError(0, 'missing-part', 'the crash does not begin with its cause');
  const fields = new Fields({ value: map, start: 0, end: 0 }, 'the cause');
  const machineCode = fields.uint(2);
  const machine = MACHINES.get(machineCode);
  const cause: CrashCause = {
    ...readKind(fields, machine),
    ...(fields.has(5) ? { reason: fields.uint(5, MAX_U16) } : {}),
    ...(fields.has(3) ? { exception: fields.uint(3, MAX_EXCEPTION) } : {}),
  };
  const uptime = readUptime(fields, cause);
  return { ...(machine && { machine }), machineCode, cause, ...(uptime !== undefined && { uptime }) };
}

/** Only a debugger does not know it. */
function readUptime(fields: Fields, { kind }: CrashCause): Milliseconds | undefined {
  return kind === 'stopped' && !fields.has(1) ? undefined : milliseconds(fields.uint(1));
}

function readKind(fields: Fields, machine: Machine | undefined): CrashCause {
  const code = fields.uint(0);
  const kind = CAUSES.get(code);
  switch (kind) {
    case undefined:
      return { kind: 'unknown', code };
    case 'fault':
      // On Cortex-M a fault is always an exception, and without its number it cannot be told which. RISC-V has mcause.
      return machine === 'cortex-m' && !fields.has(3) ? { kind: 'unknown', code } : { kind };
    case 'assert':
      return fields.has(4) ? { kind, entry: fields.bytes(4, { min: 0, max: MAX_STRING_BYTES }) } : { kind };
    case 'stack-overflow':
      return fields.has(7) ? { kind, thread: fields.utf8(7, MAX_TEXT_BYTES) } : { kind };
    case 'panic':
      return fields.has(7) ? { kind, text: fields.utf8(7, MAX_TEXT_BYTES) } : { kind };
    case 'out-of-memory':
      return fields.has(6) ? { kind, size: fields.uint(6) } : { kind };
    case 'snapshot':
      return fields.has(8) ? { kind, refused: fields.uint(8) } : { kind };
    default:
      return { kind };
  }
}

/** IPSR has nine bits. */
const MAX_EXCEPTION = 511;
const MAX_TEXT_BYTES = 64;
