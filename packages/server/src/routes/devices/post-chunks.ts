import { ACKS_TYPE, API, CHUNK_TYPE, CHUNKS_TYPE } from '@noinit/api';
import { acceptChunks } from '@noinit/ingest';
import { NoinitError, wallClock } from '@noinit/model';
import { splitChunks } from '@noinit/wire';
import type { FastifyRequest } from 'fastify';
import { parseSerial } from '../../http/serial.ts';
import type { Route } from '../route.ts';

/** Bytes of one body. */
export const MAX_BODY_BYTES = 1024 * 1024;

/**
 * POST /api/v1/devices/{serial}/chunks: 202 with acknowledgements once every chunk is durable. Any other status means that
 * nothing of the body counts as stored.
 */
export const postChunks: Route = (app, { store, keys }) => {
  // In a scope of its own: here a body is bytes, whatever other routes take.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const options = { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES } as const;
    scope.addContentTypeParser([CHUNK_TYPE, CHUNKS_TYPE], options, (_request, body, done) => done(null, body));
    scope.post<{ Params: { serial: string } }>(
      `${API}/devices/:serial/chunks`,
      // Strangers are refused before their body is read.
      { onRequest: async (request) => void (await keys.projectOf(request)) },
      async (request, reply) => {
        const project = await keys.projectOf(request);
        const serial = parseSerial(request.params.serial);
        const { acks } = await acceptChunks(store.inbox, {
          project,
          serial,
          receivedAt: wallClock(Date.now()),
          chunks: readChunks(request),
        });
        return reply
          .code(202)
          .type(ACKS_TYPE)
          .send(Buffer.from(acks.buffer, acks.byteOffset, acks.byteLength));
      },
    );
  });
};

function readChunks(request: FastifyRequest): readonly Uint8Array[] {
  const { body } = request;
  if (!(body instanceof Uint8Array) || body.length === 0) throw new NoinitError('bad-request', 'the request has no body');
  if (mediaType(request) === CHUNK_TYPE) return [body];
  const split = splitChunks(body);
  if (split.kind === 'chunks') return split.chunks;
  throw new NoinitError('bad-request', `the body cannot be split at byte ${split.damage.offset}: ${split.damage.detail}`);
}

function mediaType(request: FastifyRequest): string | undefined {
  return request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
}
