/** What a server is started with: typed, complete, checked. */
import { NoinitError, type ProjectId, projectId } from '@noinit/model';
import type { ServerEnv } from './env.ts';
import { DEFAULT_LIMITS, type ExplainerLimits } from './explainer/limits.ts';
import { OWN_ADDRESS } from './http/own-host.ts';

export interface ServerConfig {
  /** Everything the server keeps stands here. One process at a time. */
  readonly folder: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The built page (apps/web/dist). Without it only the API is served. */
  readonly page: string | undefined;
  /** The project that an empty store starts with. */
  readonly firstProject: FirstProject;
  readonly explainer: ExplainerLimits;
  /** Told what an operator should know, one line each. */
  readonly log: (line: string) => void;
}

export interface FirstProject {
  readonly id: ProjectId;
  readonly name: string;
  /** What its devices send with. Drawn at random where it is not given. */
  readonly key: string | undefined;
}

export interface ConfigOptions {
  readonly folder?: string;
  readonly host?: string;
  readonly port?: number;
  readonly page?: string;
  readonly project?: { readonly id: string; readonly name?: string; readonly key?: string };
  readonly explainer?: Partial<ExplainerLimits>;
  readonly log?: (line: string) => void;
}

const DEFAULT_PORT = 7474;
const DEFAULT_FOLDER = 'noinit-data';
const DEFAULT_PROJECT = 'default';

/** Options first, then the environment, then defaults. NoinitError `bad-request` where a value cannot be used. */
export function makeConfig(options: ConfigOptions, env: ServerEnv): ServerConfig {
  checkHost(options.host ?? env.host ?? OWN_ADDRESS);
  return {
    folder: options.folder ?? env.data ?? DEFAULT_FOLDER,
    port: options.port ?? parsePort(env.port),
    page: options.page,
    firstProject: makeFirstProject(options.project),
    explainer: { ...DEFAULT_LIMITS, ...options.explainer },
    log: options.log ?? (() => undefined),
  };
}

/** A port number as text, 0 to 65535. */
export function parsePort(text: string | undefined): number {
  if (text === undefined) return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new NoinitError('bad-request', `not a port number: ${text}`);
  return port;
}

/** Nobody is asked who they are yet, so nobody from outside may ask. */
function checkHost(host: string): void {
  if (host === OWN_ADDRESS || host === 'localhost') return;
  throw new NoinitError('bad-request', `the server listens on ${OWN_ADDRESS} only until it has sign-in, not on ${host}`);
}

function makeFirstProject(project: ConfigOptions['project']): FirstProject {
  const text = project?.id ?? DEFAULT_PROJECT;
  const id = projectId(text);
  if (id === undefined) throw new NoinitError('bad-request', `not a project name: ${text} (a-z, 0-9 and -, at most 40)`);
  return { id, name: project?.name ?? text, key: project?.key };
}
