/** Puts the parts together and listens. */
import { randomBytes } from 'node:crypto';
import { NoinitError } from '@noinit/model';
import type { Projects } from '@noinit/store';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { ServerConfig } from './config.ts';
import { type Context, closeContext, openContext } from './context.ts';
import { prepareFolder } from './data-folder.ts';
import { refuseMalformed } from './http/malformed-request.ts';
import { isOwnHost, isOwnOrigin, OWN_ADDRESS } from './http/own-host.ts';
import { servePage } from './http/page-files.ts';
import { describeRefusal, RETRY_AFTER } from './http/refusals.ts';
import { SECURITY_HEADERS } from './http/security-headers.ts';
import { MAX_BODY_BYTES } from './routes/devices/post-chunks.ts';
import { ROUTES } from './routes/index.ts';
import { originOf } from './routes/route.ts';

export interface Server extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, once it is started. */
  readonly url: string;
  /** The key of the project that this start created; undefined where the store had projects already. */
  readonly newKey: string | undefined;
  readonly projects: Projects;
  /** Opens the store and listens. Everything that an earlier process left undone goes on. */
  start(): Promise<void>;
  /** Resolves when the inbox is empty and every crash that can be explained is explained. */
  idle(): Promise<void>;
  /** Answers what is being asked, then lets go of everything. */
  close(): Promise<void>;
}

/** A percent-encoded serial is at most three times as long as its 128 bytes. */
const MAX_PARAMETER = 400;
/** Time a client may take to send one request, in milliseconds. */
const REQUEST_TIMEOUT = 120_000;

export function createServer(config: ServerConfig): Server {
  return new NoinitServer(config);
}

class NoinitServer implements Server {
  private readonly config: ServerConfig;
  private context: Context | undefined;
  private app: FastifyInstance | undefined;
  newKey: string | undefined;

  constructor(config: ServerConfig) {
    this.config = config;
  }

  get url(): string {
    return originOf(started(this.app));
  }

  get projects(): Projects {
    return started(this.context).store.projects;
  }

  async start(): Promise<void> {
    this.context = await openParts(this.config);
    try {
      this.newKey = await createFirstProject(this.config, this.projects);
      this.app = createApp(this.context);
      await this.app.listen({ host: OWN_ADDRESS, port: this.config.port });
    } catch (error) {
      await this.close();
      throw describeListen(error, this.config.port);
    }
  }

  idle(): Promise<void> {
    const { processor, rereading } = started(this.context);
    return rereading.done.then(() => processor.idle());
  }

  async close(): Promise<void> {
    const { app, context } = this;
    this.app = undefined;
    this.context = undefined;
    await app?.close();
    if (context !== undefined) await closeContext(context);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function createApp(context: Context): FastifyInstance {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT,
    clientErrorHandler: refuseMalformed,
    // A connection that is kept alive must not hold up the end.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_PARAMETER },
    // What fails before a route is found; its reply has the type of no route.
    frameworkErrors: (error, _request, reply) => void sendRefusal(reply as unknown as FastifyReply, error),
  });
  guard(app, context);
  for (const route of ROUTES) route(app, context);
  servePage(app, context.config.page);
  return app;
}

function guard(app: FastifyInstance, { config }: Context): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    const port = request.socket.localPort ?? config.port;
    const { host, origin } = request.headers;
    const isForeign = !isOwnHost(host, port) || !isOwnOrigin(origin, port);
    if (isForeign) done(new NoinitError('foreign-host', 'the request names a foreign host or comes from a foreign page'));
    else if (isEncoded(request)) done(new NoinitError('unsupported-media-type', 'the body is compressed'));
    else done();
  });
  app.setErrorHandler((error, request, reply) => {
    const status = sendRefusal(reply, error);
    if (status >= 500) config.log(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
  });
}

/** Bytes are kept as they come: what a gateway compressed on the way would be kept as damage, and acknowledged. */
function isEncoded({ headers }: FastifyRequest): boolean {
  return (headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity';
}

function sendRefusal(reply: FastifyReply, error: unknown): number {
  const { status, body } = describeRefusal(error);
  reply.headers({ ...SECURITY_HEADERS, ...(status === 503 && { 'retry-after': String(RETRY_AFTER) }) });
  reply.code(status).send(body);
  return status;
}

/** The key of the new project, undefined where there are projects already. */
async function createFirstProject({ firstProject }: ServerConfig, projects: Projects): Promise<string | undefined> {
  if ((await projects.listProjects()).length > 0) return undefined;
  const { id, name, key = randomBytes(16).toString('hex') } = firstProject;
  await projects.saveProject({ id, name });
  await projects.saveIngestKey(id, key);
  return key;
}

async function openParts(config: ServerConfig): Promise<Context> {
  await prepareFolder(config.folder);
  try {
    return await openContext(config);
  } catch (error) {
    throw describeOpen(error, config.folder);
  }
}

/** What SQLite says of files that are none of its own, or damaged ones. */
function describeOpen(error: unknown, folder: string): unknown {
  const isSqlite = error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
  return isSqlite
    ? new NoinitError('store-unsafe', `cannot open the data in ${folder}: ${error.message}`, { cause: error })
    : error;
}

function describeListen(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return new NoinitError('bad-request', `port ${port} is in use`, { cause: error });
  if (code === 'EACCES') return new NoinitError('bad-request', `port ${port} may not be listened on`, { cause: error });
  return error;
}

function started<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new TypeError('the server is not started');
  return part;
}
