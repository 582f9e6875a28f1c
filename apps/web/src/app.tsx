/** The page: what every screen shares, and which screen the address names. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type Live, LiveContext } from './data/live.ts';
import { ProjectContext } from './data/project.ts';
import { Announcer } from './parts/announcer.tsx';
import { useAddress } from './routing/location.ts';
import { parseRoute, type Route } from './routing/route.ts';
import { CrashScreen } from './screens/crash/crash-screen.tsx';
import { DeviceScreen } from './screens/device/device-screen.tsx';
import { DevicesScreen } from './screens/devices-screen.tsx';
import { IssueScreen } from './screens/issue-screen.tsx';
import { IssuesScreen } from './screens/issues-screen.tsx';
import { NotFoundScreen } from './screens/not-found-screen.tsx';
import { OverviewScreen } from './screens/overview/overview-screen.tsx';
import { ProjectsScreen } from './screens/projects-screen.tsx';
import { SymbolsScreen } from './screens/symbols-screen.tsx';
import { Shell } from './shell/shell.tsx';

const client = new QueryClient({
  // Polling is the retry. `always`: a server on this machine answers without any network.
  defaultOptions: { queries: { retry: false, networkMode: 'always' } },
});

export function App() {
  const route = parseRoute(useAddress().pathname);
  const [paused, setPaused] = useState(false);
  const live: Live = useMemo(() => ({ paused, toggle: () => setPaused((before) => !before) }), [paused]);
  return (
    <QueryClientProvider client={client}>
      <LiveContext value={live}>
        <ProjectContext value={'project' in route ? route.project : ''}>
          <Announcer>
            <Shell route={route}>
              <Screen route={route} />
            </Shell>
          </Announcer>
        </ProjectContext>
      </LiveContext>
    </QueryClientProvider>
  );
}

function Screen({ route }: { readonly route: Route }) {
  switch (route.screen) {
    case 'projects':
      return <ProjectsScreen />;
    case 'overview':
      return <OverviewScreen />;
    case 'issues':
      return <IssuesScreen />;
    case 'issue':
      return <IssueScreen id={route.issue} />;
    case 'crash':
      // No key: stepping through an issue keeps what is expanded.
      return <CrashScreen id={route.crash} />;
    case 'devices':
      return <DevicesScreen />;
    case 'device':
      return <DeviceScreen key={route.serial} serial={route.serial} />;
    case 'symbols':
      return <SymbolsScreen />;
    case 'not-found':
      return <NotFoundScreen />;
  }
}
