import type { Variable } from '@noinit/model';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { countText } from '../../format/number.ts';
import { visibleText } from '../../format/text.ts';
import { type TreeAction, toggle, treeAction } from '../../trace/tree-keys.ts';
import { CHILDREN_PAGE, type TreeRow, type TreeState, type VariableRow } from '../../trace/variable-tree.ts';
import { unknownText } from '../../trace/words.ts';

interface VariableTreeProps {
  readonly label: string;
  readonly rows: readonly TreeRow[];
  readonly state: TreeState;
  readonly setState: (state: TreeState) => void;
  readonly selected: string | undefined;
  readonly select: (path: string) => void;
}

/** Variables as an ARIA tree: one stop for Tab, arrows inside, `*` opens all beside. */
export function VariableTree({ label, rows, state, setState, selected, select }: VariableTreeProps) {
  const tree = useRef<HTMLDivElement>(null);
  const takesFocus = useRef(false);
  const stop = rows.some(({ path }) => path === selected) ? selected : rows[0]?.path;

  useEffect(() => {
    if (!takesFocus.current) return;
    takesFocus.current = false;
    const item = tree.current?.querySelector<HTMLElement>('[role=treeitem][tabindex="0"]');
    item?.focus();
  });

  const act = (action: TreeAction | undefined, at: string) => {
    if (action === undefined) return;
    takesFocus.current = true;
    select(action.kind === 'focus' ? action.path : at);
    if (action.kind !== 'focus') setState(nextState(state, action));
  };
  const press = (event: KeyboardEvent) => {
    const forBrowser = event.ctrlKey || event.metaKey || event.altKey;
    if (forBrowser || stop === undefined || !isTreeKey(event.key)) return;
    event.preventDefault();
    act(treeAction(rows, stop, event.key), stop);
  };
  const pointAt = (row: TreeRow) => act(toggle(row) ?? { kind: 'focus', path: row.path }, row.path);
  return (
    <div ref={tree} role="tree" aria-label={label} className="tree" onKeyDown={press}>
      {rows.map((row) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys for its items
        <div
          key={row.path}
          role="treeitem"
          aria-level={row.level}
          aria-posinset={row.position}
          aria-setsize={row.siblings}
          aria-expanded={row.kind === 'variable' && row.isExpandable ? row.isExpanded : undefined}
          aria-selected={row.path === selected}
          tabIndex={row.path === stop ? 0 : -1}
          className={`row ${row.kind}`}
          onClick={() => pointAt(row)}
        >
          {row.kind === 'variable' ? <VariableCells row={row} /> : <NoteCell row={row} />}
        </div>
      ))}
    </div>
  );
}

function VariableCells({ row }: { readonly row: VariableRow }) {
  const { variable, level, isExpandable, isExpanded } = row;
  return (
    <>
      <span className="row-name">
        <Indent level={level} />
        <span className="twisty" aria-hidden="true">
          {isExpandable ? (isExpanded ? '▾' : '▸') : ''}
        </span>
        <span className="name">{visibleText(variable.name)}</span>
      </span>
      {'unknown' in variable ? (
        <span className="row-value unknown">
          <em>{unknownText(variable.unknown.why)}</em> <span className="detail">{visibleText(variable.unknown.detail)}</span>
        </span>
      ) : (
        <span className={`row-value ${variable.kind}`}>
          {isExpanded && isSummed(variable) ? '' : visibleText(variable.value)}
        </span>
      )}
      <span className="row-type">{visibleText(variable.type)}</span>
    </>
  );
}

/** Whether the value only sums up the children: not needed where they are on the screen. */
function isSummed({ kind }: Variable): boolean {
  return kind === 'struct' || kind === 'array';
}

function NoteCell({ row }: { readonly row: TreeRow & { readonly kind: 'page' | 'cut' } }) {
  return (
    <span className="row-note">
      <Indent level={row.level} />
      <span className="twisty" aria-hidden="true" />
      {row.kind === 'page'
        ? `Show ${countText(Math.min(CHILDREN_PAGE, row.count))} of ${countText(row.count)} more`
        : `${countText(row.count)} more are not part of this trace`}
    </span>
  );
}

/** One line for each level around, as editors draw them. */
function Indent({ level }: { readonly level: number }) {
  const levels = Array.from({ length: level - 1 }, (_, index) => index + 1);
  return levels.map((around) => <span key={around} className="indent" aria-hidden="true" />);
}

function nextState(state: TreeState, action: Exclude<TreeAction, { kind: 'focus' }>): TreeState {
  switch (action.kind) {
    case 'expand':
      return { ...state, expanded: new Set([...state.expanded, ...action.paths]) };
    case 'collapse':
      return { ...state, expanded: new Set([...state.expanded].filter((path) => path !== action.path)) };
    case 'list-more': {
      const listed = (state.listed.get(action.parent) ?? CHILDREN_PAGE) + CHILDREN_PAGE;
      return { ...state, listed: new Map(state.listed).set(action.parent, listed) };
    }
  }
}

/** Keys that the tree takes for itself; all others (Tab, `?`, page keys) go on. */
function isTreeKey(key: string): boolean {
  return /^(?:Arrow(?:Up|Down|Left|Right)|Home|End|Enter|[ *_\p{L}])$/u.test(key);
}
