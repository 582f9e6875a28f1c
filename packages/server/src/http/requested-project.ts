/** Which project a request is about. */
import { PROJECT_HEADER } from '@noinit/api';
import { NoinitError, projectId } from '@noinit/model';
import type { Project, Projects } from '@noinit/store';
import type { FastifyRequest } from 'fastify';

/** Taken where a request names none and there are several. */
const DEMO_PROJECT = 'demo';

/** The project named by the header; without it the only one, or `demo`. NoinitError `unknown-project`. */
export async function requestedProject(projects: Projects, request: FastifyRequest): Promise<Project> {
  const named = request.headers[PROJECT_HEADER];
  if (named === undefined) return unnamedProject(projects);
  const id = typeof named === 'string' ? projectId(named) : undefined;
  const project = id === undefined ? undefined : await projects.findProject(id);
  if (project === undefined) throw new NoinitError('unknown-project', 'there is no project of that name');
  return project;
}

async function unnamedProject(projects: Projects): Promise<Project> {
  const all = await projects.listProjects();
  const project = all.length === 1 ? all[0] : all.find((one) => one.id === DEMO_PROJECT);
  if (project === undefined) throw new NoinitError('unknown-project', 'the request names no project, and there are several');
  return project;
}
