import { API, type DeviceSummary, type Page } from '@noinit/api';
import { deviceSummary } from '../../answers/device.ts';
import { type PageQuery, parsePageRequest, single } from '../../http/page-request.ts';
import { requestedProject } from '../../http/requested-project.ts';
import type { Route } from '../route.ts';

interface DeviceQuery extends PageQuery {
  readonly search?: string;
}

/** GET /api/v1/devices?search= */
export const listDevices: Route = (app, { store }) => {
  app.get<{ Querystring: DeviceQuery }>(`${API}/devices`, async (request): Promise<Page<DeviceSummary>> => {
    const project = await requestedProject(store.projects, request);
    const { search } = request.query;
    const { items, next } = await store.reader.devices(project.id, {
      ...parsePageRequest(request.query),
      ...(search === undefined ? {} : { search: single(search, 'search') }),
    });
    return { items: items.map(deviceSummary), next };
  });
};
