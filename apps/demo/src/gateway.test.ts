import { acknowledge, encodeAcks, scanChunk } from '@noinit/wire';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeServer } from '../test/fake-server.ts';
import { splitAcks } from './device.ts';
import { Gateway } from './gateway.ts';

describe('a gateway', () => {
  let server: FakeServer;
  let url = '';
  let gateway: Gateway;
  let acks: Uint8Array[] = [];

  beforeEach(async () => {
    acks = [];
    server = new FakeServer();
    url = await server.start();
    gateway = new Gateway({ server: url, key: 'secret', serial: 'room 1/2', onAcks: (bytes) => acks.push(bytes) });
  });
  afterEach(async () => {
    gateway.stop();
    await server.stop();
  });

  it('posts chunks with the key and hands the acknowledgements back as they came', async () => {
    gateway.push(chunk(7, 1));
    gateway.push(chunk(8, 200));
    await vi.waitFor(() => expect(acks).toHaveLength(1));
    const [post] = server.posts;
    expect(post).toMatchObject({ serial: 'room%201%2F2', key: 'secret', type: 'application/vnd.noinit.chunks' });
    expect(acks[0]).toEqual(encodeAcks(acknowledge([read(chunk(7, 1)), read(chunk(8, 200))])));
  });

  it('sends the same body again until it is accepted, and what came meanwhile after it', async () => {
    server.refusals.push(503, 401);
    gateway.push(chunk(1, 10));
    await vi.waitFor(() => expect(server.posts).toHaveLength(1));
    gateway.push(chunk(2, 10));
    await vi.waitFor(() => expect(acks).toHaveLength(2), 5_000);
    expect(server.posts.map((post) => post.status)).toEqual([503, 401, 202, 202]);
    expect(server.posts[1]?.body).toEqual(server.posts[0]?.body);
    expect(server.posts[2]?.body).toEqual(server.posts[0]?.body);
    expect(server.chunks('room%201%2F2').map((sent) => sent.messageId)).toEqual([1, 2]);
  });

  it('waits for a server that is away', async () => {
    await server.stop();
    gateway.push(chunk(3, 10));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(acks).toEqual([]);
    const back = await listenAgain(url);
    await vi.waitFor(() => expect(acks).toHaveLength(1), 10_000);
    await back.close();
  });
});

describe('acknowledgements for a device', () => {
  it('are cut between two of them where they do not fit one frame', () => {
    const all = encodeAcks(
      Array.from({ length: 100 }, (_, messageId) => ({ messageId, offset: 300, length: 100_000, last: true })),
    );
    const parts = splitAcks(all);
    expect(Buffer.concat(parts)).toEqual(Buffer.from(all));
    expect(parts.every((part) => part.length <= 240 && part.length % 9 === 0)).toBe(true);
    expect(parts.length).toBeGreaterThan(3);
  });

  it('that are cut short are passed on, for the device to judge', () => {
    expect(splitAcks(Uint8Array.of(1, 0, 0))).toEqual([Uint8Array.of(1, 0, 0)]);
    expect(splitAcks(new Uint8Array(0))).toEqual([]);
  });
});

/** A whole message in one chunk. */
function chunk(messageId: number, size: number): Uint8Array {
  return Uint8Array.of(3, messageId, 0, 0, 0, ...new Uint8Array(size).fill(0x55));
}

function read(bytes: Uint8Array) {
  const scan = scanChunk(bytes);
  if (scan.kind === 'damage') throw new Error(scan.damage.detail);
  return scan.chunk;
}

async function listenAgain(url: string): Promise<{ close(): Promise<void> }> {
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(202).end(Buffer.of(1, 3, 0, 0, 0, 10)));
  });
  await new Promise<void>((resolve) => server.listen(Number(new URL(url).port), '127.0.0.1', resolve));
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
