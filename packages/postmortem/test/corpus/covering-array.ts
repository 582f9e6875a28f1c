/** A small set of rows in which every two values of two parameters that may stand together do so at least once. */

export interface Parameter {
  readonly name: string;
  readonly values: readonly string[];
  /** The first value is taken where it makes no difference; else any. */
  readonly mostlyFirst?: true;
}

/** One value of each parameter, by name. */
export type Row = { readonly [name: string]: string };

/** Whether a row, of which some parameters may still be open, may be built. */
export type Constraint = (row: Partial<Row>) => boolean;

/** Rows that are tried for each row that is kept. */
const TRIES = 20;

/**
 * Greedy, and the same for the same input. Pairs that no permitted row holds are left out. `wanted` are further
 * combinations that must stand in a row. Another variant is another cover.
 */
export function coverPairs(
  parameters: readonly Parameter[],
  isAllowed: Constraint,
  wanted: readonly Partial<Row>[],
  variant = 1,
): readonly Row[] {
  const open = listPairs(parameters, isAllowed);
  const rows: Row[] = [];
  const next = makeSequence(variant);
  while (open.size > 0) {
    let best: Row | undefined;
    let bestPairs: string[] = [];
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const seeds = [...open.values()];
      const row = growRow(seeds[next(seeds.length)] ?? {}, parameters, isAllowed, open, next);
      const pairs = row ? pairsOf(parameters, row).filter((pair) => open.has(pair)) : [];
      if (row && pairs.length > bestPairs.length) [best, bestPairs] = [row, pairs];
    }
    if (!best) {
      // What is left cannot stand in a row with the other parameters.
      const [pair] = open.keys();
      if (pair !== undefined) open.delete(pair);
      continue;
    }
    rows.push(best);
    for (const pair of bestPairs) open.delete(pair);
  }
  for (const seed of wanted) {
    if (rows.some((row) => Object.entries(seed).every(([name, value]) => row[name] === value))) continue;
    const row = isAllowed(seed) ? growRow(seed, parameters, isAllowed, open, next) : undefined;
    if (row) rows.push(row);
  }
  return rows;
}

const pairKey = (a: string, x: string, b: string, y: string) => `${a}=${x} ${b}=${y}`;

function listPairs(parameters: readonly Parameter[], isAllowed: Constraint): Map<string, Partial<Row>> {
  const pairs = new Map<string, Partial<Row>>();
  for (const [index, a] of parameters.entries()) {
    for (const b of parameters.slice(index + 1)) {
      for (const x of a.values) {
        for (const y of b.values) {
          const seed = { [a.name]: x, [b.name]: y };
          if (isAllowed(seed)) pairs.set(pairKey(a.name, x, b.name, y), seed);
        }
      }
    }
  }
  return pairs;
}

function pairsOf(parameters: readonly Parameter[], row: Row): string[] {
  return parameters.flatMap((a, index) =>
    parameters.slice(index + 1).map((b) => pairKey(a.name, row[a.name] ?? '', b.name, row[b.name] ?? '')),
  );
}

/** Starts with `seed` and gives the other parameters, in changing order, the value that closes most. */
function growRow(
  seed: Partial<Row>,
  parameters: readonly Parameter[],
  isAllowed: Constraint,
  open: ReadonlyMap<string, Partial<Row>>,
  next: (limit: number) => number,
): Row | undefined {
  const row: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(seed)) if (value !== undefined) row[name] = value;
  const left = shuffle(
    parameters.filter(({ name }) => row[name] === undefined),
    next,
  );
  for (const parameter of left) {
    const values = orderOf(parameter, next).filter((value) => isAllowed({ ...row, [parameter.name]: value }));
    const scored = values.map((value) => ({ value, score: countOpen(parameters, row, parameter.name, value, open) }));
    const best = scored.reduce<(typeof scored)[number] | undefined>((a, b) => (a && a.score >= b.score ? a : b), undefined);
    if (!best) return undefined;
    row[parameter.name] = best.value;
  }
  return row;
}

function orderOf({ values, mostlyFirst }: Parameter, next: (limit: number) => number): readonly string[] {
  return mostlyFirst ? [...values.slice(0, 1), ...shuffle(values.slice(1), next)] : shuffle(values, next);
}

function countOpen(
  parameters: readonly Parameter[],
  row: Partial<Row>,
  name: string,
  value: string,
  open: ReadonlyMap<string, unknown>,
): number {
  const at = parameters.findIndex((parameter) => parameter.name === name);
  return parameters.filter((other, index) => {
    const theirs = row[other.name];
    if (theirs === undefined) return false;
    return open.has(index < at ? pairKey(other.name, theirs, name, value) : pairKey(name, value, other.name, theirs));
  }).length;
}

function shuffle<T>(values: readonly T[], next: (limit: number) => number): T[] {
  const shuffled = [...values];
  for (let index = shuffled.length - 1; index > 0; index--) {
    const other = next(index + 1);
    const kept = shuffled[index] as T;
    shuffled[index] = shuffled[other] as T;
    shuffled[other] = kept;
  }
  return shuffled;
}

/** Numbers below a limit, always the same: xorshift32. */
function makeSequence(variant: number): (limit: number) => number {
  let state = Math.imul(variant, 0x2545_f491) | 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}
