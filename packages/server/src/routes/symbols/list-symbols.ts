import { API, type MissingSymbols, type Page, type SymbolFile } from '@noinit/api';
import { symbolsQuery } from '@noinit/api/validators';
import { missingSymbols, symbolFile } from '../../answers/symbols.ts';
import { given, parseQuery } from '../../http/parse-query.ts';
import { requestedProject } from '../../http/requested-project.ts';
import { originOf, type Route } from '../route.ts';

/** GET /api/v1/symbols, and with `?missing` the builds that crashes wait for. */
export const listSymbols: Route = (app, { store }) => {
  app.get(`${API}/symbols`, async (request): Promise<Page<SymbolFile> | Page<MissingSymbols>> => {
    const project = await requestedProject(store.projects, request);
    const { missing, ...query } = parseQuery(symbolsQuery, request.query);
    const page = given(query);
    if (missing === undefined) {
      const { items, next } = await store.reader.symbols(project.id, page);
      return { items: items.map(symbolFile), next };
    }
    const { items, next } = await store.reader.missingSymbols(project.id, page);
    const origin = { project: project.id, url: originOf(app) };
    return { items: items.map((row) => missingSymbols(row, origin)), next };
  });
};
