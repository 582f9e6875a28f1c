import { useMemo, useState } from 'react';
import type { TreeState } from '../../trace/variable-tree.ts';

/** What is expanded in each tree of the screen, by the tree's name. It outlives the trace: a new one keeps what is open. */
export interface TreeStates {
  readonly get: (tree: string) => TreeState;
  readonly set: (tree: string, state: TreeState) => void;
}

const CLOSED: TreeState = { expanded: new Set(), listed: new Map() };

export function useTreeStates(): TreeStates {
  const [states, setStates] = useState<ReadonlyMap<string, TreeState>>(new Map());
  return useMemo(
    () => ({
      get: (tree) => states.get(tree) ?? CLOSED,
      set: (tree, state) => setStates((before) => new Map(before).set(tree, state)),
    }),
    [states],
  );
}
