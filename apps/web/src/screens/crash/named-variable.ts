import type { Variable } from '@noinit/model';
import { useEffect, useRef } from 'react';
import { pathsAround, type TreeState } from '../../trace/variable-tree.ts';

interface NamedVariable {
  /** The tree's name. */
  readonly name: string;
  readonly variables: readonly Variable[];
  readonly selected: string | undefined;
  readonly state: TreeState;
  readonly setState: (state: TreeState) => void;
}

/** Opens what stands around the variable that the address names: once for each tree, so that closing it again is possible. */
export function useNamedVariable({ name, variables, selected, state, setState }: NamedVariable): void {
  const opened = useRef<string>(undefined);
  useEffect(() => {
    if (opened.current === name) return;
    opened.current = name;
    if (selected === undefined) return;
    const around = pathsAround(variables, selected).slice(0, -1);
    if (around.every((path) => state.expanded.has(path))) return;
    setState({ ...state, expanded: new Set([...state.expanded, ...around]) });
  }, [name, variables, selected, state, setState]);
}
