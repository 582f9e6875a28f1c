/**
 * device/rust, the logger of defmt, compiled for this machine and linked with the C SDK. The crate defmt itself is not on Debian: rust/defmt.rs
 * declares as much of it as the logger needs; device/rust/README.md says what was run with the real one.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseElf } from '@noinit/elf';
import { decodeLogEntries, readDictionary } from '@noinit/logs';
import type { LogLine } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chunksOf, DEVICE, sdkSources } from './firmware.ts';
import { logsOf, recordsOf } from './records.ts';

const RUST = join(DEVICE, 'tests/rust');
const NATIVE = join(DEVICE, 'tests/native');
const CRATE = join(DEVICE, 'rust/src/lib.rs');

it('the crate is one file of at most 100 lines without a standard library', () => {
  const lines = readFileSync(CRATE, 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(100);
  expect(lines).toContain('#![no_std]');
});

describeWith(['rustc', 'gcc'], 'the defmt logger in Rust', () => {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-rust-'));
  let lines: readonly LogLine[];
  beforeAll(() => {
    const program = build(folder);
    const output = execFileSync(program, { encoding: 'utf8', timeout: 10_000 });
    const dictionary = readDictionary(parseElf(readFileSync(program)));
    const decoded = logsOf(recordsOf(chunksOf(output))).map((log) => decodeLogEntries(log.entries, { ...log, dictionary }));
    expect(decoded.flatMap(({ damage }) => damage)).toEqual([]);
    lines = decoded.flatMap((log) => log.lines);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('makes each frame one entry, in order, between the lines of the C side', () => {
    expect(lines.at(0)?.text).toBe('before 1');
    expect(lines.at(-1)?.text).toBe('behind 2');
    const frames = lines.filter(({ kind }) => kind === 'foreign').map(({ data }) => data);
    expect(frames).toEqual([
      '6e0007000000',
      '7000070000008000ffff020009',
      ...['6f0007000000', '7100070000005a0083000000'],
      `0300${'55'.repeat(254)}`,
      ...['200000', '210001', '220002'],
      ...['220002', '230003', '240004'],
      '0600',
    ]);
  });

  it('drops a frame that is too long, and frames nested too deep, whole, and counts them where they were', () => {
    const shown = lines.map(({ kind, data, lost }) => (kind === 'gap' ? `lost ${lost}` : kind === 'foreign' ? data : 'line'));
    const longest = shown.indexOf(`0300${'55'.repeat(254)}`);
    expect(shown.slice(longest + 1, longest + 8)).toEqual(['lost 2', '200000', '210001', '220002', 'lost 2', '220002', '230003']);
  });
});

/** The stub of defmt, the crate, a firmware's calls, and the C SDK. */
function build(folder: string): string {
  const rustc = (...args: readonly string[]): void => {
    const fixed = ['--edition', '2021', '-D', 'warnings', '-L', folder, '--out-dir', folder];
    execFileSync('rustc', [...fixed, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  };
  rustc('--crate-type', 'proc-macro', '--crate-name', 'defmt_macros', join(RUST, 'defmt_macros.rs'));
  rustc('--crate-type', 'rlib', '--extern', 'defmt_macros', join(RUST, 'defmt.rs'));
  rustc('--crate-type', 'rlib', '--crate-name', 'noinit_defmt', '--extern', 'defmt', CRATE);
  rustc('--crate-type', 'staticlib', '--extern', 'noinit_defmt', join(RUST, 'frames.rs'));
  const program = join(folder, 'program');
  execFileSync(
    'gcc',
    [
      '-std=gnu11',
      '-g',
      '-O1',
      '-no-pie', // the wire has 32 bits for an address
      '-fno-pie',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-DNOINIT_PACKETIZER_ONE_WAY=1',
      '-DNOINIT_STORE_HOOK="store_hook.h"',
    ]
      .concat([`-I${join(DEVICE, 'include')}`, `-I${join(DEVICE, 'src')}`, `-I${NATIVE}`])
      .concat([join(RUST, 'main.c'), join(NATIVE, 'host.c'), ...sdkSources(), '-Wl,-T', join(NATIVE, 'host.ld')])
      .concat([join(folder, 'libframes.a'), '-lpthread', '-ldl', '-o', program]),
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  return program;
}
