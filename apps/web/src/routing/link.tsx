import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { navigate } from './location.ts';

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly href: string;
  /** Change the current history entry instead of adding one. */
  readonly replace?: boolean;
}

/** A link to another address of this page. New tab, new window and copy work as with any link. */
export function Link({ href, replace = false, ...anchor }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    const forBrowser = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (forBrowser || event.defaultPrevented) return;
    event.preventDefault();
    navigate(href, replace ? 'replace' : 'push');
  };
  return <a {...anchor} href={href} onClick={follow} />;
}
