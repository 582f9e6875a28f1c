/** What a key does in a tree of variables, after the WAI-ARIA practice for tree views. */
import type { TreeRow } from './variable-tree.ts';

export type TreeAction =
  | { readonly kind: 'focus'; readonly path: string }
  | { readonly kind: 'expand'; readonly paths: readonly string[] }
  | { readonly kind: 'collapse'; readonly path: string }
  | { readonly kind: 'list-more'; readonly parent: string };

/** The action of `key` with the row `path` focused; undefined where the key does nothing. */
export function treeAction(rows: readonly TreeRow[], path: string, key: string): TreeAction | undefined {
  const index = rows.findIndex((row) => row.path === path);
  const row = rows[index];
  if (row === undefined) return undefined;
  switch (key) {
    case 'ArrowDown':
      return focus(rows[index + 1]);
    case 'ArrowUp':
      return focus(rows[index - 1]);
    case 'Home':
      return focus(rows[0]);
    case 'End':
      return focus(rows.at(-1));
    case 'ArrowRight':
      return goInward(row, rows[index + 1]);
    case 'ArrowLeft':
      return goOutward(row);
    case 'Enter':
    case ' ':
      return toggle(row);
    case '*':
      return expandSiblings(rows, row);
    default:
      return key.length === 1 ? findByLetter(rows, index, key) : undefined;
  }
}

/** What a click on a row, Enter or Space does besides focusing it. */
export function toggle(row: TreeRow): TreeAction | undefined {
  if (row.kind === 'page') return { kind: 'list-more', parent: row.parent ?? '' };
  if (row.kind !== 'variable' || !row.isExpandable) return undefined;
  return row.isExpanded ? { kind: 'collapse', path: row.path } : { kind: 'expand', paths: [row.path] };
}

function focus(row: TreeRow | undefined): TreeAction | undefined {
  return row && { kind: 'focus', path: row.path };
}

function goInward(row: TreeRow, below: TreeRow | undefined): TreeAction | undefined {
  if (row.kind !== 'variable' || !row.isExpandable) return undefined;
  if (!row.isExpanded) return { kind: 'expand', paths: [row.path] };
  return below?.parent === row.path ? focus(below) : undefined;
}

function goOutward(row: TreeRow): TreeAction | undefined {
  if (row.kind === 'variable' && row.isExpanded) return { kind: 'collapse', path: row.path };
  return row.parent === undefined ? undefined : { kind: 'focus', path: row.parent };
}

function expandSiblings(rows: readonly TreeRow[], row: TreeRow): TreeAction {
  const siblings = rows.filter((other) => other.parent === row.parent && other.kind === 'variable' && other.isExpandable);
  return { kind: 'expand', paths: siblings.map((sibling) => sibling.path) };
}

/** The next row, round the end, whose name starts with the letter. */
function findByLetter(rows: readonly TreeRow[], index: number, letter: string): TreeAction | undefined {
  const onward = [...rows.slice(index + 1), ...rows.slice(0, index + 1)];
  const wanted = letter.toLowerCase();
  return focus(onward.find((row) => row.kind === 'variable' && row.variable.name.toLowerCase().startsWith(wanted)));
}
