/** The page's addresses. Every screen is one, and starts with the project: `/p/{project}/…`. */

export type Route =
  | { readonly screen: 'projects' }
  | { readonly screen: 'overview'; readonly project: string }
  | { readonly screen: 'issues'; readonly project: string }
  | { readonly screen: 'issue'; readonly project: string; readonly issue: string }
  | { readonly screen: 'crash'; readonly project: string; readonly crash: string }
  | { readonly screen: 'devices'; readonly project: string }
  | { readonly screen: 'device'; readonly project: string; readonly serial: string }
  | { readonly screen: 'symbols'; readonly project: string }
  | { readonly screen: 'not-found' };

/** Reads a URL's path. A path that is no screen's, or is not valid percent encoding, is `not-found`. */
export function parseRoute(pathname: string): Route {
  const parts = decodeParts(pathname);
  if (parts === undefined) return { screen: 'not-found' };
  if (parts.length === 0) return { screen: 'projects' };
  const [head, project, list, id] = parts;
  if (head !== 'p' || project === undefined || parts.length > 4) return { screen: 'not-found' };
  if (list === undefined) return { screen: 'overview', project };
  return id === undefined ? listRoute(project, list) : itemRoute(project, list, id);
}

/** The path of a screen: what `parseRoute` reads back as the same route. */
export function routeHref(route: Exclude<Route, { screen: 'not-found' }>): string {
  if (route.screen === 'projects') return '/';
  const base = `/p/${encodePart(route.project)}`;
  switch (route.screen) {
    case 'overview':
      return base;
    case 'issue':
      return `${base}/issues/${encodePart(route.issue)}`;
    case 'crash':
      return `${base}/crashes/${encodePart(route.crash)}`;
    case 'device':
      return `${base}/devices/${encodePart(route.serial)}`;
    default:
      return `${base}/${route.screen}`;
  }
}

function listRoute(project: string, list: string): Route {
  if (list === 'issues' || list === 'devices' || list === 'symbols') return { screen: list, project };
  return { screen: 'not-found' };
}

function itemRoute(project: string, list: string, id: string): Route {
  if (list === 'issues') return { screen: 'issue', project, issue: id };
  if (list === 'crashes') return { screen: 'crash', project, crash: id };
  if (list === 'devices') return { screen: 'device', project, serial: id };
  return { screen: 'not-found' };
}

function decodeParts(pathname: string): string[] | undefined {
  try {
    return pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    // Only malformed percent encoding throws here.
    return undefined;
  }
}

/** A lone surrogate has no UTF-8 form and would make encodeURIComponent throw. */
function encodePart(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}
