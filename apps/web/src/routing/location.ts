/** The address bar as a React store: screens read it, links and shortcuts change it. */
import { useSyncExternalStore } from 'react';

const CHANGED = 'noinit:location';

/** Path and query of the current address; the component renders again when it changes. */
export function useAddress(): { readonly pathname: string; readonly query: URLSearchParams } {
  const address = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const url = new URL(address, location.origin);
  return { pathname: url.pathname, query: url.searchParams };
}

/** Goes to an address of this page. `replace` keeps one entry in the history, for what is selected within a screen. */
export function navigate(href: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'replace') history.replaceState(null, '', href);
  else {
    history.pushState(null, '', href);
    scrollTo(0, 0);
  }
  dispatchEvent(new Event(CHANGED));
}

/** The current address with some query parameters set, or removed where the value is undefined. */
export function hrefWith(parameters: { readonly [name: string]: string | undefined }): string {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return text === '' ? location.pathname : `${location.pathname}?${text}`;
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(CHANGED, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(CHANGED, listener);
  };
}
