/** Which registers a server has (gdb manual, "Target Descriptions"): `target.xml` and the documents that it includes. */
import { MAX_INCLUDE_DEPTH, MAX_INCLUDES, MAX_REGISTER_BITS, MAX_REGISTER_NUMBER, MAX_REGISTERS } from './limits.ts';
import { scanTags } from './xml-tags.ts';

export interface TargetRegister {
  /** In small letters. */
  readonly name: string;
  readonly number: number;
  readonly bytes: number;
}

export interface TargetDescription {
  /** `arm`, `riscv:rv32`, as the server says it. */
  readonly architecture?: string;
  readonly features: readonly string[];
  /** By number. */
  readonly registers: readonly TargetRegister[];
}

/** Reads the document of a name; undefined where there is none. */
export type ReadDocument = (name: string) => Promise<string | undefined>;

/** The description, or undefined where the server has none or nothing in it is a register. */
export async function readTargetDescription(readDocument: ReadDocument): Promise<TargetDescription | undefined> {
  const found: Found = { features: [], registers: new Map(), next: 0, documents: 0 };
  await collect('target.xml', 0, readDocument, found);
  if (found.registers.size === 0) return undefined;
  const registers = [...found.registers.values()].sort((a, b) => a.number - b.number);
  const { architecture, features } = found;
  return { ...(architecture !== undefined && { architecture }), features, registers };
}

interface Found {
  architecture?: string;
  readonly features: string[];
  /** By number: of two with the same number the first counts. */
  readonly registers: Map<number, TargetRegister>;
  /** Number of the next register that names none. */
  next: number;
  documents: number;
}

async function collect(name: string, depth: number, readDocument: ReadDocument, found: Found): Promise<void> {
  found.documents += 1;
  if (depth > MAX_INCLUDE_DEPTH || found.documents > MAX_INCLUDES) return;
  const xml = await readDocument(name);
  if (xml === undefined) return;
  for (const { kind, name: tag, attributes, text } of scanTags(xml)) {
    if (kind === 'close') continue;
    if (tag === 'architecture') found.architecture ??= text.slice(0, 64);
    else if (tag === 'feature') found.features.push((attributes.get('name') ?? '').slice(0, 128));
    else if (tag === 'reg') addRegister(attributes, found);
    // In place: registers without a number count on from those before.
    else if (tag === 'xi:include') await collect(attributes.get('href') ?? '', depth + 1, readDocument, found);
  }
}

function addRegister(attributes: ReadonlyMap<string, string>, found: Found): void {
  const number = readNumber(attributes.get('regnum')) ?? found.next;
  const bits = readNumber(attributes.get('bitsize')) ?? 32;
  const name = (attributes.get('name') ?? '').toLowerCase();
  if (number > MAX_REGISTER_NUMBER || bits === 0 || bits > MAX_REGISTER_BITS || found.registers.size === MAX_REGISTERS) return;
  found.next = number + 1;
  if (!found.registers.has(number)) found.registers.set(number, { name, number, bytes: Math.ceil(bits / 8) });
}

function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,6}$/.test(text) ? Number(text) : undefined;
}
