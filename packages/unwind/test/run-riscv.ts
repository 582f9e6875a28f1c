/** Builds a program of firmware/riscv, runs it in QEMU and reads what it prints of itself. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { address, type MemoryRegion, type RegisterValues } from '@noinit/model';
import type { Ran } from './run-arm.ts';

const FOLDER = fileURLToPath(new URL('./firmware/riscv/', import.meta.url));

/** Numbers as in traps.c. */
export const RISCV_SCENARIOS = {
  fault: 1,
  'call null': 2,
  nested: 3,
  interrupt: 4,
  assembly: 5,
  'large frame': 6,
  alloca: 7,
  recursion: 8,
} as const;
export type RiscvScenario = keyof typeof RISCV_SCENARIOS;

/** How the trap handler saves what it interrupts: numbers as in start.S. */
export const ENTRIES = {
  'mepc in place': 1,
  'mepc saved': 2,
  'own stack': 3,
  'signal frame': 4,
  'by the compiler': 5,
  'task control block': 6,
} as const;
export type Entry = keyof typeof ENTRIES;

/** `use` is called while the file is there. */
export function runRiscv(
  scenario: RiscvScenario,
  entry: Entry,
  flags: readonly string[],
  use: (elfPath: string, ran: Ran) => void = () => {},
): Ran {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-riscv-'));
  try {
    const elf = join(folder, 'traps.elf');
    const bare = join(folder, 'bare.elf');
    const defines = [`-DSCENARIO=${RISCV_SCENARIOS[scenario]}`, `-DENTRY=${ENTRIES[entry]}`];
    const language = [
      '-march=rv32imac',
      '-misa-spec=2.2',
      '-mabi=ilp32',
      '-std=gnu11',
      '-g',
      '-ffreestanding',
      '-fno-ipa-icf',
      ...defines,
      ...flags,
    ];
    const link = ['-nostdlib', '-nostartfiles', '-T', 'link.ld', '-Wl,--build-id=sha1', '-Wl,--no-warn-rwx-segments'];
    run('riscv64-unknown-elf-gcc', [...language, ...link, 'start.S', 'traps.c', '-lgcc', '-o', elf]);
    run('riscv64-unknown-elf-objcopy', ['-R', '.debug_frame', '-R', '.eh_frame', elf, bare]);
    const output = run(
      'qemu-system-riscv32',
      ['-M', 'virt', '-bios', 'none', '-nographic', '-semihosting-config', 'enable=on,target=native', '-kernel', elf],
      true,
    );
    const ran = { elf: readFileSync(elf), bare: readFileSync(bare), ...parseOutput(output) };
    use(elf, ran);
    return ran;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(command: string, args: readonly string[], mayFail = false): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: FOLDER, encoding: 'latin1', timeout: 20_000, input: '' });
  if (status !== 0 && !mayFail) throw new Error(`${command} failed: ${stderr}`);
  return stdout + stderr;
}

/** By number, x0 to x31. */
export const REGISTER_NAMES = (
  'zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 ' + 't3 t4 t5 t6'
).split(' ');
const NAMES = [...REGISTER_NAMES, 'pc', 'mepc', 'mcause', 'mtvec'];

function parseOutput(output: string): Pick<Ran, 'registers' | 'system' | 'regions'> {
  const lines = output.split('\n').map((line) => line.trim().split(' '));
  const words = (kind: string) =>
    lines.filter(([first]) => first === kind).map(([, ...rest]) => rest.map((word) => Number.parseInt(word, 16)));
  const named = Object.fromEntries(
    words('R')
      .flat()
      .map((value, index) => [NAMES[index] ?? '', value]),
  );
  const { mepc, mcause, mtvec, ...registers } = named as RegisterValues;
  if (mepc === undefined || mcause === undefined || mtvec === undefined)
    throw new Error(`no registers: ${output.slice(0, 1000)}`);
  const bytes = words('M').flat();
  const view = new DataView(new ArrayBuffer(4 * bytes.length));
  for (const [index, word] of bytes.entries()) view.setUint32(4 * index, word, true);
  const region: MemoryRegion = { kind: 'data', address: address(words('A')[0]?.[0] ?? 0), bytes: new Uint8Array(view.buffer) };
  return { registers, system: { mepc, mcause, mtvec }, regions: [region] };
}
