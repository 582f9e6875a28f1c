/** Everything that is wrong with the imports below `root`, one sentence each; empty where nothing is. */
export function checkImports(root: string): string[];
