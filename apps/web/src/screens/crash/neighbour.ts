import { routeHref } from '../../routing/route.ts';

/** A neighbour in the issue with the same stack frame and variable selected. */
export function neighbourHref(project: string, crash: string): string {
  return routeHref({ screen: 'crash', project, crash }) + location.search;
}
