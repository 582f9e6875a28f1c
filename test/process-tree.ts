/** Memory and processor time of a process with all its children, as Linux tells. */
import { readdirSync, readFileSync } from 'node:fs';

/** Pages and ticks of every Linux that Node runs on. */
const PAGE_BYTES = 4096;
const TICKS_PER_SECOND = 100;

export interface TreeUse {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

export function readTreeUse(root: number): TreeUse {
  const processes = readProcesses();
  const wanted = new Set([root]);
  // A parent may stand behind its child in the listing: go on until nothing is added.
  for (let size = 0; size !== wanted.size; ) {
    size = wanted.size;
    for (const { pid, parent } of processes) if (wanted.has(parent)) wanted.add(pid);
  }
  const tree = processes.filter(({ pid }) => wanted.has(pid));
  return {
    residentBytes: tree.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
    cpuSeconds: tree.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
  };
}

function readProcesses() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // Behind the name in brackets: state, parent, …, utime and stime are fields 14 and 15, rss is field 24 (proc(5)).
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ')
          .map(Number);
        const [, parent = 0] = fields;
        const cpuSeconds = ((fields[11] ?? 0) + (fields[12] ?? 0)) / TICKS_PER_SECOND;
        return [{ pid: Number(name), parent, cpuSeconds, residentBytes: (fields[21] ?? 0) * PAGE_BYTES }];
      } catch {
        return [];
      }
    });
}
