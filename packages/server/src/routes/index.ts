/** All routes of the API. */
import { getCrash } from './crashes/get-crash.ts';
import { getDump } from './crashes/get-dump.ts';
import { listCrashes } from './crashes/list-crashes.ts';
import { getDevice } from './devices/get-device.ts';
import { listDevices } from './devices/list-devices.ts';
import { postChunks } from './devices/post-chunks.ts';
import { getIssue } from './issues/get-issue.ts';
import { listIssues } from './issues/list-issues.ts';
import { getOverview } from './overview/get-overview.ts';
import { listProjects } from './projects/list-projects.ts';
import type { Route } from './route.ts';
import { listSymbols } from './symbols/list-symbols.ts';
import { putSymbols } from './symbols/put-symbols.ts';

export const ROUTES: readonly Route[] = [
  getOverview,
  listProjects,
  listIssues,
  getIssue,
  listCrashes,
  getCrash,
  getDump,
  listDevices,
  getDevice,
  postChunks,
  listSymbols,
  putSymbols,
];
