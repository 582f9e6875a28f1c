import { useEffect, useId, useRef } from 'react';
import { useShortcutSetting } from '../parts/shortcuts.tsx';

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['/ or Ctrl K', 'search devices and issues'],
  ['g o · g i · g d · g s', 'go to overview, issues, devices, symbols'],
  ['j k', 'outer, inner stack frame'],
  ['[ ]', 'previous, next crash of the issue'],
  ['c t', 'copy the crash as Markdown, as text'],
  ['y', 'copy the address of what you see'],
  ['← → ↑ ↓ *', 'in variables: close, open, move, open all beside'],
  ['?', 'this help'],
];

interface HelpDialogProps {
  readonly isOpen: boolean;
  readonly close: () => void;
}

/** The keys, and the switch that turns single keys off. */
export function HelpDialog({ isOpen, close }: HelpDialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [single, setSingle] = useShortcutSetting();
  useEffect(() => {
    if (isOpen) ref.current?.showModal();
    else ref.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={ref} onClose={close} aria-labelledby={id}>
      <h2 id={id}>Keyboard</h2>
      <dl className="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label className="check">
        <input type="checkbox" checked={single} onChange={(event) => setSingle(event.target.checked)} /> single keys act
      </label>
      <form method="dialog">
        <button type="submit" className="button">
          Close
        </button>
      </form>
    </dialog>
  );
}
