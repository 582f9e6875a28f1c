/** Serves the built page and the mock API on a free port of 127.0.0.1, with the content security policy that the page must bear. */
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { CONTENT_POLICY } from '@noinit/api';
import type { Fleet } from './fixture/fleet.ts';
import { answerApi } from './mock-api.ts';

const TYPES: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export interface MockServer {
  readonly url: string;
  /** What every project answers from now on. */
  readonly setFleet: (fleet: Fleet | undefined) => void;
  readonly close: () => Promise<void>;
}

export async function startMockServer(folder: string, fleet: Fleet): Promise<MockServer> {
  let current: Fleet | undefined = fleet;
  const server = createServer((request, response) => {
    response.setHeader('content-security-policy', CONTENT_POLICY);
    response.setHeader('x-content-type-options', 'nosniff');
    if (!answerApi(request, response, () => current)) void sendFile(folder, request.url ?? '/', response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    setFleet: (next) => {
      current = next;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A file of the build; every path of the page itself is index.html. */
async function sendFile(folder: string, url: string, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(url, 'http://mock');
  const isPage = pathname === '/' || pathname.startsWith('/p/');
  const file = isPage ? 'index.html' : normalize(pathname).slice(1);
  try {
    const content = await readFile(join(folder, file));
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(content);
  } catch {
    response.writeHead(404).end();
  }
}
