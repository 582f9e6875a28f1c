/** gdb on the running target, through QEMU's own stub: registers and frames just before the fault, when nothing was captured yet. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GDB_FRAMES_SCRIPT, type GdbFrame } from '@noinit/testing';
import { qemuCommand, type RunOptions } from '../firmware.ts';

/** Where gdb is to look: before the instruction at `pc` where the stack pointer is `sp`, or at the `hit`-th call of a function. */
export type Stop =
  | { readonly kind: 'instruction'; readonly pc: number; readonly sp: number }
  | { readonly kind: 'call'; readonly function: string; readonly hit?: number };

export interface StoppedAt {
  /** By gdb's names: `names`, or r0 to r12, sp, lr, pc, xpsr. */
  readonly registers: Readonly<Record<string, number>>;
  readonly frames: readonly GdbFrame[];
}

const CORTEX_M = [...Array.from({ length: 13 }, (_, number) => `r${number}`), 'sp', 'lr', 'pc', 'xpsr'];

const SCRIPT = `
${GDB_FRAMES_SCRIPT}
def stop_at(place, condition, hit):
    point = gdb.Breakpoint('*' + place, internal=True)
    point.silent = True
    if condition:
        point.condition = condition
    if hit > 1:
        point.ignore_count = hit - 1
    gdb.execute('continue', to_string=True)
    point.delete()
    print('\\nGDB-REGISTERS ' + json.dumps({name: int(gdb.parse_and_eval('$' + name)) & 0xffffffff for name in names}))
    tell_frames()
`;

/** One run of gdb over all stops, in the order in which the target comes to them. */
export function stopWithGdb(run: RunOptions, stops: readonly Stop[], names = CORTEX_M): readonly StoppedAt[] {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-live-'));
  try {
    const script = join(folder, 'stops.py');
    writeFileSync(script, `${SCRIPT}names = ${JSON.stringify(names)}\n${stops.map(callOf).join('\n')}\ngdb.execute('kill')\n`);
    const qemu = qemuCommand({ ...run, qemuArgs: ['-S', '-gdb', 'stdio', ...(run.qemuArgs ?? [])] }, 'null');
    const args = ['-q', '-nx', '-batch', '-iex', 'set auto-load off', '-iex', 'set debuginfod enabled off'];
    args.push('-iex', 'set osabi none', '-ex', 'set stack-cache off', '-ex', 'set backtrace past-main on');
    args.push('-ex', `target remote | exec ${qemu.join(' ')}`, '-x', script, run.elf);
    const { stdout, stderr } = spawnSync('gdb-multiarch', args, { encoding: 'utf8', timeout: 30_000, input: '' });
    const registers = linesOf<StoppedAt['registers']>(stdout, 'GDB-REGISTERS ');
    const frames = linesOf<readonly GdbFrame[]>(stdout, 'GDB-FRAMES ');
    if (frames.length !== stops.length)
      throw new Error(`gdb came to ${frames.length} of ${stops.length} stops: ${stdout}${stderr}`);
    return frames.map((each, index) => ({ frames: each, registers: registers[index] ?? {} }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function callOf(stop: Stop): string {
  if (stop.kind === 'call') return `stop_at('${stop.function}', '', ${stop.hit ?? 1})`;
  return `stop_at('0x${stop.pc.toString(16)}', '(unsigned)$sp == ${stop.sp}', 1)`;
}

function linesOf<T>(text: string, prefix: string): T[] {
  const lines = text.split('\n').filter((line) => line.startsWith(prefix));
  return lines.map((line) => JSON.parse(line.slice(prefix.length)) as T);
}
