/** Which lines of the SDK the native tests ran: kept only where coverage.mjs asks for it with NOINIT_COVERAGE=FOLDER. */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DEVICE } from './firmware.ts';

export const coverageFolder = process.env['NOINIT_COVERAGE'];

/** The header lets a child that ends by _exit write down what it ran. */
export const COVERAGE_FLAGS = ['--coverage', '-include', join(DEVICE, 'tests/native/coverage.h')];

interface GcovFile {
  readonly file: string;
  readonly lines: readonly { readonly line_number: number; readonly count: number }[];
}

/** One file of `path line count` for a program that ran in `built`. */
export function keepCoverage(built: string, folder: string): void {
  const data = readdirSync(built).filter((name) => name.endsWith('.gcda'));
  if (data.length === 0) return;
  const text = execFileSync('gcov', ['--json-format', '--stdout', ...data], { cwd: built, encoding: 'utf8', maxBuffer: 1 << 28 });
  const files = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .flatMap((line) => (JSON.parse(line) as { readonly files: readonly GcovFile[] }).files);
  const lines = files
    .filter(({ file }) => file.startsWith(join(DEVICE, 'src')))
    .flatMap((one) => one.lines.map((line) => `${one.file.slice(DEVICE.length)} ${line.line_number} ${line.count}`));
  writeFileSync(join(folder, `${basename(built)}.txt`), lines.join('\n'));
}
