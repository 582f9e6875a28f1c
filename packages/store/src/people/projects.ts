/** Tenants and the keys that devices send with. */
import type { ProjectId } from '@noinit/model';

export interface Project {
  readonly id: ProjectId;
  readonly name: string;
}

export interface Projects {
  /** Creates the project, or renames it. */
  saveProject(project: Project): Promise<void>;
  /** By id, in order. */
  listProjects(): Promise<readonly Project[]>;
  findProject(id: ProjectId): Promise<Project | undefined>;
  /** Lets `key` send into the project. Only its SHA-256 is stored. A key names one project: NoinitError `bad-request` if it names another. */
  saveIngestKey(project: ProjectId, key: string): Promise<void>;
  findProjectByKey(key: string): Promise<Project | undefined>;
}
