/** A real server for one test: real store, real explainer process, real HTTP. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHUNKS_TYPE, KEY_HEADER, type Page, PROJECT_HEADER, path } from '@noinit/api';
import { type ProjectId, projectId } from '@noinit/model';
import { joinChunks } from '@noinit/wire/encode';
import { onTestFinished } from 'vitest';
import { type ConfigOptions, createServer, makeConfig, readEnv, type Server } from '../src/index.ts';

export const KEY = 'key-of-demo';
export const PROJECT = 'demo';

export class RunningServer {
  readonly server: Server;
  readonly folder: string;
  readonly events: string[];

  constructor(server: Server, folder: string, events: string[]) {
    this.server = server;
    this.folder = folder;
    this.events = events;
  }

  get url(): string {
    return this.server.url;
  }

  async close(): Promise<void> {
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  post(serial: string, chunks: readonly Uint8Array[], key = KEY): Promise<Response> {
    const headers = { [KEY_HEADER]: key, 'content-type': CHUNKS_TYPE };
    return fetch(this.url + path.chunks(serial), { method: 'POST', headers, body: joinChunks(chunks) });
  }

  upload(elf: Uint8Array, project = PROJECT): Promise<Response> {
    const headers = { [PROJECT_HEADER]: project, 'content-type': 'application/octet-stream' };
    return fetch(this.url + path.symbols(), { method: 'PUT', headers, body: elf });
  }

  async get<Answer>(url: string, project = PROJECT): Promise<Answer> {
    const response = await fetch(this.url + url, { headers: { [PROJECT_HEADER]: project } });
    return (await response.json()) as Answer;
  }

  async status(url: string, project = PROJECT): Promise<number> {
    const response = await fetch(this.url + url, { headers: { [PROJECT_HEADER]: project } });
    await response.arrayBuffer();
    return response.status;
  }

  /** Every item of a list, all pages. */
  async list<Item>(url: string, project = PROJECT): Promise<Item[]> {
    const items: Item[] = [];
    let next: string | null = '';
    while (next !== null) {
      const cursor: string = next === '' ? '' : `${url.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(next)}`;
      const page: Page<Item> = await this.get(url + cursor, project);
      items.push(...page.items);
      next = page.next;
    }
    return items;
  }

  /** A project with a key of its own. */
  async addProject(name: string, key: string): Promise<ProjectId> {
    const id = projectId(name);
    if (id === undefined) throw new TypeError(`not a project name: ${name}`);
    await this.server.projects.saveProject({ id, name });
    await this.server.projects.saveIngestKey(id, key);
    return id;
  }
}

/** A server in a temporary folder that ends with the test. */
export async function startServer(options: ConfigOptions = {}): Promise<RunningServer> {
  const running = await launchServer(options);
  onTestFinished(() => running.close());
  return running;
}

/** A server in a temporary folder, for several tests; whoever starts it closes it. */
export async function launchServer(options: ConfigOptions = {}): Promise<RunningServer> {
  // A configuration that is refused leaves no folder behind.
  makeConfig(options, readEnv({}));
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'noinit-server-')));
  const events: string[] = [];
  const project = { id: PROJECT, key: KEY };
  const config = { folder, port: 0, project, log: (line: string) => void events.push(line), ...options };
  const server = createServer(makeConfig(config, readEnv({})));
  await server.start();
  return new RunningServer(server, folder, events);
}

/** An ELF file of fixtures/elf. */
export function readFixture(name: string): Promise<Uint8Array> {
  return readFile(new URL(`../../../fixtures/elf/${name}`, import.meta.url));
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A request with headers that `fetch` does not let through, or a body that is cut after it was promised. */
export function sendRaw(
  url: string,
  options: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: Uint8Array;
    readonly cut?: boolean;
  },
): Promise<RawAnswer> {
  const { body, cut = false, ...rest } = options;
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, ...rest }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces).toString() }),
      );
    });
    sent.on('error', reject);
    if (body !== undefined) sent.write(body);
    if (cut) setTimeout(() => sent.destroy(new Error('cut')), 50);
    else sent.end();
  });
}

/** Bytes as they are, to a connection of their own; gives everything that comes back until it is closed. */
export function sendText(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (piece: Buffer) => {
      answer += piece.toString('latin1');
    });
    // A refusal may come before all is sent: what was answered until then counts.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
    socket.write(text, 'latin1');
  });
}
