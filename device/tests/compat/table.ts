/** The table of docs/guide/zephyr-compat.md: every name and what became of it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const GUIDE = fileURLToPath(new URL('../../../docs/guide/zephyr-compat.md', import.meta.url));

export type Fate = 'same' | 'replaced by' | 'left out because';

export interface Row {
  readonly names: readonly string[];
  readonly fate: string;
  readonly remark: string;
}

export const FATES: readonly Fate[] = ['same', 'replaced by', 'left out because'];

export function readTable(): readonly Row[] {
  const rows = [...readFileSync(GUIDE, 'utf8').matchAll(/^\| (`.*?) \| (.*?) \|(.*?)\|$/gm)];
  return rows.map(([, names = '', fate = '', remark = '']) => ({ names: inCode(names), fate, remark: remark.trim() }));
}

/** Names that stand for several: LOG_X is LOG_ERR and so on. */
export function mentioned(rows: readonly Row[]): ReadonlySet<string> {
  return new Set(rows.flatMap(({ names, remark }) => [...names, ...inCode(remark).filter((name) => name.endsWith('_X'))]));
}

function inCode(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}
