/** What the search box lists for a text: devices first, an exact serial before all others. */
import type { DeviceSummary, IssueSummary } from '@noinit/api';
import { routeHref } from '../routing/route.ts';

/** More than these are not listed; a longer text finds fewer. */
const MAX_DEVICES = 8;
const MAX_ISSUES = 5;

export interface Match {
  readonly kind: 'device' | 'issue';
  readonly name: string;
  readonly href: string;
  readonly crashes: number;
}

export interface Found {
  readonly devices: readonly DeviceSummary[];
  readonly issues: readonly IssueSummary[];
}

export function matches(project: string, text: string, found: Found): readonly Match[] {
  const wanted = text.toLowerCase();
  const devices = found.devices
    .filter(({ serial }) => serial.toLowerCase().includes(wanted))
    .toSorted((a, b) => rank(a.serial, wanted) - rank(b.serial, wanted))
    .slice(0, MAX_DEVICES);
  const issues = found.issues.filter((issue) => issueText(issue).includes(wanted)).slice(0, MAX_ISSUES);
  return [
    ...devices.map(({ serial, crashes }) => ({
      kind: 'device' as const,
      name: serial,
      href: routeHref({ screen: 'device', project, serial }),
      crashes,
    })),
    ...issues.map(({ id, title, crashes }) => ({
      kind: 'issue' as const,
      name: title,
      href: routeHref({ screen: 'issue', project, issue: id }),
      crashes,
    })),
  ];
}

/** 0 the very serial, 1 begins with the text, 2 has it somewhere. */
function rank(serial: string, wanted: string): number {
  const lower = serial.toLowerCase();
  if (lower === wanted) return 0;
  return lower.startsWith(wanted) ? 1 : 2;
}

/** An issue is found by its title, its function and its file. */
function issueText(issue: IssueSummary): string {
  return [issue.title, issue.where?.function ?? '', issue.where?.file ?? ''].join('\n').toLowerCase();
}
