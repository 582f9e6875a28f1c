import { API, type MissingSymbols, type Page, type SymbolFile } from '@noinit/api';
import { missingSymbols, symbolFile } from '../../answers/symbols.ts';
import { type PageQuery, parsePageRequest } from '../../http/page-request.ts';
import { requestedProject } from '../../http/requested-project.ts';
import { originOf, type Route } from '../route.ts';

interface SymbolQuery extends PageQuery {
  readonly missing?: string;
}

/** GET /api/v1/symbols, and with `?missing` the builds that crashes wait for. */
export const listSymbols: Route = (app, { store }) => {
  app.get<{ Querystring: SymbolQuery }>(`${API}/symbols`, async (request): Promise<Page<SymbolFile> | Page<MissingSymbols>> => {
    const project = await requestedProject(store.projects, request);
    const page = parsePageRequest(request.query);
    if (request.query.missing === undefined) {
      const { items, next } = await store.reader.symbols(project.id, page);
      return { items: items.map(symbolFile), next };
    }
    const { items, next } = await store.reader.missingSymbols(project.id, page);
    const origin = { project: project.id, url: originOf(app) };
    return { items: items.map((row) => missingSymbols(row, origin)), next };
  });
};
