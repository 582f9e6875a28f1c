import { API, type Page, type ProjectSummary } from '@noinit/api';
import type { Route } from '../route.ts';

/** GET /api/v1/projects */
export const listProjects: Route = (app, { store }) => {
  app.get(`${API}/projects`, async (): Promise<Page<ProjectSummary>> => {
    const projects = await store.projects.listProjects();
    return { items: projects.map(({ id, name }) => ({ id, name })), next: null };
  });
};
