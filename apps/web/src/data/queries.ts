/** What the screens ask the server, each as a query that stays fresh while the page is visible. */
import {
  type CrashDetail,
  type CrashSummary,
  type DeviceDetail,
  type DeviceSummary,
  type IssueSummary,
  type MissingSymbols,
  type Overview,
  type Page,
  type ProjectSummary,
  path,
  type SymbolFile,
} from '@noinit/api';
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { fetchAnswer } from './client.ts';
import { POLL_INTERVAL, SETTLED_INTERVAL, useLive } from './live.ts';
import { useProject } from './project.ts';

/** A list as far as it was asked for. */
export interface List<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
  readonly showMore: () => void;
}

/** An answer, or why there is none yet. */
export interface Answer<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
}

export const useProjects = () => useAnswer<Page<ProjectSummary>>(path.projects());
export const useOverview = () => useAnswer<Overview>(path.overview());
export const useIssue = (id: string) => useAnswer<IssueSummary>(path.issue(id));
export const useDevice = (serial: string) => useAnswer<DeviceDetail>(path.device(serial));
export const useIssues = () => useList<IssueSummary>(path.issues());
export const useCrashes = (issue: string) => useList<CrashSummary>(path.crashes(issue));
export const useDevices = (search?: string) => useList<DeviceSummary>(path.devices(search));
export const useSymbols = () => useList<SymbolFile>(path.symbols());
export const useMissingSymbols = () => useList<MissingSymbols>(path.missingSymbols());

/** A crash; its neighbours in the issue are fetched ahead, so that stepping through an issue does not wait. */
export function useCrash(id: string): Answer<CrashDetail> {
  const project = useProject();
  const client = useQueryClient();
  const answer = useAnswer<CrashDetail>(path.crash(id), crashPace);
  const { previous, next } = answer.data ?? { previous: null, next: null };
  useEffect(() => {
    for (const neighbour of [previous, next]) {
      if (neighbour === null) continue;
      void client.prefetchQuery(question(project, path.crash(neighbour)));
    }
  }, [client, project, previous, next]);
  return answer;
}

/** What the search box asked for. `isComplete` once both answers for this very text are here. */
export interface FoundByText {
  readonly devices: readonly DeviceSummary[];
  readonly issues: readonly IssueSummary[];
  readonly isComplete: boolean;
}

/** Devices and issues for the search box, asked once per text and not polled. */
export function useFound(text: string): FoundByText {
  const project = useProject();
  const wanted = project !== '' && text !== '';
  // What was found for the text before stands until the new answer comes: no flicker, and Enter works at any speed.
  const once = { enabled: wanted, staleTime: POLL_INTERVAL, placeholderData: keepPreviousData };
  const devices = useQuery<Page<DeviceSummary>>({ ...question(project, path.devices(text)), ...once });
  const issues = useQuery<Page<IssueSummary>>({ ...question(project, path.issues()), ...once });
  const isComplete = !devices.isPending && !devices.isPlaceholderData && !issues.isPending;
  return { devices: devices.data?.items ?? [], issues: issues.data?.items ?? [], isComplete };
}

/** An explained crash whose end is known changes only when its issue grows; its trace may be large. */
function crashPace(crash: CrashDetail | undefined): number {
  const isSettled = crash?.explained === true && crash.reboot !== null;
  return isSettled ? SETTLED_INTERVAL : POLL_INTERVAL;
}

function useAnswer<Data>(url: string, pace: (data: Data | undefined) => number = () => POLL_INTERVAL): Answer<Data> {
  const project = useProject();
  const { paused } = useLive();
  const { data, error } = useQuery({
    ...question<Data>(project, url),
    refetchInterval: (query) => (paused ? false : pace(query.state.data)),
  });
  return { data, error };
}

function useList<Item>(url: string): Answer<List<Item>> {
  const project = useProject();
  const { paused } = useLive();
  const query = useInfiniteQuery({
    queryKey: [project, 'list', url],
    queryFn: ({ pageParam, signal }) => fetchAnswer<Page<Item>>(project, withCursor(url, pageParam), signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    refetchInterval: paused ? false : POLL_INTERVAL,
  });
  const data = query.data && {
    items: query.data.pages.flatMap((page) => page.items),
    hasMore: query.hasNextPage,
    showMore: () => void query.fetchNextPage(),
  };
  return { data, error: query.error };
}

function question<Data>(project: string, url: string) {
  return {
    queryKey: [project, url],
    queryFn: ({ signal }: { signal: AbortSignal }) => fetchAnswer<Data>(project, url, signal),
  };
}

function withCursor(url: string, cursor: string | null): string {
  if (cursor === null) return url;
  return `${url}${url.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
}
