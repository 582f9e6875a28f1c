/** Gives a firmware's ELF file to the server by the ordinary door. */
import type { Version } from './firmware.ts';
import { pause } from './gateway.ts';

const PROJECT_HEADER = 'x-noinit-project';
const RETRY_MS = 1_000;

export interface SymbolUpload {
  readonly server: string;
  readonly project: string;
  readonly version: Version;
  readonly elf: Uint8Array;
  readonly signal: AbortSignal;
}

/** Tries until the server takes it; resolves then, or when stopped. A refusal is said once through `log`. */
export async function uploadSymbols(
  { server, project, version, elf, signal }: SymbolUpload,
  log: (line: string) => void,
): Promise<void> {
  let lastRefusal = '';
  while (!signal.aborted) {
    const refusal = await put(new URL('/api/v1/symbols', server), { project, elf, signal });
    if (refusal === undefined) return;
    if (refusal !== lastRefusal && !signal.aborted) log(`demo: the server does not take the symbols of ${version}: ${refusal}`);
    lastRefusal = refusal;
    await pause(RETRY_MS, signal);
  }
}

/** Undefined where the server took it, else why not. */
async function put(url: URL, upload: { project: string; elf: Uint8Array; signal: AbortSignal }): Promise<string | undefined> {
  const headers = { 'content-type': 'application/octet-stream', [PROJECT_HEADER]: upload.project };
  try {
    const answer = await fetch(url, { method: 'PUT', headers, body: upload.elf, signal: upload.signal });
    const text = await answer.text();
    return answer.ok ? undefined : `${answer.status} ${text.slice(0, 200)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
