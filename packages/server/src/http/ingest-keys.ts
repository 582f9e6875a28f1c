/** Which project a key sends into, without asking the store for every request. */
import { KEY_HEADER } from '@noinit/api';
import { NoinitError, type ProjectId } from '@noinit/model';
import type { Projects } from '@noinit/store';
import type { FastifyRequest } from 'fastify';

/** A key that is taken away stops working within this time, in milliseconds. */
const TRUST = 5_000;
/** Only keys that exist are remembered, so strangers cannot fill this. */
const MAX_REMEMBERED = 10_000;
const MAX_KEY_LENGTH = 200;

export class IngestKeys {
  private readonly projects: Projects;
  private readonly remembered = new Map<string, { readonly project: ProjectId; readonly until: number }>();

  constructor(projects: Projects) {
    this.projects = projects;
  }

  /** The project of the request's key. NoinitError `unknown-key`. */
  projectOf(request: FastifyRequest): ProjectId | Promise<ProjectId> {
    const key = request.headers[KEY_HEADER];
    if (typeof key !== 'string' || key === '') throw new NoinitError('unknown-key', 'the request carries no project key');
    const known = this.remembered.get(key);
    return known !== undefined && known.until > Date.now() ? known.project : this.ask(key);
  }

  private async ask(key: string): Promise<ProjectId> {
    this.remembered.delete(key);
    const project = key.length > MAX_KEY_LENGTH ? undefined : await this.projects.findProjectByKey(key);
    if (project === undefined) throw new NoinitError('unknown-key', 'no project has this key');
    if (this.remembered.size >= MAX_REMEMBERED) this.remembered.clear();
    this.remembered.set(key, { project: project.id, until: Date.now() + TRUST });
    return project.id;
  }
}
