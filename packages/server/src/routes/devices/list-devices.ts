import { API, type DeviceSummary, type Page } from '@noinit/api';
import { devicesQuery } from '@noinit/api/validators';
import { deviceSummary } from '../../answers/device.ts';
import { given, parseQuery } from '../../http/parse-query.ts';
import { requestedProject } from '../../http/requested-project.ts';
import type { Route } from '../route.ts';

/** GET /api/v1/devices?search= */
export const listDevices: Route = (app, { store }) => {
  app.get(`${API}/devices`, async (request): Promise<Page<DeviceSummary>> => {
    const project = await requestedProject(store.projects, request);
    const { items, next } = await store.reader.devices(project.id, given(parseQuery(devicesQuery, request.query)));
    return { items: items.map(deviceSummary), next };
  });
};
