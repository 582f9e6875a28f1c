/** Whether the page keeps asking the server for news. Anybody may pause it (WCAG 2.2.2). */
import { createContext, useContext } from 'react';

/** Milliseconds between two questions while the page is visible. */
export const POLL_INTERVAL = 2_000;

/** The same for what hardly changes any more. */
export const SETTLED_INTERVAL = 10_000;

export interface Live {
  readonly paused: boolean;
  readonly toggle: () => void;
}

export const LiveContext = createContext<Live>({ paused: false, toggle: () => {} });

export function useLive(): Live {
  return useContext(LiveContext);
}
