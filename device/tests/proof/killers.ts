/** Short runs of the proofs, over any copy of the sources: `holds`, or what they found. Sources that do not compile are an error. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEVICE } from '../firmware.ts';
import { ringSources } from './arm.ts';
import { type CutPlan, cutEverywhere } from './cuts.ts';
import { FLUSH_FLAG, loseWhatWasNotFlushed } from './flushes.ts';
import { KIND, readImage } from './image.ts';
import { buildKeeping, runKeeping } from './kept.ts';
import { dropping, holding, nesting, overwriting } from './scripts.ts';
import { buildWasm, MACHINE_EXPORTS } from './wasm.ts';

export type Killer = 'overwrite' | 'drop' | 'hold' | 'nest' | 'flush' | 'decay' | 'cores' | 'interrupt';

const PROOF = join(DEVICE, 'tests/proof');
const MACHINE = join(PROOF, 'machine.c');

function machineOf(root: string, cflags: readonly string[] = []): WebAssembly.Module {
  return buildWasm({ sources: [...ringSources(root), MACHINE], exports: MACHINE_EXPORTS, root, cflags });
}

function found(proof: () => void): string {
  try {
    proof();
    return 'holds';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function cut(root: string, plan: Pick<CutPlan, 'steps' | 'choose' | 'recoveryEvery'>): string {
  const module = machineOf(root);
  return found(() => cutEverywhere({ ...plan, module, blocks: 5, many: 60 }));
}

/** A program of this folder under the sanitizers; what it prints is the finding. */
function run(root: string, sources: readonly string[], cflags: readonly string[], args: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-killer-'));
  try {
    const program = join(folder, 'program');
    const flags = ['-std=gnu11', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', ...cflags];
    const includes = ['include', 'src'].map((name) => `-I${join(root, name)}`);
    execFileSync('gcc', [...flags, ...includes, ...sources, '-lm', '-o', program], { stdio: 'pipe' });
    return printed(program, args);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A program that the sanitizers end is a finding too. */
function printed(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe', timeout: 50_000 });
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export const KILLERS: Readonly<Record<Killer, (root: string) => string>> = {
  overwrite: (root) => cut(root, { steps: 60, choose: overwriting(1), recoveryEvery: 200 }),
  drop: (root) => cut(root, { steps: 90, choose: dropping(2), recoveryEvery: 200 }),
  hold: (root) => cut(root, { steps: 170, choose: holding(3), recoveryEvery: 0 }),
  nest: (root) => cut(root, { steps: 90, choose: nesting(4), recoveryEvery: 0 }),
  flush: (root) => {
    const module = machineOf(root, FLUSH_FLAG);
    return found(() => {
      const plan = { module, blocks: 5, steps: 60, choose: overwriting(6), recoveryEvery: 0 };
      if (loseWhatWasNotFlushed(plan) === 0) throw new Error('nothing was flushed');
    });
  },
  decay: (root) => {
    const text = run(root, [join(PROOF, 'decay.c'), ...ringSources(root)], [], ['20000', '1']);
    const sealed = [...text.matchAll(/^(?:sealed|places) .* anew (\d+) kept \d+ wrong (\d+)$/gm)];
    return sealed.length === 3 && sealed.every((match) => match[1] === '0' && match[2] === '0') ? 'holds' : text;
  },
  cores: (root) => {
    const sources = [join(PROOF, 'cores.c'), join(root, 'src/log/log_ring.c'), ...ringSources(root)];
    const cores = ['-DNOINIT_CORES=2', '-DNOINIT_ARCH_CORE()=proof_core()', '-include', join(PROOF, 'cores.h')];
    const text = run(root, sources, [...cores, '-Wl,--defsym=__noinit_log_end=__noinit_log_start+2048'], []);
    return text.trim() === 'ok' ? 'holds' : text;
  },
  interrupt: interruptShortCall,
};

/** A handler that logs, at each instruction of a short call. */
function interruptShortCall(root: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-killer-'));
  try {
    const logLength = 88 + 6 * 128;
    const elf = buildKeeping({ main: 'interrupt.c', folder, logLength, root });
    return found(() => expectBothEntries(elf, folder, logLength));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function expectBothEntries(elf: string, folder: string, logLength: number): void {
  const [base, ...tries] = runKeeping(elf, { main: 'interrupt.c', folder, logLength, args: { case: 0, fill: 3, step: 31 } });
  const next = readImage(base?.region ?? new Uint8Array())?.next ?? Number.NaN;
  for (const { word, region } of tries) {
    const image = readImage(region);
    const closed = image?.entries.filter(({ number, kind }) => number >= next && kind !== KIND.open).length;
    if (image?.next !== next + 2 || closed !== 2) throw new Error(`${closed} entries after an interrupt at ${word.toString(16)}`);
  }
}
