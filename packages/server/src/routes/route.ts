import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';

/** Adds one handler to the server. Each file below this folder holds one, and its path mirrors the URL. */
export type Route = (app: FastifyInstance, context: Context) => void;

/** Where this server is reached, for commands that people paste. Known once it listens. */
export function originOf(app: FastifyInstance): string {
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
}
