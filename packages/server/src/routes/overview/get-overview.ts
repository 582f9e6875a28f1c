import { API, type Overview } from '@noinit/api';
import { overviewAnswer } from '../../answers/overview.ts';
import { requestedProject } from '../../http/requested-project.ts';
import type { Route } from '../route.ts';

/** GET /api/v1/overview */
export const getOverview: Route = (app, { store }) => {
  app.get(`${API}/overview`, async (request): Promise<Overview> => {
    const project = await requestedProject(store.projects, request);
    return overviewAnswer(await store.reader.overview(project.id));
  });
};
