import { API, DUMP_TYPE } from '@noinit/api';
import { type CrashId, NoinitError } from '@noinit/model';
import { requestedProject } from '../../http/requested-project.ts';
import type { Route } from '../route.ts';

/** GET /api/v1/crashes/{id}/dump: the crash message as the device sent it. */
export const getDump: Route = (app, { store }) => {
  app.get<{ Params: { id: string } }>(`${API}/crashes/:id/dump`, async (request, reply) => {
    const project = await requestedProject(store.projects, request);
    const { id } = request.params;
    const dump = await store.reader.findDump(project.id, id as CrashId);
    if (dump === undefined) throw new NoinitError('not-found', 'this project has no such crash');
    // The id is one of ours here: it named a crash. Always a download, never something a browser shows.
    reply.header('content-disposition', `attachment; filename="crash-${id}.dump"`);
    return reply.type(DUMP_TYPE).send(Buffer.from(dump.buffer, dump.byteOffset, dump.byteLength));
  });
};
