/**
 * A tree of variables as the rows that are on the screen. Rows are named by the variable's path as in the source
 * (`sensor->raw[2]`), so that what is expanded and selected stays so when the trace is read again.
 */
import type { Variable, VariableKind } from '@noinit/model';

/** Children listed at first, and added by each "show more". */
export const CHILDREN_PAGE = 100;

export interface TreeState {
  readonly expanded: ReadonlySet<string>;
  /** How many children are listed, for the paths where it is more than one page. */
  readonly listed: ReadonlyMap<string, number>;
}

export type TreeRow = VariableRow | NoteRow;

interface RowPlace {
  /** Unique in the tree. */
  readonly path: string;
  readonly parent: string | undefined;
  /** 1 for the outermost. */
  readonly level: number;
  /** 1-based among its siblings. */
  readonly position: number;
  readonly siblings: number;
}

export interface VariableRow extends RowPlace {
  readonly kind: 'variable';
  readonly variable: Variable;
  readonly isExpandable: boolean;
  readonly isExpanded: boolean;
}

/** Children that are not listed: `page` can list more, `cut` are not in the trace. */
export interface NoteRow extends RowPlace {
  readonly kind: 'page' | 'cut';
  readonly count: number;
}

/** All rows that are visible, in order. */
export function visibleRows(variables: readonly Variable[], state: TreeState): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  addRows(rows, { variables, parent: undefined, level: 1, limit: variables.length, cut: 0 }, state);
  return rows;
}

/** The paths around `path` and itself, outermost first, for showing a variable that an address names; empty if there is none. */
export function pathsAround(variables: readonly Variable[], path: string, parent?: Parent): readonly string[] {
  const paths = childPaths(variables, parent);
  for (const [index, variable] of variables.entries()) {
    const own = paths[index] ?? variable.name;
    if (own === path) return [own];
    const inner = pathsAround(variable.children ?? [], path, { path: own, kind: variable.kind });
    if (inner.length > 0) return [own, ...inner];
  }
  return [];
}

/** What children are part of. */
interface Parent {
  readonly path: string;
  readonly kind: VariableKind;
}

interface Siblings {
  readonly variables: readonly Variable[];
  readonly parent: Parent | undefined;
  readonly level: number;
  readonly limit: number;
  readonly cut: number;
}

function addRows(rows: TreeRow[], list: Siblings, state: TreeState): void {
  const paths = childPaths(list.variables, list.parent);
  const listed = list.variables.slice(0, list.limit);
  const hidden = list.variables.length - listed.length;
  const siblings = listed.length + (hidden > 0 ? 1 : 0) + (list.cut > 0 ? 1 : 0);
  const { level } = list;
  const parent = list.parent?.path;
  for (const [index, variable] of listed.entries()) {
    const path = paths[index] ?? variable.name;
    const isExpandable = (variable.children?.length ?? 0) > 0 || variable.more !== undefined;
    const isExpanded = isExpandable && state.expanded.has(path);
    rows.push({ kind: 'variable', path, parent, level, position: index + 1, siblings, variable, isExpandable, isExpanded });
    if (isExpanded) addChildren(rows, { path, variable, level }, state);
  }
  const last = { parent, level, siblings };
  if (hidden > 0) rows.push({ kind: 'page', path: `${parent ?? ''}/page`, position: listed.length + 1, count: hidden, ...last });
  if (list.cut > 0) rows.push({ kind: 'cut', path: `${parent ?? ''}/cut`, position: siblings, count: list.cut, ...last });
}

function addChildren(rows: TreeRow[], of: { path: string; variable: Variable; level: number }, state: TreeState): void {
  const { children = [], more, kind } = of.variable;
  const limit = state.listed.get(of.path) ?? CHILDREN_PAGE;
  addRows(
    rows,
    { variables: children, parent: { path: of.path, kind }, level: of.level + 1, limit, cut: more?.count ?? 0 },
    state,
  );
}

/** Shadowed variables share a name: from the second on, the path says which one it is. */
function childPaths(variables: readonly Variable[], parent: Parent | undefined): readonly string[] {
  const seen = new Map<string, number>();
  return variables.map(({ name }) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return joinPath(parent, count === 1 ? name : `${name}#${count}`);
  });
}

/** As C writes it: `s.x`, `p->x`, `a[2]`, `*p`. */
function joinPath(parent: Parent | undefined, name: string): string {
  if (parent === undefined) return name;
  if (name.startsWith('*')) return `*${parent.path}`;
  const whole = parent.path.startsWith('*') ? `(${parent.path})` : parent.path;
  if (name.startsWith('[')) return `${whole}${name}`;
  return `${whole}${parent.kind === 'pointer' ? '->' : '.'}${name}`;
}
