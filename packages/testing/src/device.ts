/** A device that never was: what it would send over a few boots, as records, messages and chunks. */
import { concatBytes } from '@noinit/bytes';
import { type BuildId, buildPrefix, milliseconds, type RecordKey } from '@noinit/model';
import { type EncodableRecord, encodeChunks, encodeMessage } from '@noinit/wire/encode';
import { makeLogBody, makeLogEntry } from './log-entry.ts';
import { Random } from './random.ts';
import { makeBoot, makeCrash, makeDump, makeLog, makeReboot, TEST_BUILD } from './records.ts';

export interface DeviceOptions {
  readonly serial?: string;
  /** The same seed gives the same device, byte for byte. */
  readonly seed: number;
  /** Cold starts: each begins a lineage and counts boots from 1 again. */
  readonly lineages?: number;
  readonly bootsPerLineage?: number;
  /** Bytes of a chunk at most. */
  readonly chunkSize?: number;
  readonly build?: BuildId;
}

export interface SimulatedMessage {
  readonly record: EncodableRecord;
  readonly messageId: number;
  /** CRC-32 included. */
  readonly bytes: Uint8Array;
  readonly chunks: readonly Uint8Array[];
}

export interface SimulatedDevice {
  readonly serial: string;
  /** In the order in which the device made them. */
  readonly messages: readonly SimulatedMessage[];
  /** All chunks of all messages in that order. */
  readonly chunks: readonly Uint8Array[];
}

/** Every boot says that it began, logs, sometimes crashes; the boot after it says how it ended. The last one goes on. */
export function simulateDevice(options: DeviceOptions): SimulatedDevice {
  const { seed, serial = `SIM-${seed}`, lineages = 2 } = options;
  const random = new Random(seed);
  const messages = Array.from({ length: lineages }, () => simulateLineage(random, options)).flat();
  return { serial, messages, chunks: messages.flatMap((message) => message.chunks) };
}

function simulateLineage(
  random: Random,
  { bootsPerLineage = 3, chunkSize = 64, build = TEST_BUILD }: DeviceOptions,
): SimulatedMessage[] {
  const lineage = random.u32();
  const records: EncodableRecord[] = [];
  let ended: Ended = { unexpected: 0 };
  let firstEntry = 0;
  for (let boot = 1; boot <= bootsPerLineage; boot++) {
    const keys = new Keys(lineage, boot);
    records.push(makeBoot({ key: keys.next(), build, ramSurvived: boot > 1, unexpectedReboots: ended.unexpected }));
    if (ended.reboot) records.push(ended.reboot);
    const entries = 1 + random.below(8);
    records.push(simulateLog(random, keys, build, firstEntry, entries));
    firstEntry += entries;
    const crashes = random.below(2) === 0;
    if (crashes) records.push(simulateCrash(random, keys, build));
    ended = endBoot(random, keys, crashes, ended.unexpected);
  }
  return records.map((record, index) => simulateMessage(record, (lineage + index) % 2 ** 24, chunkSize));
}

interface Ended {
  readonly unexpected: number;
  readonly reboot?: EncodableRecord;
}

class Keys {
  private readonly lineage: number;
  private readonly boot: number;
  private sequence = 0;

  constructor(lineage: number, boot: number) {
    this.lineage = lineage;
    this.boot = boot;
  }

  next(): RecordKey {
    return { lineage: this.lineage, boot: this.boot, sequence: this.sequence++ };
  }
}

function simulateLog(random: Random, keys: Keys, build: BuildId, firstEntry: number, count: number): EncodableRecord {
  const bodies = Array.from({ length: count }, (_, index) =>
    makeLogBody({
      id: 1 + random.below(3),
      delta: index === 0 ? 100 : 1 + random.below(200),
      args: [{ type: 'u32', value: random.u32() }],
    }),
  );
  const entries = concatBytes(bodies.map((body) => makeLogEntry(body)));
  return makeLog({ key: keys.next(), build: buildPrefix(build), firstEntry, entries });
}

function simulateCrash(random: Random, keys: Keys, build: BuildId): EncodableRecord {
  const [region] = makeDump().regions;
  const regions = region ? [{ ...region, bytes: random.bytes(64 + 4 * random.below(64)) }] : [];
  return makeCrash({ key: keys.next(), build: buildPrefix(build), dump: makeDump({ regions }) });
}

function endBoot(random: Random, keys: Keys, crashed: boolean, unexpected: number): Ended {
  const key = keys.next();
  const uptime = milliseconds(1_000 + random.below(100_000));
  if (crashed) return { unexpected: unexpected + 1, reboot: makeReboot({ key, uptime }) };
  const { marked: _marked, ...unmarked } = makeReboot({ key, uptime, reason: 0x0003, unexpected: false });
  return { unexpected, reboot: unmarked };
}

function simulateMessage(record: EncodableRecord, messageId: number, size: number): SimulatedMessage {
  const bytes = encodeMessage(record);
  return { record, messageId, bytes, chunks: encodeChunks(bytes, { messageId, size }) };
}
