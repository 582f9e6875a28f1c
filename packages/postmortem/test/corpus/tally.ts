/** Counts of a comparison, and what stands out. */
import type { Finding } from './findings.ts';
import { NAMED_CASES, type NamedCase } from './named-cases.ts';
import { type Build, nameOf } from './parameters.ts';

export interface Tally {
  /** By `gdb value right`. */
  readonly counts: ReadonlyMap<string, number>;
  /** By name of the case. */
  readonly cases: ReadonlyMap<string, number>;
  /** One line for each finding that is wrong or unknown and that no case names. */
  readonly wrong: readonly string[];
  readonly unknown: readonly string[];
  /** Findings that a truth knows. */
  readonly known: number;
}

interface Result {
  readonly build: Build;
  readonly findings: readonly Finding[];
}

export function tallyFindings(results: readonly Result[]): Tally {
  const counts = new Map<string, number>();
  const cases = new Map<string, number>();
  const wrong: string[] = [];
  const unknown: string[] = [];
  let known = 0;
  const anyView = groupByProgram(results);
  for (const { build, findings } of results) {
    for (const finding of findings) {
      const named = findCase(finding, build, findings, anyView.get(programOf(build)) ?? []);
      const outcome = named ? 'named' : finding.outcome;
      count(counts, `${finding.truth} ${finding.subject} ${outcome}`);
      if (finding.outcome === 'right' || finding.outcome === 'wrong' || finding.outcome === 'unknown') known++;
      if (named) count(cases, named.name);
      else if (finding.outcome === 'wrong') wrong.push(lineOf(finding, build));
      else if (finding.outcome === 'unknown') unknown.push(lineOf(finding, build));
    }
  }
  return { counts, cases, wrong, unknown, known };
}

function findCase(finding: Finding, build: Build, all: readonly Finding[], anyView: readonly Finding[]): NamedCase | undefined {
  if (finding.outcome !== 'wrong' && finding.outcome !== 'unknown') return undefined;
  return NAMED_CASES.find((named) => named.names(finding, build, all, anyView));
}

/** The program without regard to which part of its dump was looked at. */
const programOf = (build: Build) => nameOf({ ...build, view: 'full' });

function groupByProgram(results: readonly Result[]): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const { build, findings } of results) {
    const group = groups.get(programOf(build)) ?? [];
    groups.set(programOf(build), group);
    group.push(...findings);
  }
  return groups;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function lineOf({ truth, subject, outcome, where, detail }: Finding, build: Build): string {
  return `${outcome.toUpperCase()} ${truth} ${subject} ${nameOf(build)} | ${where} | ${detail}`;
}

export function renderTally({ counts, cases, wrong, unknown, known }: Tally): string {
  const table = [...counts].toSorted().map(([key, number]) => `  ${key}: ${number}`);
  const named = [...cases].toSorted().map(([name, number]) => `  ${name}: ${number}`);
  const byName = [...cases.values()].reduce((sum, number) => sum + number, 0);
  const share = (number: number) => `${number} (${known === 0 ? 0 : ((100 * number) / known).toFixed(2)} %)`;
  const right = known - byName - unknown.length - wrong.length;
  return [
    ...table,
    ...(named.length > 0 ? ['named cases:', ...named] : []),
    `of ${known}: ${share(right)} right, ${share(byName)} by name, ${share(unknown.length)} unknown, ${share(wrong.length)} wrong`,
  ].join('\n');
}
