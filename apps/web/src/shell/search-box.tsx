/** One box that finds devices by serial and issues by title; a combobox after the WAI-ARIA practice. */
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useFound } from '../data/queries.ts';
import { countOf } from '../format/number.ts';
import { visibleText } from '../format/text.ts';
import { useShortcuts } from '../parts/shortcuts.tsx';
import { navigate } from '../routing/location.ts';
import { routeHref } from '../routing/route.ts';
import { type Match, matches } from './matches.ts';

export function SearchBox({ project }: { readonly project: string }) {
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useFocusKeys(input);

  const wanted = text.trim();
  const found = useFound(wanted);
  const list = useMemo(() => (wanted === '' ? [] : matches(project, wanted, found)), [project, wanted, found]);
  const current = Math.min(active, Math.max(0, list.length - 1));
  const isShown = isOpen && wanted !== '';

  const leaveTo = (href: string) => {
    setText('');
    setOpen(false);
    input.current?.blur();
    navigate(href);
  };
  const enter = () => {
    // Faster than the answer: the list of devices looks for the text too.
    const all = `${routeHref({ screen: 'devices', project })}?search=${encodeURIComponent(wanted)}`;
    if (wanted !== '') leaveTo(list[current]?.href ?? all);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive(Math.min(current + 1, list.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(current - 1, 0));
    else if (event.key === 'Enter') enter();
    else if (event.key === 'Escape') leave(input.current, isShown, setOpen);
    else return;
    event.preventDefault();
  };
  return (
    <search className="search">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label="Search devices and issues"
        aria-expanded={isShown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isShown && list.length > 0 ? `${id}-${current}` : undefined}
        placeholder="Search a serial or an issue"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={press}
      />
      <div className="found" hidden={!isShown}>
        <div id={`${id}-list`} role="listbox" aria-label="Found">
          {list.map((match, index) => (
            <Option key={match.href} id={`${id}-${index}`} match={match} isActive={index === current} leaveTo={leaveTo} />
          ))}
        </div>
        {list.length === 0 && (
          <p className="found-none">
            {found.isComplete ? `No device and no issue has “${visibleText(wanted)}” in its name.` : 'Searching…'}
          </p>
        )}
      </div>
    </search>
  );
}

interface OptionProps {
  readonly id: string;
  readonly match: Match;
  readonly isActive: boolean;
  readonly leaveTo: (href: string) => void;
}

function Option({ id, match, isActive, leaveTo }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox takes the keys for its options
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      tabIndex={-1}
      className="found-item"
      // The press must not take the focus from the box: losing it closes the list before the click arrives.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => leaveTo(match.href)}
    >
      <span className={match.kind === 'device' ? 'code' : undefined}>{visibleText(match.name)}</span>
      <span className="faint">
        {match.kind} · {countOf(match.crashes, 'crash', 'crashes')}
      </span>
    </div>
  );
}

function leave(input: HTMLInputElement | null, isShown: boolean, setOpen: (open: boolean) => void): void {
  if (isShown) setOpen(false);
  else input?.blur();
}

/** `/` and Ctrl K (⌘ K) go to the box. */
function useFocusKeys(input: { readonly current: HTMLInputElement | null }): void {
  useShortcuts(useMemo(() => ({ '/': () => input.current?.select() }), [input]));
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      input.current?.select();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [input]);
}
