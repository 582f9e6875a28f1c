/** Programs for 64-bit machines, position-independent or not: the functions that LLVM names, and at -O0 their lines. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseElf } from '@noinit/elf';
import { address } from '@noinit/model';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildSymbolCache, loadSymbols, openSymbolCache } from '../src/index.ts';

const SOURCE = `
namespace pump {
volatile int seen;
static inline int twice(int value) { return value * 2 + seen; }
class Valve {
 public:
  Valve(int size) : size_(size) {}
  virtual ~Valve() {}
  virtual int turn(int by) { for (int i = 0; i < by; i++) size_ += twice(i) * twice(by); return size_; }
  int size_;
};
namespace {
__attribute__((noinline)) int hidden(Valve &valve) { return valve.turn(3) + twice(seen); }
}
template <typename Number> __attribute__((noinline)) Number scale(Number value) { return value * (Number)twice(4); }
}
extern "C" int run(int count) {
  pump::Valve valve(count);
  return pump::hidden(valve) + pump::scale(count) + (int)pump::scale((short)count);
}
extern "C" void _start() { for (;;) pump::seen = run(pump::seen); }
void operator delete(void *, unsigned long) {}
void operator delete(void *) {}
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'noinit-machines-'));
  writeFileSync(join(folder, 'pump.cpp'), SOURCE);
});
afterAll(() => rmSync(folder, { recursive: true }));

const COMMON = ['-ffreestanding', '-nostdlib', '-fno-exceptions', '-fno-rtti', '-g', 'pump.cpp'];

/** Ours and LLVM's for every second address of the code: functions innermost first, and the innermost place. */
function compare(name: string, withLines: boolean): void {
  const elf = parseElf(new Uint8Array(readFileSync(join(folder, name))));
  const text = elf.sections.find((section) => section.name === '.text');
  const pcs = Array.from({ length: Math.floor((text?.size ?? 0) / 2) }, (_, index) => (text?.address ?? 0) + index * 2);
  const theirs = askLlvm(name, pcs);
  const cache = openSymbolCache(buildSymbolCache(elf), elf);
  if (typeof cache === 'string') throw new Error(cache);
  expect(pcs.length).toBeGreaterThan(50);
  for (const symbols of [loadSymbols(elf), loadSymbols(elf, cache)]) {
    const ours = pcs.map((pc) => {
      const scopes = symbols.locate(address(pc));
      const names = scopes.map((scope) => plain(scope.function ?? '??'));
      return withLines ? [...names, scopes[0]?.line ?? 0] : names;
    });
    ours.forEach((answer, index) => {
      const { names, line } = theirs[index] ?? { names: [], line: 0 };
      // Between functions there is padding, which belongs to none.
      if (names[0] !== '??') expect([pcs[index], ...answer]).toEqual([pcs[index], ...names, ...(withLines ? [line] : [])]);
    });
  }
}

function askLlvm(name: string, pcs: readonly number[]) {
  const input = pcs.map((pc) => `0x${pc.toString(16)}`).join('\n');
  const parameters = ['--output-style=GNU', '--addresses', '--functions', '--inlines', '--demangle', `--obj=${name}`];
  const text = execFileSync('llvm-symbolizer-14', parameters, { cwd: folder, input, encoding: 'utf8' });
  const answers = text.split(/^0x[0-9a-f]+\n/m).slice(1);
  return answers.map((answer) => {
    const lines = answer.trimEnd().split('\n');
    const line = /:(\d+)/.exec(lines[1] ?? '')?.[1];
    return { names: lines.filter((_, index) => index % 2 === 0).map(plain), line: Number(line ?? 0) };
  });
}

/** The last part of a name, without parameters, result and template arguments: LLVM has only that of what is local to a file. */
function plain(name: string): string {
  const bare = name.replaceAll('(anonymous namespace)', '{anonymous}').replace(/\(.*/, '').replace(/<.*>/, '');
  return bare.split('::').at(-1)?.split(' ').at(-1) ?? '';
}

describeWith(['g++', 'gcc', 'llvm-symbolizer-14'], 'programs of the machine at hand', () => {
  it.each([
    ['-no-pie', '-O0'],
    ['-no-pie', '-O2'],
    ['-static-pie', '-O0'],
    ['-static-pie', '-O2'],
  ])('answer as LLVM does with %s %s', (pie, optimisation) => {
    const position = pie === '-no-pie' ? '-fno-pie' : '-fPIE';
    execFileSync('g++', [optimisation, position, pie, ...COMMON, '-o', 'host.elf'], { cwd: folder, stdio: 'pipe' });
    compare('host.elf', optimisation === '-O0');
  });
});

describeWith(['clang-14', 'wasm-ld-14', 'llvm-symbolizer-14'], 'programs of other 64-bit machines', () => {
  it.each([
    ['aarch64-linux-gnu', '-O0'],
    ['aarch64-linux-gnu', '-O2'],
    ['riscv64-unknown-elf', '-O0'],
    ['riscv64-unknown-elf', '-O2'],
  ])('answer for %s %s', (target, optimisation) => {
    const flags = [`--target=${target}`, optimisation, '-mno-relax', '-c', ...COMMON, '-o', 'other.o'];
    execFileSync('clang-14', target.startsWith('riscv') ? flags : flags.filter((flag) => flag !== '-mno-relax'), {
      cwd: folder,
      stdio: 'pipe',
    });
    execFileSync('ld.lld-14', ['other.o', '-o', 'other.elf'], { cwd: folder, stdio: 'pipe' });
    compare('other.elf', optimisation === '-O0');
  });
});
