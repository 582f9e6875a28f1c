/** The mock API inside Vite's own server: `npm run mock` shows the page with the fixture's fleet. */
import type { Connect, Plugin } from 'vite';
import { makeFleet } from './fixture/fleet.ts';
import { answerApi } from './mock-api.ts';

export function mockApi(): Plugin {
  const fleet = makeFleet(Date.now());
  const answer: Connect.NextHandleFunction = (request, response, next) => {
    if (!answerApi(request, response, (project) => (project === 'demo' ? fleet : undefined))) next();
  };
  return {
    name: 'noinit-mock-api',
    configureServer: (server) => void server.middlewares.use(answer),
    configurePreviewServer: (server) => void server.middlewares.use(answer),
  };
}
