import { API, type CrashSummary, type Page } from '@noinit/api';
import { crashesQuery } from '@noinit/api/validators';
import type { IssueId } from '@noinit/model';
import { crashSummary } from '../../answers/crash.ts';
import { given, parseQuery } from '../../http/parse-query.ts';
import { requestedProject } from '../../http/requested-project.ts';
import type { Route } from '../route.ts';

/** GET /api/v1/crashes?issue=ID */
export const listCrashes: Route = (app, { store }) => {
  app.get(`${API}/crashes`, async (request): Promise<Page<CrashSummary>> => {
    const project = await requestedProject(store.projects, request);
    const { issue, ...page } = parseQuery(crashesQuery, request.query);
    const { items, next } = await store.reader.crashes(project.id, given({ ...page, issue: issue as IssueId | undefined }));
    return { items: items.map(crashSummary), next };
  });
};
