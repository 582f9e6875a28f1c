import { useEffect, useRef } from 'react';
import { useIsConnected } from '../data/connection.ts';
import { useLive } from '../data/live.ts';
import { useAnnounce } from '../parts/announcer.tsx';

/** Says whether the page follows the server, and lets it be paused. */
export function LiveSign() {
  const { paused, toggle } = useLive();
  const connected = useIsConnected();
  useAnnouncedConnection(connected);
  const state = paused ? 'paused' : connected ? 'live' : 'no answer';
  return (
    <button
      type="button"
      className={`button quiet live ${state === 'no answer' ? 'lost' : state}`}
      aria-pressed={paused}
      aria-label="Pause live updates"
      title={paused ? 'Updates are paused. Press to follow again.' : 'The page follows the server. Press to pause.'}
      onClick={toggle}
    >
      <span className="live-dot" aria-hidden="true" />
      <span aria-hidden="true">{state}</span>
    </button>
  );
}

function useAnnouncedConnection(connected: boolean): void {
  const announce = useAnnounce();
  const before = useRef(connected);
  useEffect(() => {
    if (before.current === connected) return;
    before.current = connected;
    announce(connected ? 'The server answers again.' : 'The server does not answer. What you see may be old.');
  }, [announce, connected]);
}
