import { API, type DeviceDetail } from '@noinit/api';
import { NoinitError } from '@noinit/model';
import { deviceDetail } from '../../answers/device.ts';
import { readLogLines } from '../../answers/log-lines.ts';
import { readPlaces } from '../../answers/places.ts';
import { requestedProject } from '../../http/requested-project.ts';
import { parseSerial } from '../../http/serial.ts';
import type { Route } from '../route.ts';

/** Log lines on a device page. */
const LOG_LINES = 200;

/** GET /api/v1/devices/{serial} */
export const getDevice: Route = (app, { store, places }) => {
  app.get<{ Params: { serial: string } }>(`${API}/devices/:serial`, async (request): Promise<DeviceDetail> => {
    const project = await requestedProject(store.projects, request);
    const device = await store.reader.findDevice(project.id, parseSerial(request.params.serial));
    if (device === undefined) throw new NoinitError('not-found', 'this project has no such device');
    const { lines } = await readLogLines(store.reader, project.id, device.log, LOG_LINES);
    const ends = device.bootList.map(({ ended }) => ended);
    return deviceDetail(device, { log: lines, places: await readPlaces(places, project.id, ends) });
  });
};
