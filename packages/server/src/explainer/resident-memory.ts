import { readFileSync } from 'node:fs';

/**
 * Resident memory of a process in bytes. Undefined where it cannot be known: the process is gone, or the system has no /proc.
 * A process cannot be asked itself: it is busy, which is why it is watched.
 */
export function findResidentMemory(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return undefined;
    throw error;
  }
}
