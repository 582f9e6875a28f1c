/** A device on a bench: its board runs as fast as it can, and a server in this process keeps and acknowledges every chunk at once. */
import { readFileSync } from 'node:fs';
import type { CrashRecord, RebootRecord, Record, Trace, Variable } from '@noinit/model';
import { explainMessage, readBuild } from '@noinit/server/explain';
import { acknowledge, assembleMessages, type Chunk, encodeAcks, scanChunk, scanMessage } from '@noinit/wire';
import type { ResetReason } from '../src/chip.ts';
import { Device } from '../src/device.ts';
import { firmwareFile, type Version } from '../src/firmware.ts';
import { type FlashImage, makeFlashImage } from '../src/flash-image.ts';
import type { Stimulus } from '../src/stimulus.ts';

const ROOM = 301;
const SECOND = 1e9;
/** Long enough for a start to report what the boot before left, and for the control loop to have run. */
const SETTLE_SECONDS = 40;

export interface Crash {
  readonly message: Uint8Array;
  readonly record: CrashRecord;
}

export interface BenchOptions {
  /** False for a chunk that the server never gets. */
  readonly delivers?: (chunk: Chunk) => boolean;
}

export class Bench {
  readonly device: Device;
  /** The random numbers of the starts so far. */
  readonly numbers: number[] = [];
  readonly resets: ResetReason[] = [];
  /** Every chunk that came out of the UART, delivered or not. */
  readonly chunks: Chunk[] = [];
  readonly #delivered = new Map<number, Chunk[]>();
  readonly #delivers: (chunk: Chunk) => boolean;

  constructor(version: Version, { delivers = () => true }: BenchOptions = {}) {
    this.#delivers = delivers;
    this.device = new Device(ROOM, image(version), {
      onSession: (number) => this.numbers.push(number),
      onChunk: (bytes) => this.#receive(bytes),
      onReset: (reason) => this.resets.push(reason),
    });
    this.run(SETTLE_SECONDS);
  }

  /** Board seconds. */
  run(seconds: number): void {
    this.device.board.run(this.device.board.nanos + seconds * SECOND);
  }

  happen(stimulus: Stimulus): void {
    this.device.happen(stimulus, image('1.4.0'));
    this.run(SETTLE_SECONDS);
  }

  /** What the delivered chunks say, damage being a failure. */
  records(): Record[] {
    return this.#messages().map(recordOf);
  }

  reboots(): RebootRecord[] {
    return this.records().filter((record) => record.kind === 'reboot');
  }

  crashes(): Crash[] {
    return this.#messages().flatMap((message) => {
      const record = recordOf(message);
      return record.kind === 'crash' ? [{ message, record }] : [];
    });
  }

  /** Whole ones. A message that was cut short by a reset comes again under another id. */
  #messages(): Uint8Array[] {
    return [...this.#delivered.values()].flatMap((chunks) => assembleMessages(chunks).messages);
  }

  #receive(bytes: Uint8Array): void {
    const scan = scanChunk(bytes);
    if (scan.kind === 'damage') throw new Error(scan.damage.detail);
    const { chunk } = scan;
    this.chunks.push(chunk);
    if (!this.#delivers(chunk)) return;
    this.#delivered.set(chunk.messageId, [...(this.#delivered.get(chunk.messageId) ?? []), chunk]);
    this.device.acknowledge(encodeAcks(acknowledge([chunk])));
  }
}

/** As the server explains it. */
export function explain({ message }: Crash, version: Version): Trace {
  return explainMessage(message, readBuild(readFileSync(firmwareFile(version))));
}

/** Functions of the crashed thread, innermost first; an exception stands as its name in brackets. */
export function callChain(trace: Trace): string[] {
  const frames = trace.threads[0]?.frames ?? [];
  return frames.map((frame) => (frame.kind === 'exception' ? `[${frame.exception}]` : (frame.function ?? '?')));
}

/** Whether some local of the crashed thread, or a member of one, has this name and value. */
export function showsLocal(trace: Trace, name: string, value: number): boolean {
  const shows = (variable: Variable): boolean =>
    (variable.name === name && 'value' in variable && variable.value === String(value)) || (variable.children ?? []).some(shows);
  return (trace.threads[0]?.frames ?? []).some((frame) => frame.variables.some(shows));
}

const images = new Map<Version, FlashImage>();
function image(version: Version): FlashImage {
  const made = images.get(version) ?? makeFlashImage(readFileSync(firmwareFile(version)));
  images.set(version, made);
  return made;
}

function recordOf(message: Uint8Array): Record {
  const { record, damage } = scanMessage(message);
  if (record === undefined || damage.length > 0) throw new Error(`a damaged message: ${JSON.stringify(damage)}`);
  return record;
}
