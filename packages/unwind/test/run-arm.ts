/** Builds a program of firmware/arm, runs it in QEMU and reads what it prints of itself. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { address, type MemoryRegion, type RegisterValues } from '@noinit/model';

const FOLDER = fileURLToPath(new URL('./firmware/arm/', import.meta.url));

export interface Board {
  readonly cpu: string;
  readonly machine: string;
  readonly flags: readonly string[];
  readonly code: number;
  readonly ram: number;
}

const HARD = '-mfloat-abi=hard';
export const BOARDS = {
  m0: { cpu: 'cortex-m0', machine: 'microbit', flags: [], code: 0, ram: 0x2000_0000 },
  m3: { cpu: 'cortex-m3', machine: 'mps2-an385', flags: [], code: 0, ram: 0x2000_0000 },
  m4: { cpu: 'cortex-m4', machine: 'mps2-an386', flags: [HARD, '-mfpu=fpv4-sp-d16'], code: 0, ram: 0x2000_0000 },
  m7: { cpu: 'cortex-m7', machine: 'mps2-an500', flags: [HARD, '-mfpu=fpv5-sp-d16'], code: 0, ram: 0x2000_0000 },
  m33: { cpu: 'cortex-m33', machine: 'mps2-an505', flags: [HARD, '-mfpu=fpv5-sp-d16'], code: 0x1000_0000, ram: 0x3800_0000 },
} as const satisfies { readonly [name: string]: Board };

/** Numbers as in traps.c. */
export const SCENARIOS = {
  fault: 1,
  'process stack': 2,
  nested: 3,
  'floats pending': 4,
  'floats saved': 5,
  misaligned: 6,
  'naked jump': 7,
  'naked call': 8,
  'call null': 9,
  'call even': 10,
  'call data': 11,
  'call erased': 12,
  'tail call': 13,
  'noreturn last': 14,
  alloca: 15,
  recursion: 16,
  svc: 17,
  pendsv: 18,
  assembly: 19,
  'large frame': 20,
  switching: 21,
  'thread interrupted': 22,
  'naked lost': 23,
  'naked lost, thread': 24,
} as const;
export type Scenario = keyof typeof SCENARIOS;

export interface Ran {
  readonly elf: Uint8Array;
  /** The same without `.debug_frame`. */
  readonly bare: Uint8Array;
  readonly registers: RegisterValues;
  readonly system: RegisterValues;
  readonly regions: readonly MemoryRegion[];
}

export function runArm(board: Board, scenario: Scenario, flags: readonly string[]): Ran {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-traps-'));
  try {
    const elf = join(folder, 'traps.elf');
    compile(board, scenario, flags, elf);
    const bare = join(folder, 'bare.elf');
    run('arm-none-eabi-objcopy', ['-R', '.debug_frame', elf, bare]);
    const args = ['-M', board.machine, '-nographic', '-monitor', 'none', '-serial', 'none', '-kernel', elf];
    const output = run('qemu-system-arm', [...args, '-semihosting-config', 'enable=on,target=native'], true);
    return { elf: readFileSync(elf), bare: readFileSync(bare), ...parseOutput(output) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compile(board: Board, scenario: Scenario, flags: readonly string[], elf: string): void {
  const hex = (value: number) => `0x${value.toString(16)}`;
  const place = [`-Wl,--defsym=CODE=${hex(board.code)}`, `-Wl,--defsym=RAM_START=${hex(board.ram)}`];
  const language = ['-std=gnu11', '-g', '-ffreestanding', '-fno-ipa-icf', '-masm-syntax-unified'];
  const link = ['-nostdlib', '-nostartfiles', '-T', 'link.ld', '-Wl,--build-id=sha1', '-Wl,--no-warn-rwx-segments', ...place];
  const cpu = [`-mcpu=${board.cpu}`, '-mthumb', ...board.flags, `-DSCENARIO=${SCENARIOS[scenario]}`];
  run('arm-none-eabi-gcc', [...cpu, ...language, ...flags, ...link, 'start.c', 'traps.c', '-lgcc', '-o', elf]);
}

function run(command: string, args: readonly string[], mayFail = false): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: FOLDER, encoding: 'latin1', timeout: 20_000, input: '' });
  if (status !== 0 && !mayFail) throw new Error(`${command} failed: ${stderr}`);
  return stdout + stderr;
}

const REGISTER_NAMES = [
  ...Array.from({ length: 13 }, (_, index) => `r${index}`),
  ...['sp', 'lr', 'pc', 'xpsr', 'msp', 'psp', 'control'],
];
const FLOAT_NAMES = ['fpccr', 'fpscr', ...Array.from({ length: 32 }, (_, index) => `s${index}`)];

function parseOutput(output: string): Pick<Ran, 'registers' | 'system' | 'regions'> {
  const lines = output.split('\n').map((line) => line.trim().split(' '));
  const words = (kind: string) =>
    lines.filter(([first]) => first === kind).map(([, ...rest]) => rest.map((word) => Number.parseInt(word, 16)));
  const named = (kind: string, names: readonly string[]) =>
    Object.fromEntries(
      words(kind)
        .flat()
        .map((value, index) => [names[index] ?? '', value]),
    );
  const { fpccr, ...floats } = named('F', FLOAT_NAMES);
  const registers = { ...named('R', REGISTER_NAMES), ...floats };
  if (registers['pc'] === undefined) throw new Error(`the program printed no registers: ${output.slice(0, 2000)}`);
  return { registers, system: fpccr === undefined ? {} : { fpccr }, regions: [makeRegion(words('M'))] };
}

function makeRegion(rows: readonly (readonly number[])[]): MemoryRegion {
  const first = rows[0]?.[0] ?? 0;
  const bytes = new Uint8Array(32 * rows.length);
  const view = new DataView(bytes.buffer);
  for (const [at = 0, ...words] of rows) {
    for (const [index, word] of words.entries()) view.setUint32(at - first + 4 * index, word, true);
  }
  return { kind: 'data', address: address(first), bytes };
}
