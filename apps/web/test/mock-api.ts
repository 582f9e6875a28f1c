/** The HTTP contract answered from a fixture: what the page is tested against without a server. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { API, type ApiError, DUMP_TYPE, type Page, PROJECT_HEADER } from '@noinit/api';
import { summaryOf } from './fixture/crashes.ts';
import type { Fleet } from './fixture/fleet.ts';

/** Items a page of a list; small, so that "show more" is met. */
const PAGE = 50;

/** Answers a request under /api/v1; false for any other path. `fleet` is asked each time, so a test may change it. */
export function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  fleet: (project: string) => Fleet | undefined,
): boolean {
  const url = new URL(request.url ?? '/', 'http://mock');
  if (!url.pathname.startsWith(`${API}/`)) return false;
  if (url.pathname === `${API}/projects`) {
    sendJson(response, 200, { items: [{ id: 'demo', name: 'demo' }], next: null });
    return true;
  }
  const own = fleet(String(request.headers[PROJECT_HEADER] ?? ''));
  if (own === undefined) refuse(response, 404, 'unknown-project', 'No project has this name.');
  else answerProject(url, response, own);
  return true;
}

function answerProject(url: URL, response: ServerResponse, fleet: Fleet): void {
  const [list = '', id, part] = url.pathname
    .slice(API.length + 1)
    .split('/')
    .map(decodeURIComponent);
  if (list === 'crashes' && part === 'dump') {
    response.writeHead(200, { 'content-type': DUMP_TYPE }).end(Buffer.from('dump'));
    return;
  }
  const answer = id === undefined ? readList(url, list, fleet) : readItem(list, id, fleet);
  if (answer === undefined) refuse(response, 404, 'not-found', `There is no ${id ?? list}.`);
  else sendJson(response, 200, answer);
}

function readList(url: URL, list: string, fleet: Fleet): unknown {
  const search = url.searchParams.get('search')?.toLowerCase() ?? '';
  const issue = url.searchParams.get('issue');
  switch (list) {
    case 'overview':
      return fleet.overview;
    case 'issues':
      return page(url, fleet.issues);
    case 'devices':
      return page(
        url,
        fleet.devices.filter(({ serial }) => serial.toLowerCase().includes(search)),
      );
    case 'crashes':
      return page(url, fleet.crashes.filter((crash) => issue === null || crash.issue === issue).map(summaryOf));
    case 'symbols':
      return url.searchParams.has('missing') ? page(url, fleet.missing) : page(url, fleet.symbols);
    default:
      return undefined;
  }
}

function readItem(list: string, id: string, fleet: Fleet): unknown {
  if (list === 'issues') return fleet.issues.find((issue) => issue.id === id);
  if (list === 'crashes') return fleet.crashes.find((crash) => crash.id === id);
  return list === 'devices' ? fleet.devices.find(({ serial }) => serial === id) : undefined;
}

function page<Item>(url: URL, items: readonly Item[]): Page<Item> {
  const start = Number(url.searchParams.get('cursor') ?? 0);
  const end = start + PAGE;
  return { items: items.slice(start, end), next: end < items.length ? String(end) : null };
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const body: ApiError = { error: { code, message } };
  sendJson(response, status, body);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
