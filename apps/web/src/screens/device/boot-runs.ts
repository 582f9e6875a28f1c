import type { DeviceLogLine } from '@noinit/api';

export interface BootRun {
  readonly key: string;
  readonly boot: number;
  readonly lineage: number;
  readonly lines: readonly DeviceLogLine[];
}

/** Cuts log lines where the boot changes, keeping their order. */
export function bootRuns(lines: readonly DeviceLogLine[]): readonly BootRun[] {
  const runs: (BootRun & { readonly lines: DeviceLogLine[] })[] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last && last.boot === line.boot && last.lineage === line.lineage) last.lines.push(line);
    else runs.push({ key: `${line.lineage} ${line.boot} ${line.number}`, boot: line.boot, lineage: line.lineage, lines: [line] });
  }
  return runs;
}
