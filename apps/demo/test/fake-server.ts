/** The two doors of a server that the demo uses, over real HTTP: keeps what comes, acknowledges like the real one, can be told to refuse. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { acknowledge, type Chunk, encodeAcks, scanChunk, splitChunks } from '@noinit/wire';

export interface Post {
  readonly serial: string;
  readonly key: string | undefined;
  readonly type: string | undefined;
  readonly body: Uint8Array;
  readonly status: number;
}

export class FakeServer {
  readonly posts: Post[] = [];
  /** Project and size of each ELF file, in the order they came. */
  readonly symbols: { readonly project: string | undefined; readonly size: number; readonly at: number }[] = [];
  /** Statuses of the next answers; 202 when used up. */
  readonly refusals: number[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** What was accepted from one device. */
  chunks(serial: string): Chunk[] {
    return this.posts.filter((post) => post.serial === serial && post.status === 202).flatMap(({ body }) => chunksOf(body));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const header = (name: string) => request.headers[name]?.toString();
    if (request.method === 'PUT' && request.url === '/api/v1/symbols') {
      this.symbols.push({ project: header('x-noinit-project'), size: body.length, at: performance.now() });
      response.writeHead(201).end('{}');
      return;
    }
    const serial = /^\/api\/v1\/devices\/([^/]+)\/chunks$/.exec(request.url ?? '')?.[1] ?? '';
    const status = this.refusals.shift() ?? 202;
    this.posts.push({ serial, key: header('x-noinit-key'), type: header('content-type'), body, status });
    response.writeHead(status).end(status === 202 ? encodeAcks(acknowledge(chunksOf(body))) : undefined);
  }
}

function chunksOf(body: Uint8Array): Chunk[] {
  const split = splitChunks(body);
  if (split.kind === 'damage') throw new Error(split.damage.detail);
  return split.chunks.map((bytes) => {
    const scan = scanChunk(bytes);
    if (scan.kind === 'damage') throw new Error(scan.damage.detail);
    return scan.chunk;
  });
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  return new Uint8Array(Buffer.concat(parts));
}
