/** Runs what build.ts made, and splits what comes back: oracle.c says how. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface OracleOutput {
  /** What the C library printed, call by call. */
  readonly printed: readonly Uint8Array[];
  /** The log, as it was sent. */
  readonly chunks: readonly Uint8Array[];
}

const TIMEOUT_MS = 120_000;
const run = promisify(execFile);

export function runOnTarget(elf: string): Promise<OracleOutput> {
  const machine = ['-M', 'mps2-an385', '-display', 'none', '-monitor', 'none', '-serial', 'stdio'];
  return runFor('qemu-system-arm', [...machine, '-semihosting-config', 'enable=on,target=native', '-kernel', elf]);
}

export function runOnHost(program: string): Promise<OracleOutput> {
  return runFor(program, []);
}

async function runFor(program: string, args: readonly string[]): Promise<OracleOutput> {
  const running = run(program, args, { encoding: 'buffer', maxBuffer: 2 ** 28, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' });
  running.child.stdin?.end();
  const { stdout } = await running;
  return split(stdout);
}

/** Our own program wrote it: what is no frame is a bug. */
function split(output: Uint8Array): OracleOutput {
  const printed: Uint8Array[] = [];
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < output.length; ) {
    const [kind, low = 0, high = 0] = output.subarray(at, at + 3);
    const frame = output.subarray(at + 3, at + 3 + low + 256 * high);
    if (kind === 0x50) printed.push(frame);
    else if (kind === 0x43) chunks.push(frame);
    else throw new Error(`no frame at ${at}: ${new TextDecoder('latin1').decode(output.subarray(at, at + 80))}`);
    at += 3 + frame.length;
  }
  return { printed, chunks };
}
