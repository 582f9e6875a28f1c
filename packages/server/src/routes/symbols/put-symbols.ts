import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { API, type SymbolUpload } from '@noinit/api';
import { NoinitError, type ProjectId, wallClock } from '@noinit/model';
import type { SymbolEntry } from '@noinit/store';
import type { FastifyRequest } from 'fastify';
import type { Context } from '../../context.ts';
import type { Inspection } from '../../explainer/jobs.ts';
import { READER } from '../../explainer/reread-symbols.ts';
import { requestedProject } from '../../http/requested-project.ts';
import type { Route } from '../route.ts';

/** Bytes of one ELF file. */
export const MAX_ELF_BYTES = 256 * 1024 * 1024;

/** PUT /api/v1/symbols: an ELF file. 201 for a new build, 200 for a known one, 409 where its build id stands for another file. */
export const putSymbols: Route = (app, context) => {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The stream itself: an ELF file goes to the disk, not through memory.
    scope.addContentTypeParser('*', (_request, body, done) => done(null, body));
    scope.put(`${API}/symbols`, { onRequest: refuseLarge }, async (request, reply): Promise<SymbolUpload> => {
      const project = await requestedProject(context.store.projects, request);
      if (request.body === undefined || request.body === null) throw new NoinitError('bad-request', 'the request has no body');
      const path = await context.work.receive(request.body as Readable, MAX_ELF_BYTES);
      try {
        const upload = await keepSymbols(context, project.id, path);
        reply.code(upload.created ? 201 : 200);
        return upload;
      } finally {
        await context.work.remove(path);
      }
    });
  });
};

/** Before anything is sent, where the length is told. A body without one is counted as it comes. */
async function refuseLarge({ headers }: FastifyRequest): Promise<void> {
  if (Number(headers['content-length'] ?? 0) > MAX_ELF_BYTES) {
    throw new NoinitError('too-large', `the file is larger than ${MAX_ELF_BYTES} bytes`);
  }
}

async function keepSymbols(
  { store, work, explainer, processor }: Context,
  project: ProjectId,
  path: string,
): Promise<SymbolUpload> {
  const inspection = await explainer.inspect(path);
  const { build, debugInfo, dictionary, reasons } = inspection;
  const bytes = await readFile(path);
  const known = await store.symbols.findSymbols(project, build);
  const elf = await store.blobs.put(project, bytes);
  if (known !== undefined) assertSameFile(known, elf, inspection);
  const entry = { build, elf, size: bytes.length, debugInfo, reasons, reader: READER, uploadedAt: wallClock(Date.now()) };
  const { created, waiting } = await store.symbols.saveSymbols(project, {
    ...entry,
    ...(dictionary === undefined ? {} : { dictionary }),
  });
  await work.adopt(path, elf);
  processor.symbolsArrived(project, build);
  return { build, created, debugInfo, waiting };
}

/** A build id names one file. Only a stripped copy of it may come beside it: it says the same, and less. */
function assertSameFile(known: SymbolEntry, elf: SymbolEntry['elf'], { build, debugInfo }: Inspection): void {
  if (known.elf === elf || known.debugInfo !== debugInfo) return;
  throw new NoinitError('symbols-conflict', `build ${build} is known with another file`);
}
