/** The page with the fixture's fleet behind it: for work on the screens, without a server. */
import { type Connect, defineConfig, mergeConfig, type Plugin } from 'vite';
import page from '../vite.config.ts';
import { makeFleet } from './fixture/fleet.ts';
import { answerApi } from './mock-api.ts';

export default mergeConfig(page, defineConfig({ plugins: [mockApi()] }));

function mockApi(): Plugin {
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
