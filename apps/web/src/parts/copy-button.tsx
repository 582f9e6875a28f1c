import { useEffect, useState } from 'react';
import { useAnnounce } from './announcer.tsx';

/** How long a button says that it has copied. */
const SHOWN_FOR = 1_600;

interface CopyButtonProps {
  /** Made only when the button is pressed. */
  readonly text: () => string;
  readonly children: string;
  readonly className?: string;
}

/** Copies text to the clipboard and says whether that worked. */
export function CopyButton({ text, children, className = 'button' }: CopyButtonProps) {
  const copy = useCopy();
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [said]);
  const press = async () => setSaid((await copy(text())) ? 'Copied' : 'Not copied');
  return (
    <button type="button" className={className} onClick={press}>
      <span className="swap" data-said={said !== undefined}>
        <span>{children}</span>
        <span aria-hidden={said === undefined}>{said ?? 'Copied'}</span>
      </span>
    </button>
  );
}

/** Copies and announces; false where the browser does not allow it. */
export function useCopy(): (text: string) => Promise<boolean> {
  const announce = useAnnounce();
  return async (text) => {
    const done = await writeClipboard(text);
    announce(done ? 'Copied.' : 'The browser did not allow copying.');
    return done;
  };
}

async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Refused, or no secure context: `navigator.clipboard` is there only for https and localhost.
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  const before = document.activeElement;
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return done;
}
