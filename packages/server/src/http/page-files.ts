/** The page: built files, and index.html for every address that the page itself understands. */
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import { NoinitError } from '@noinit/model';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const NOT_BUILT = 'The page is not built: run npm run build. The API is at /api/v1.\n';
/** Vite puts a hash of the content into these names: they never change. */
const HASHED = `${sep}assets${sep}`;

export function servePage(app: FastifyInstance, folder: string | undefined): void {
  const isBuilt = folder !== undefined && existsSync(join(folder, 'index.html'));
  if (isBuilt) {
    app.register(fastifyStatic, {
      root: folder,
      // What the build left there for itself is not of the page.
      dotfiles: 'ignore',
      cacheControl: false,
      setHeaders: (reply, path) => void reply.header('cache-control', cacheControl(path)),
    });
  }
  app.setNotFoundHandler((request, reply) => {
    if (!isPageAddress(request)) throw new NoinitError('not-found', 'there is nothing at this address');
    return isBuilt ? sendPage(reply) : reply.type('text/plain; charset=utf-8').send(NOT_BUILT);
  });
}

function cacheControl(path: string): string {
  return path.includes(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

function isPageAddress({ method, url }: FastifyRequest): boolean {
  const path = url.split('?', 1)[0] ?? '';
  return (method === 'GET' || method === 'HEAD') && (path === '/' || path === '/p' || path.startsWith('/p/'));
}

function sendPage(reply: FastifyReply): FastifyReply {
  return reply.sendFile('index.html');
}
