/** Stands between the demo fleet and a server that comes and goes, and writes down which chunks the server acknowledged. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AcknowledgedBody {
  readonly serial: string;
  /** As `application/vnd.noinit.chunks`. */
  readonly body: Uint8Array;
}

export class RecordingProxy {
  readonly acknowledged: AcknowledgedBody[] = [];
  /** Where the server is now. */
  target: Promise<string> = Promise.reject(new Error('no server yet'));
  private readonly listener: Server;

  constructor() {
    this.target.catch(() => undefined);
    this.listener = createServer((incoming, answer) => void this.forward(incoming, answer).catch(() => answer.destroy()));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.listener.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.listener.closeAllConnections();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private async forward(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await readAll(incoming);
    const { host: _host, connection: _connection, ...headers } = incoming.headers;
    const sent = request(new URL(incoming.url ?? '/', await this.target), {
      method: incoming.method ?? 'GET',
      headers,
      agent: false,
    });
    const received = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.on('response', resolve).on('error', reject).end(body);
    });
    const received202 = received.statusCode === 202;
    const content = await readAll(received);
    const serial = /\/devices\/([^/]+)\/chunks$/.exec(incoming.url ?? '')?.[1];
    if (received202 && serial !== undefined) this.acknowledged.push({ serial: decodeURIComponent(serial), body });
    answer
      .writeHead(received.statusCode ?? 502, { 'content-type': received.headers['content-type'] ?? 'application/octet-stream' })
      .end(content);
  }
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
