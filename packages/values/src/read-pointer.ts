/** Pointers: where they lead, what stands there by name, and the target's own value one step further. */
import { type Address, address, type Variable } from '@noinit/model';
import type { Symbols, TypeInfo } from '@noinit/symbols';
import { isTextOf, readInteger } from './base-value.ts';
import { quoteBytes } from './quote.ts';
import { type Children, listMembers, type ReadValue } from './read-whole.ts';
import { addressOf, rawHex, readStorage } from './storage.ts';
import type { TargetMemory, ValueTarget } from './target.ts';
import { kindOf, type Shape, shapeOf, sizeOf } from './type-shape.ts';
import { MAX_DEPTH, MAX_HOPS, MAX_TEXT_BYTES, type ValueRequest } from './value-request.ts';

type PointerType = Extract<TypeInfo, { kind: 'pointer' }>;

export function readPointer(request: ValueRequest, type: PointerType, target: ValueTarget, readValue: ReadValue): Variable {
  const head = { name: request.name, type: request.type.name, kind: kindOf(type) };
  const read = readStorage(request.storage, type.size, target.memory);
  if (read.kind === 'unknown') return { ...head, unknown: read.unknown, ...addressOf(request.storage) };
  const pointer = readInteger(target.symbols.littleEndian ? read.bytes : read.bytes.toReversed(), false);
  const known = { raw: rawHex(read.bytes), ...addressOf(request.storage) };
  const hex = `0x${pointer.toString(16).padStart(8, '0')}`;
  if (pointer === 0n) return { ...head, value: 'NULL', ...known };
  if (pointer > BigInt(Number.MAX_SAFE_INTEGER)) return { ...head, value: hex, ...known };
  const at = address(Number(pointer));
  const pointee = type.target();
  const shape = pointee && shapeOf(pointee);
  const value = [hex, describeTarget(at, shape, target)].filter((part) => part !== undefined).join(' ');
  return { ...head, value, ...known, ...(pointee && shape && listTarget(request, at, pointee, shape, target, readValue)) };
}

/** `<read_sensor>`, `<&config+4>` or the text of a character pointer. */
function describeTarget(at: Address, shape: Shape | undefined, target: ValueTarget): string | undefined {
  if (shape && isTextOf(shape)) {
    return readText(at, target.memory) ?? findSymbolText(at, target.symbols);
  }
  return findSymbolText(shape?.type.kind === 'function' ? withoutThumbBit(at, target.symbols) : at, target.symbols);
}

function findSymbolText(at: Address, symbols: Symbols): string | undefined {
  const code = symbols.symbolAt(withoutThumbBit(at, symbols));
  const symbol = code?.kind === 'function' ? code : symbols.symbolAt(at);
  if (!symbol || symbol.kind === 'other') return undefined;
  const offset = (symbol.kind === 'function' ? withoutThumbBit(at, symbols) : at) - symbol.address;
  const name = symbol.kind === 'function' ? symbol.name : `&${symbol.name}`;
  return `<${name}${offset === 0 ? '' : `+${offset}`}>`;
}

function withoutThumbBit(at: Address, symbols: Symbols): Address {
  return symbols.machine === 'cortex-m' && at % 2 === 1 ? address(at - 1) : at;
}

/** Text up to its NUL; what is not captured or too long ends in `…`. Undefined where not even one byte is there. */
function readText(at: Address, memory: TargetMemory): string | undefined {
  const bytes = readCaptured(at, MAX_TEXT_BYTES, memory);
  if (bytes.length === 0) return undefined;
  const nul = bytes.indexOf(0);
  return nul < 0 ? `${quoteBytes(bytes)}…` : quoteBytes(bytes.subarray(0, nul));
}

/** As many bytes from `at` on as are there: the longest length that can be read, by halving. */
function readCaptured(at: Address, limit: number, memory: TargetMemory): Uint8Array {
  let known = new Uint8Array();
  for (let step = limit; step >= 1; step = Math.floor(step / 2)) {
    if (known.length + step > limit) continue;
    const longer = memory.read(at, known.length + step);
    if (longer) known = longer.slice();
  }
  return known;
}

type Listing = Partial<Pick<Variable, 'children' | 'more'>>;

function listTarget(
  request: ValueRequest,
  at: Address,
  pointee: TypeInfo,
  shape: Shape,
  target: ValueTarget,
  readValue: ReadValue,
): Listing {
  const { type } = shape;
  const size = sizeOf(pointee);
  if (type.kind === 'unsupported' || size === undefined || size === 0) return {};
  if (isTextOf(shape)) return {};
  const isWhole = type.kind === 'struct' || type.kind === 'union';
  if (isWhole && type.declarationOnly) return {};
  const pointed = { ...request, storage: { kind: 'memory', address: at }, hops: request.hops + 1 } as const;
  if (request.hops >= MAX_HOPS || request.depth >= MAX_DEPTH) {
    return target.memory.read(at, 1) ? { more: { count: isWhole ? type.members().length : 1, path: request.path } } : {};
  }
  if (isWhole && target.memory.read(at, 1)) return toListing(listMembers(pointed, type, '->', target, readValue), request.path);
  if (!target.budget.take()) return { more: { count: 1, path: request.path } };
  const child = readValue(
    { ...pointed, name: `*${request.name}`, path: `*${request.path}`, type: pointee, depth: request.depth + 1 },
    target,
  );
  return { children: [child] };
}

function toListing({ listed, left }: Children, path: string): Listing {
  return { children: listed, ...(left > 0 && { more: { count: left, path } }) };
}
