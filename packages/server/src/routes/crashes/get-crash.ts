import { API, type CrashDetail } from '@noinit/api';
import { type CrashId, NoinitError } from '@noinit/model';
import { crashDetail } from '../../answers/crash.ts';
import { readLogLines } from '../../answers/log-lines.ts';
import { readPlaces } from '../../answers/places.ts';
import { requestedProject } from '../../http/requested-project.ts';
import { originOf, type Route } from '../route.ts';

/** Log lines on a crash page. */
const LOG_LINES = 100;

/** GET /api/v1/crashes/{id} */
export const getCrash: Route = (app, { store, places }) => {
  app.get<{ Params: { id: string } }>(`${API}/crashes/:id`, async (request): Promise<CrashDetail> => {
    const project = await requestedProject(store.projects, request);
    const crash = await store.reader.findCrash(project.id, request.params.id as CrashId);
    if (crash === undefined) throw new NoinitError('not-found', 'this project has no such crash');
    const { lines, dropped } = await readLogLines(store.reader, project.id, crash.log, LOG_LINES);
    const log = { lines: lines.map(({ lineage: _lineage, boot: _boot, ...line }) => line), dropped };
    return crashDetail(crash, {
      log,
      places: await readPlaces(places, project.id, [crash.reboot]),
      origin: { project: project.id, url: originOf(app) },
    });
  });
};
