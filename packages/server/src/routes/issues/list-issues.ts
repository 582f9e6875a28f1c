import { API, type IssueSummary, type Page } from '@noinit/api';
import { issueSummary } from '../../answers/issue.ts';
import { type PageQuery, parsePageRequest } from '../../http/page-request.ts';
import { requestedProject } from '../../http/requested-project.ts';
import type { Route } from '../route.ts';

/** GET /api/v1/issues */
export const listIssues: Route = (app, { store }) => {
  app.get<{ Querystring: PageQuery }>(`${API}/issues`, async (request): Promise<Page<IssueSummary>> => {
    const project = await requestedProject(store.projects, request);
    const { items, next } = await store.reader.issues(project.id, parsePageRequest(request.query));
    return { items: items.map(issueSummary), next };
  });
};
