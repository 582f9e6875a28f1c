/** What gdb says about a core file: frames and variables as data, through gdb's own Python. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Dump } from '@noinit/model';
import { makeElfCore } from '@noinit/testing';
import { runAnyhow } from './run-tool.ts';

export interface GdbFrame {
  readonly function: string | null;
  /** Last part of the path only. */
  readonly file: string | null;
  readonly line: number;
  readonly pc: number;
  readonly inlined: boolean;
  readonly variables: readonly GdbVariable[];
}

/** One of `integer`, `real` and `whole` where gdb knows the value. */
export interface GdbVariable {
  readonly name: string;
  readonly unavailable: boolean;
  /** Bytes. */
  readonly size?: number;
  /** Bytes from the start of the whole, for members that begin with a byte. */
  readonly offset?: number;
  readonly integer?: string;
  readonly real?: string;
  readonly whole?: true;
  readonly children: readonly GdbVariable[];
}

const SCRIPT = fileURLToPath(new URL('./frames.py', import.meta.url));

/** `bt full` of the crashed thread, innermost first. */
export async function askGdb(elf: string, dump: Dump): Promise<readonly GdbFrame[]> {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-gdb-'));
  try {
    const core = join(folder, 'core');
    writeFileSync(core, makeElfCore(asGdbNeeds(dump)));
    const args = ['-q', '-nx', '-batch', '-iex', 'set auto-load off', '-iex', 'set debuginfod enabled off'];
    // It has errors of its own; they shall cost one value only.
    for (const name of ['quit', 'corefile']) args.push('-iex', `maintenance set internal-error ${name} no`);
    // gdb reads whole 64-byte lines of stack and fills what the core lacks from the program file: wrong locals without this.
    args.push('-ex', 'set stack-cache off', '-ex', 'set backtrace past-main on', '-ex', 'set print entry-values no');
    const output = await runAnyhow('gdb-multiarch', [...args, '-ex', `core-file ${core}`, '-x', SCRIPT, elf], folder);
    const line = output.split('\n').find((text) => text.startsWith('GDB-FRAMES '));
    if (line === undefined) throw new Error(`gdb gave no frames for ${elf}: ${output}`);
    return JSON.parse(line.slice('GDB-FRAMES '.length)) as readonly GdbFrame[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** gdb does not unwind from a pc without code: it is given the call instruction instead, where nothing else has changed. */
function asGdbNeeds(dump: Dump): Dump {
  const [thread] = dump.threads;
  const { pc = 0, lr, ra } = thread?.registers ?? {};
  const back = lr ?? ra;
  const isData =
    (dump.machine === 'cortex-m' && pc >= 0x2000_0000 && pc < 0x2001_0000) ||
    (pc >= 0x3800_0000 && pc < 0x3801_0000) ||
    (pc >= 0x8010_0000 && pc < 0x8011_0000);
  if (!thread || !(pc < 8 || isData) || back === undefined) return dump;
  const registers = { ...thread.registers, pc: (back & ~1) - 2 };
  return {
    ...dump,
    threads: [{ ...thread, registers: dump.machine === 'cortex-m' ? { ...registers, xpsr: 0x0100_0000 } : registers }],
  };
}
