import { API, type IssueSummary } from '@noinit/api';
import { type IssueId, NoinitError } from '@noinit/model';
import { issueSummary } from '../../answers/issue.ts';
import { requestedProject } from '../../http/requested-project.ts';
import type { Route } from '../route.ts';

/** GET /api/v1/issues/{id} */
export const getIssue: Route = (app, { store }) => {
  app.get<{ Params: { id: string } }>(`${API}/issues/:id`, async (request): Promise<IssueSummary> => {
    const project = await requestedProject(store.projects, request);
    const issue = await store.reader.findIssue(project.id, request.params.id as IssueId);
    if (issue === undefined) throw new NoinitError('not-found', 'this project has no such issue');
    return issueSummary(issue);
  });
};
