/** From the place that debug information gives a variable to its storage in one frame. */
import { type Computed, evaluateExpression, type InfoOffset, type Location } from '@noinit/dwarf';
import type { Unknown } from '@noinit/model';
import type { VariableInfo, VariablePlace } from '@noinit/symbols';
import { firstQuestions, makeContext, type Surroundings } from './evaluation-context.ts';
import { joinPieces } from './join-pieces.ts';
import { bytesOfComputed } from './number-bytes.ts';
import { readRegister } from './read-register.ts';
import { type Bytes, type ImplicitTarget, isSize, malformed, readStorage, type Storage, storageAt } from './storage.ts';
import type { FrameRegisters, ScopeInFrame, TargetMemory } from './target.ts';
import { sizeOf } from './type-shape.ts';

const NO_REGISTERS: FrameRegisters = { get: () => undefined };

/** Widest number that an expression takes from another variable, in bytes. */
const MAX_NUMBER_BYTES = 8;

/** `size` is the type's, in bytes. `frame` is undefined for variables with static storage. */
export function findStorage(place: VariablePlace, size: number, frame: ScopeInFrame | undefined, memory: TargetMemory): Storage {
  if (!isSize(size)) return malformed(`a value of ${size} bytes`);
  const littleEndian = place.kind !== 'expression' || place.expression.littleEndian;
  return storageAtPlace(place, size, { frame, memory, littleEndian, questions: firstQuestions(), numberOf });
}

function storageAtPlace(place: VariablePlace, size: number, around: Surroundings): Storage {
  switch (place.kind) {
    case 'constant':
      return { kind: 'bytes', bytes: place.bytes, holes: [] };
    case 'optimized-out':
      return unknown('optimized-out', 'the compiler keeps no value here');
    case 'unreadable':
      return malformed(place.detail);
    case 'expression':
      return storageOf(evaluateExpression(place.expression, makeContext(around)), size, around);
  }
}

function storageOf(location: Location, size: number, around: Surroundings): Storage {
  const { littleEndian } = around;
  switch (location.kind) {
    case 'memory':
      return { kind: 'memory', address: location.address };
    case 'register': {
      const { registers = NO_REGISTERS, machine = 'cortex-m' } = around.frame ?? {};
      return asStorage(readRegister(location.register, size, { registers, machine, littleEndian }));
    }
    case 'value':
      return storageOfComputed(location, size, littleEndian);
    case 'bytes':
      return { kind: 'bytes', bytes: location.bytes, holes: [] };
    case 'implicit-pointer':
      return { kind: 'implicit-pointer', target: () => findImplicitTarget(location.entry, location.offset, around) };
    case 'pieces': {
      const readPiece = (piece: Location, length: number) => storageOf(piece, length, around);
      return joinPieces(location.pieces, size, { littleEndian, memory: around.memory, readPiece });
    }
    case 'unknown':
      return unknown(location.why, location.detail);
  }
}

function storageOfComputed(computed: Computed, size: number, littleEndian: boolean): Storage {
  const bytes = bytesOfComputed(computed, size, littleEndian);
  return bytes
    ? { kind: 'bytes', bytes, holes: [] }
    : unknown('unsupported', `a computed value of ${computed.size} bytes for a type of ${size}`);
}

/** The variable that an optimized-out pointer points into: its value is known even where it has no address. */
function findImplicitTarget(entry: InfoOffset, offset: number, { frame, memory }: Surroundings): ImplicitTarget {
  const variable = frame?.variableAt?.(entry);
  if (!variable) return { name: undefined, storage: unknown('optimized-out', 'what the pointer points to is not described') };
  const whole = findStorage(variable.place, sizeOf(variable.type) ?? 0, frame, memory);
  return { name: variable.name === '' ? undefined : variable.name, storage: storageAt(whole, offset) };
}

function numberOf({ type, place }: VariableInfo, around: Surroundings): Computed | undefined {
  const size = sizeOf(type) ?? 0;
  if (size <= 0 || size > MAX_NUMBER_BYTES) return undefined;
  const read = readStorage(storageAtPlace(place, size, around), size, around.memory);
  if (read.kind === 'unknown') return undefined;
  const ordered = around.littleEndian ? read.bytes.toReversed() : read.bytes;
  return { value: ordered.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n), size };
}

function asStorage(read: Bytes): Storage {
  return read.kind === 'bytes' ? { kind: 'bytes', bytes: read.bytes, holes: [] } : read;
}

function unknown(why: Unknown['why'], detail: string): Storage {
  return { kind: 'unknown', unknown: { why, detail } };
}
