import { API, type CrashSummary, type Page } from '@noinit/api';
import type { IssueId } from '@noinit/model';
import { crashSummary } from '../../answers/crash.ts';
import { type PageQuery, parsePageRequest, single } from '../../http/page-request.ts';
import { requestedProject } from '../../http/requested-project.ts';
import type { Route } from '../route.ts';

interface CrashQuery extends PageQuery {
  readonly issue?: string;
}

/** GET /api/v1/crashes?issue=ID */
export const listCrashes: Route = (app, { store }) => {
  app.get<{ Querystring: CrashQuery }>(`${API}/crashes`, async (request): Promise<Page<CrashSummary>> => {
    const project = await requestedProject(store.projects, request);
    const { issue } = request.query;
    const { items, next } = await store.reader.crashes(project.id, {
      ...parsePageRequest(request.query),
      ...(issue === undefined ? {} : { issue: single(issue, 'issue') as IssueId }),
    });
    return { items: items.map(crashSummary), next };
  });
};
