import { API, type IssueSummary, type Page } from '@noinit/api';
import { listQuery } from '@noinit/api/validators';
import { issueSummary } from '../../answers/issue.ts';
import { given, parseQuery } from '../../http/parse-query.ts';
import { requestedProject } from '../../http/requested-project.ts';
import type { Route } from '../route.ts';

/** GET /api/v1/issues */
export const listIssues: Route = (app, { store }) => {
  app.get(`${API}/issues`, async (request): Promise<Page<IssueSummary>> => {
    const project = await requestedProject(store.projects, request);
    const { items, next } = await store.reader.issues(project.id, given(parseQuery(listQuery, request.query)));
    return { items: items.map(issueSummary), next };
  });
};
