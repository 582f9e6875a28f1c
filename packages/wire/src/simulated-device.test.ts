import { concatBytes, toHex } from '@noinit/bytes';
import { Random, simulateDevice } from '@noinit/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinChunks } from './encode/index.ts';
import { acknowledge, assembleMessages, type Chunk, encodeAcks, scanAcks, scanChunk, scanMessage, splitChunks } from './index.ts';

it('gives the same messages from one device however its chunks are permuted, repeated and joined into bodies', () => {
  const device = simulateDevice({ seed: 11, lineages: 3, bootsPerLineage: 5, chunkSize: 40 });
  const expected = device.messages.map(({ bytes }) => toHex(bytes)).sort();
  expect(expected.length).toBeGreaterThanOrEqual(40);
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const random = new Random(seed);
      const again = device.chunks.filter(() => random.below(4) === 0);
      const arrived = bodiesOf(random, random.shuffled([...device.chunks, ...again])).flatMap(chunksOf);
      const found = [...groupById(arrived).values()].flatMap((chunks) => assembleMessages(chunks).messages);
      expect(found.map(toHex).sort()).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

it('decodes what a device sent, and acknowledges all of it', () => {
  const device = simulateDevice({ seed: 5 });
  const chunks = device.chunks.map(toChunk);
  const acks = scanAcks(encodeAcks(acknowledge(chunks))).acks;
  for (const { messageId, bytes, record } of device.messages) {
    expect(acks).toContainEqual({ messageId, offset: 0, length: bytes.length, last: true });
    expect(scanMessage(bytes).record).toEqual(record);
  }
  const payloads = chunks.map((chunk) => chunk.payload);
  expect(concatBytes(payloads)).toEqual(concatBytes(device.messages.map(({ bytes }) => bytes)));
});

function bodiesOf(random: Random, chunks: readonly Uint8Array[]): readonly Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let at = 0; at < chunks.length; ) {
    const count = 1 + random.below(6);
    bodies.push(joinChunks(chunks.slice(at, at + count)));
    at += count;
  }
  return bodies;
}

function chunksOf(body: Uint8Array): readonly Chunk[] {
  const split = splitChunks(body);
  if (split.kind === 'damage') throw new Error(split.damage.detail);
  return split.chunks.map(toChunk);
}

function toChunk(bytes: Uint8Array): Chunk {
  const scan = scanChunk(bytes);
  if (scan.kind === 'damage') throw new Error(scan.damage.detail);
  return scan.chunk;
}

function groupById(chunks: readonly Chunk[]): Map<number, Chunk[]> {
  const groups = new Map<number, Chunk[]>();
  for (const chunk of chunks) groups.set(chunk.messageId, [...(groups.get(chunk.messageId) ?? []), chunk]);
  return groups;
}
