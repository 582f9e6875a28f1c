/**
 * A live target behind a gdb server: QEMU, OpenOCD, J-Link, pyOCD and others. It is only read: no packet that writes memory or registers,
 * sets a breakpoint or resets is ever sent.
 */
import type { RemoteConnection } from './connection.ts';
import { MAX_DOCUMENT_BYTES, MAX_PIECES, MAX_READ_BYTES, MAX_SYMBOL_QUERIES } from './limits.ts';
import { type MemoryRead, readMemoryRange } from './read-memory.ts';
import { fallbackLayout, type KnownArchitecture, parseValue, splitRegisters } from './register-layout.ts';
import { RemoteError } from './remote-error.ts';
import { type RemoteThread, readThreads } from './remote-threads.ts';
import { parseStopReply, type StopReply } from './stop-reply.ts';
import { readTargetDescription, type TargetDescription, type TargetRegister } from './target-description.ts';

export interface AttachOptions {
  /** How long a target that runs may take to stop. */
  readonly stopMs: number;
  /** Where symbols are: a server that knows operating systems asks for them. */
  readonly findSymbol?: (name: string) => number | undefined;
}

export class RemoteTarget {
  readonly description: TargetDescription | undefined;
  /** Whether we had to stop it: most servers stop their target when somebody connects. */
  readonly wasInterrupted: boolean;
  readonly stop: StopReply;
  private readonly connection: RemoteConnection;
  private readonly features: ReadonlyMap<string, string>;
  /** Set where the server knows no `p`: it is not asked for each register again. */
  private hasNoSingleRegisters = false;

  private constructor(connection: RemoteConnection, found: Found) {
    this.connection = connection;
    this.features = found.features;
    this.description = found.description;
    this.stop = found.stop;
    this.wasInterrupted = found.wasInterrupted;
  }

  /** Learns what the server can do, and has the target stopped. RemoteError where there is no stopped target. */
  static async attach(connection: RemoteConnection, options: AttachOptions): Promise<RemoteTarget> {
    const features = parseFeatures(await connection.askText('qSupported:xmlRegisters=arm,riscv;binary-upload+'));
    if (features.get('QStartNoAckMode') === '+') await connection.stopAcknowledging();
    const stopped = await haltTarget(connection, options.stopMs);
    const description =
      features.get('qXfer:features:read') === '+'
        ? await readTargetDescription((name) => readDocument(connection, 'features', name))
        : undefined;
    if (options.findSymbol !== undefined) await offerSymbols(connection, options.findSymbol);
    return new RemoteTarget(connection, { features, description, ...stopped });
  }

  /** Bytes that a server's packet may have; the least that a server says nothing about can take. */
  get packetBytes(): number {
    const size = Number.parseInt(this.features.get('PacketSize') ?? '', 16);
    return Number.isSafeInteger(size) && size >= LEAST_PACKET ? Math.min(size, 4 * MAX_READ_BYTES) : DEFAULT_PACKET;
  }

  threads(): Promise<readonly RemoteThread[]> {
    const document =
      this.features.get('qXfer:threads:read') === '+' ? readDocument(this.connection, 'threads', '') : Promise.resolve(undefined);
    return document.then((xml) => readThreads(this.connection, xml));
  }

  /** Which of the threads is the one that runs; undefined where the server does not say. */
  async currentThread(): Promise<string | undefined> {
    const named = this.stop.kind === 'stopped' ? this.stop.thread : undefined;
    return named ?? /^QC(?<id>[0-9a-fA-Fp.]+)$/.exec(await this.connection.askText('qC'))?.groups?.['id'];
  }

  /** Whose registers are read from now on; false where the server does not know the thread. */
  async select(thread: string): Promise<boolean> {
    return (await this.connection.askText(`Hg${thread}`)) === 'OK';
  }

  /** The registers that one answer holds. `architecture` decides where the server has no description. */
  async readRegisters(architecture: KnownArchitecture): Promise<Map<string, Uint8Array>> {
    const answer = await this.connection.askText('g');
    if (/^E[0-9a-fA-F.]/.test(answer) && answer.length % 2 === 1) return new Map();
    return splitRegisters(answer, this.description?.registers ?? fallbackLayout(architecture, Math.floor(answer.length / 2)));
  }

  /** One register by its number; undefined where the server has not got it. */
  async readRegister(register: TargetRegister): Promise<Uint8Array | undefined> {
    if (this.hasNoSingleRegisters) return undefined;
    const answer = await this.connection.askText(`p${register.number.toString(16)}`);
    this.hasNoSingleRegisters = answer === '';
    return parseValue(answer, register.bytes);
  }

  /** See readMemoryRange. */
  readMemory(start: number, size: number, progress?: (bytes: number) => void): Promise<MemoryRead> {
    const binary = this.features.get('binary-upload') === '+';
    // In hex a byte is two characters; a packet has four beside its content.
    const room = Math.floor((this.packetBytes - PACKET_FRAME) / (binary ? 1 : 2));
    const chunkBytes = Math.min(MAX_READ_BYTES, room - (room % 4));
    return readMemoryRange(this.connection, start, size, { chunkBytes, binary, ...(progress && { progress }) });
  }

  /** Lets the target run on, also where nothing can be asked any more. No answer: the next one comes when it stops. */
  async resume(): Promise<void> {
    const actions = await this.connection.askText('vCont?').catch(() => '');
    this.connection.send(/^vCont(?:;[^;]*)*;c(?:;|$)/.test(actions) ? 'vCont;c' : 'c');
  }
}

interface Found extends Stopped {
  readonly features: ReadonlyMap<string, string>;
  readonly description: TargetDescription | undefined;
}

interface Stopped {
  readonly stop: StopReply;
  readonly wasInterrupted: boolean;
}

/** `PacketSize=1000;qXfer:features:read+`: values by name; `+` and `-` are values too. */
function parseFeatures(answer: string): ReadonlyMap<string, string> {
  const features = new Map<string, string>();
  for (const word of answer.split(';')) {
    const [, name, value] = /^([^=]*?)(?:=(.*)|([+-]))$/s.exec(word) ? splitFeature(word) : [];
    if (name !== undefined && value !== undefined) features.set(name, value);
  }
  return features;
}

function splitFeature(word: string): readonly [string, string, string] {
  const equals = word.indexOf('=');
  return equals >= 0 ? [word, word.slice(0, equals), word.slice(equals + 1)] : [word, word.slice(0, -1), word.slice(-1)];
}

/** A server answers `?` at once if its target stands, later or not at all if it runs. */
async function haltTarget(connection: RemoteConnection, stopMs: number): Promise<Stopped> {
  connection.send('?');
  const first = await connection.awaitPacket(Math.min(stopMs, FIRST_MS));
  const stop = parseStopReply(first ?? '');
  if (stop.kind === 'gone') throw new RemoteError('refused', 'the server has no target that runs or stands');
  if (stop.kind === 'stopped' && (await canReadRegisters(connection))) return { stop, wasInterrupted: false };
  // A server without `?` may well stand.
  if (first === '' && (await canReadRegisters(connection))) return { stop, wasInterrupted: false };
  connection.interrupt();
  for (let packets = 0; packets < MAX_PACKETS_BEFORE_STOP; packets++) {
    const packet = await connection.awaitPacket(stopMs);
    if (packet === undefined) break;
    const reply = parseStopReply(packet);
    if (reply.kind !== 'stopped') continue;
    // The answer to the first question may still be on its way.
    if (first === undefined) await connection.awaitPacket(SETTLE_MS);
    return { stop: reply, wasInterrupted: true };
  }
  throw new RemoteError('refused', `the target runs, and did not stop within ${stopMs} ms`);
}

async function canReadRegisters(connection: RemoteConnection): Promise<boolean> {
  const answer = await connection.askText('g');
  return answer.length >= 8 && answer.length % 2 === 0;
}

/** A document in pieces; undefined where the server has none of this name. */
async function readDocument(connection: RemoteConnection, object: string, name: string): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset <= MAX_DOCUMENT_BYTES && pieces.length < MAX_PIECES; ) {
    const answer = await connection.ask(`qXfer:${object}:read:${name}:${offset.toString(16)},${DOCUMENT_PIECE.toString(16)}`);
    const letter = String.fromCharCode(answer[0] ?? 0);
    if (letter !== 'm' && letter !== 'l') return undefined;
    pieces.push(answer.subarray(1));
    offset += answer.length - 1;
    if (letter === 'l' || answer.length === 1) return Buffer.concat(pieces).toString('utf8');
  }
  throw new RemoteError('protocol', `a document of over ${MAX_DOCUMENT_BYTES} bytes or ${MAX_PIECES} pieces`);
}

/** Answers the server's questions for symbols; it needs them to find the objects of an operating system. */
async function offerSymbols(connection: RemoteConnection, find: (name: string) => number | undefined): Promise<void> {
  let answer = await connection.askText('qSymbol::');
  for (let queries = 0; queries < MAX_SYMBOL_QUERIES && answer.startsWith('qSymbol:'); queries++) {
    const hex = answer.slice('qSymbol:'.length);
    const place = find(Buffer.from(hex, 'hex').toString('utf8'));
    answer = await connection.askText(`qSymbol:${place === undefined ? '' : place.toString(16)}:${hex}`);
  }
}

const LEAST_PACKET = 64;
/** What gdb takes where a server says nothing. */
const DEFAULT_PACKET = 400;
const PACKET_FRAME = 5;
const DOCUMENT_PIECE = 0xffb;
const MAX_PACKETS_BEFORE_STOP = 16;
const SETTLE_MS = 100;
/** How long a target may take to say that it stands. */
const FIRST_MS = 1_000;
