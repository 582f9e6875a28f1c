/** What stands around every screen: head with navigation, search and the live sign; the skip link; the shortcuts. */
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { visibleText } from '../format/text.ts';
import { useShortcuts } from '../parts/shortcuts.tsx';
import { Link } from '../routing/link.tsx';
import { navigate } from '../routing/location.ts';
import { type Route, routeHref } from '../routing/route.ts';
import { HelpDialog } from './help-dialog.tsx';
import { LiveSign } from './live-sign.tsx';
import { SearchBox } from './search-box.tsx';

const PLACES = [
  { screen: 'overview', text: 'Overview', of: ['overview'] },
  { screen: 'issues', text: 'Issues', of: ['issues', 'issue', 'crash'] },
  { screen: 'devices', text: 'Devices', of: ['devices', 'device'] },
  { screen: 'symbols', text: 'Symbols', of: ['symbols'] },
] as const;

interface ShellProps {
  readonly route: Route;
  readonly children: ReactNode;
}

export function Shell({ route, children }: ShellProps) {
  const project = 'project' in route ? route.project : undefined;
  const [isHelpOpen, setHelpOpen] = useState(false);
  useGoKeys(project, () => setHelpOpen(true));
  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <header className="top">
        <div className="top-inner">
          <Link className="brand" href={project === undefined ? '/' : routeHref({ screen: 'overview', project })}>
            <span className="brand-dot">.</span>noinit
          </Link>
          {project !== undefined && <span className="project">{visibleText(project)}</span>}
          {project !== undefined && <Places project={project} screen={route.screen} />}
          <div className="top-end">
            {project !== undefined && <SearchBox key={project} project={project} />}
            <LiveSign />
            <button type="button" className="button quiet" onClick={() => setHelpOpen(true)} aria-label="Keyboard help">
              ?
            </button>
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <HelpDialog isOpen={isHelpOpen} close={() => setHelpOpen(false)} />
    </>
  );
}

function Places({ project, screen }: { readonly project: string; readonly screen: Route['screen'] }) {
  return (
    <nav aria-label="Main">
      <ul>
        {PLACES.map((place) => (
          <li key={place.screen}>
            <Link
              href={routeHref({ screen: place.screen, project })}
              aria-current={place.of.some((name) => name === screen) ? 'page' : undefined}
            >
              {place.text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** `g` and then a letter goes to a screen; `?` opens the help. */
function useGoKeys(project: string | undefined, openHelp: () => void): void {
  const afterG = useRef(false);
  const open = useRef(openHelp);
  open.current = openHelp;
  const shortcuts = useMemo(() => {
    const go = (screen: (typeof PLACES)[number]['screen']) => () => {
      if (afterG.current && project !== undefined) navigate(routeHref({ screen, project }));
      afterG.current = false;
    };
    const startGo = () => {
      afterG.current = true;
      setTimeout(() => {
        afterG.current = false;
      }, 1_000);
    };
    return { '?': () => open.current(), g: startGo, o: go('overview'), i: go('issues'), d: go('devices'), s: go('symbols') };
  }, [project]);
  useShortcuts(shortcuts);
}
