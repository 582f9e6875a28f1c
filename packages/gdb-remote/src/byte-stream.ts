/** The bytes of a connection, and how to come by one. */
import { connect } from 'node:net';
import { RemoteError } from './remote-error.ts';

export interface ByteStream {
  readonly write: (bytes: Uint8Array) => void;
  /** Called for what arrives, and once when no more will. Set before anything can have arrived. */
  readonly listen: (take: (bytes: Uint8Array) => void, end: (why: string) => void) => void;
  readonly close: () => void;
}

export type ServerAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** `HOST:PORT`, `:PORT` or `PORT` of this machine, `[IPV6]:PORT`, `unix:PATH` or a path with a slash. Undefined for anything else. */
export function parseServerAddress(text: string): ServerAddress | undefined {
  if (text.startsWith('unix:')) return text.length > 5 ? { kind: 'unix', path: text.slice(5) } : undefined;
  if (text.includes('/')) return { kind: 'unix', path: text };
  const match = /^(?:(?:tcp:)?(?<host>\[[0-9a-fA-F:.]+\]|[^:\s[\]]*):)?(?<port>[0-9]{1,5})$/.exec(text);
  const port = Number(match?.groups?.['port'] ?? 'NaN');
  if (!(port >= 1 && port <= 65_535)) return undefined;
  const host = (match?.groups?.['host'] ?? '').replace(/^\[|\]$/g, '');
  return { kind: 'tcp', host: host === '' ? '127.0.0.1' : host, port };
}

/** Connects. RemoteError `unreachable` where that fails or takes longer than `timeoutMs`. */
export function connectTo(to: ServerAddress, timeoutMs: number): Promise<ByteStream> {
  return new Promise((resolve, reject) => {
    const socket = connect(to.kind === 'tcp' ? { host: to.host, port: to.port } : { path: to.path });
    const fail = (why: string): void => {
      socket.destroy();
      reject(new RemoteError('unreachable', why));
    };
    const timer = setTimeout(() => fail(`no connection within ${timeoutMs} ms`), timeoutMs);
    socket.once('error', (error) => {
      clearTimeout(timer);
      fail(error.message);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      if (to.kind === 'tcp') socket.setNoDelay(true);
      resolve({
        write: (bytes) => void (socket.writable && socket.write(bytes)),
        listen: (take, end) => {
          socket.on('data', take);
          socket.on('error', (error) => end(error.message));
          socket.on('close', () => end('the server closed the connection'));
        },
        // What was written still goes out: the last packet is the one that lets the target run.
        close: () => {
          socket.end();
          setTimeout(() => socket.destroy(), LINGER_MS).unref();
        },
      });
    });
  });
}

const LINGER_MS = 500;
