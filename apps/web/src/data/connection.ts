/** Whether the newest questions reached the server, for the sign in the page's head. */
import { useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { Refusal } from './client.ts';

/** False once any query on the screen failed to reach the server. */
export function useIsConnected(): boolean {
  const cache = useQueryClient().getQueryCache();
  return useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () => !cache.findAll({ type: 'active' }).some((query) => isUnreachable(query.state.error)),
  );
}

function isUnreachable(error: Error | null): boolean {
  return error instanceof Refusal && (error.code === 'unreachable' || error.code === 'bad-answer');
}
